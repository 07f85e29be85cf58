//! Texts that the browser keeps, by gloo-storage. Its own functions keep JSON, for which the first wasm
//! file would need a serializer.

use gloo_storage::{LocalStorage, SessionStorage, Storage as _};
use wasm_bindgen::JsValue;
use web_sys::{Storage, Window};

/// `None` where the browser lets this page store nothing. Reading `window.sessionStorage` throws then,
/// and gloo-storage would panic.
pub(super) fn session_storage() -> Option<Storage> {
    is_allowed(Window::session_storage).then(SessionStorage::raw)
}

/// The same for what all tabs share.
pub(super) fn local_storage() -> Option<Storage> {
    is_allowed(Window::local_storage).then(LocalStorage::raw)
}

fn is_allowed(storage: impl Fn(&Window) -> Result<Option<Storage>, JsValue>) -> bool {
    web_sys::window().is_some_and(|window| matches!(storage(&window), Ok(Some(_))))
}

pub(super) fn get(storage: Option<Storage>, key: &str) -> Option<String> {
    storage?.get_item(key).ok().flatten()
}

/// `false` when storage is denied or full.
pub(super) fn set(storage: Option<Storage>, key: &str, text: &str) -> bool {
    storage.is_some_and(|storage| storage.set_item(key, text).is_ok())
}

pub(super) fn remove(storage: Option<Storage>, key: &str) {
    if let Some(storage) = storage {
        let _ = storage.remove_item(key);
    }
}
