use wasm_bindgen::prelude::wasm_bindgen;

use crate::{
    app::{APP_ID, App},
    hydrate_app,
};

/// What the script of every page calls once the wasm is loaded.
#[wasm_bindgen]
pub async fn hydrate() {
    hydrate_app(APP_ID, App).await;
}
