//! Countersign: a complete login and logout for Rust web applications.
//!
//! Imports point one way: `startup → ui → api → server → domain`, and `ui`, `api` → `browser` → `domain`.

// Leptos' views are deep types; rustc's default is not enough to lay them out.
#![recursion_limit = "256"]

pub mod api;
pub mod browser;
pub mod domain;
#[cfg(feature = "ssr")]
pub mod server;
#[cfg(feature = "ssr")]
pub mod startup;
pub mod ui;

/// Where the wasm begins: takes over the page that the server rendered.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub async fn hydrate() {
    // In one go, once all is there. Until then, and if something can't be loaded, the forms of the page work without it.
    while !ui::load_page(&browser::path()).await {
        browser::pause(std::time::Duration::from_secs(3)).await;
    }
    leptos::mount::hydrate_body(ui::App);
}
