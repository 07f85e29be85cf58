use std::time::Duration;

use leptos::mount::hydrate_body;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::{
    app::App,
    browser::{pause, set_hydrated},
    ui::load_current_page,
};

const RETRY: Duration = Duration::from_secs(3);

/// Takes over the page that the server has rendered. Until then, and for as long as its code can't
/// be loaded, its plain forms work.
#[wasm_bindgen]
pub async fn hydrate() {
    while !load_current_page().await {
        pause(RETRY).await;
    }
    hydrate_body(App);
    set_hydrated();
}
