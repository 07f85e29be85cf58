use std::time::Duration;

use leptos::mount::hydrate_body;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::{
    app::App,
    browser::{pause, set_hydrated},
    ui::load_current_page,
};

/// After how long the code of the page is asked for again. Each further wait is twice as long.
const FIRST_WAIT: Duration = Duration::from_secs(3);
/// Over six minutes. A file that is gone then has a newer version, which comes with the next page.
const ATTEMPTS: u32 = 8;

/// Takes over the page that the server has rendered. Until then, and for as long as its code can't
/// be loaded, its plain forms work.
#[wasm_bindgen]
pub async fn hydrate() {
    for attempt in 0..ATTEMPTS {
        if load_current_page().await {
            hydrate_body(App);
            return set_hydrated();
        }
        pause(FIRST_WAIT * 2_u32.pow(attempt)).await;
    }
}
