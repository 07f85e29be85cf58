use std::{panic, time::Duration};

use leptos::mount::hydrate_from;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::{
    app::App,
    browser::{app_element, is_plain, pause, set_plain},
    ui::load_current_page,
};

/// After how long the code of the page is asked for again. Each further wait is twice as long.
const FIRST_WAIT: Duration = Duration::from_secs(3);
/// Over six minutes. A file that is gone then has a newer version, which comes with the next page.
const ATTEMPTS: u32 = 8;

/// Takes over the page that the server has rendered. Until then, and for as long as its code can't
/// be loaded, its plain forms work. They also do when the page was changed on its way, so that it
/// can't be hydrated, and after a panic.
#[wasm_bindgen]
pub async fn hydrate() {
    for attempt in 0..ATTEMPTS {
        if load_current_page().await {
            return take_over_page();
        }
        pause(FIRST_WAIT * 2_u32.pow(attempt)).await;
    }
}

fn take_over_page() {
    let Some(element) = app_element().filter(|_| !is_plain()) else {
        return;
    };
    panic::set_hook(Box::new(|_| set_plain()));
    hydrate_from(element, App).forget();
}
