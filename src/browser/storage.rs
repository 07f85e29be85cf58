//! Whether the browser lets this page store data. Where it does not, reading `window.sessionStorage`
//! throws, and gloo-storage would panic.

use wasm_bindgen::JsValue;
use web_sys::{Storage, Window};

pub(super) fn has_session_storage() -> bool {
    has(Window::session_storage)
}

pub(super) fn has_local_storage() -> bool {
    has(Window::local_storage)
}

fn has(storage: impl Fn(&Window) -> Result<Option<Storage>, JsValue>) -> bool {
    web_sys::window().is_some_and(|window| matches!(storage(&window), Ok(Some(_))))
}
