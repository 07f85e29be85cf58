use wasm_bindgen::JsCast;
use web_sys::HtmlDocument;

use crate::domain::CookieName;

/// Sets a cookie that scripts and the server can read, for `seconds`; 0 removes it.
pub(super) fn write_cookie(cookie: CookieName, value: &str, seconds: u32) {
    let Some(document) = document() else { return };
    let https = is_https();
    let (name, secure) = (cookie.name(https), if https { "; Secure" } else { "" });
    let _ = document.set_cookie(&format!(
        "{name}={value}; Path=/; SameSite=Lax; Max-Age={seconds}{secure}"
    ));
}

pub(super) fn has_cookie(cookie: CookieName) -> bool {
    let cookies = document()
        .and_then(|document| document.cookie().ok())
        .unwrap_or_default();
    let name = cookie.name(is_https());
    cookies
        .split("; ")
        .filter_map(|cookie| cookie.split_once('='))
        .any(|(found, _)| found == name)
}

fn is_https() -> bool {
    web_sys::window()
        .and_then(|window| window.location().protocol().ok())
        .as_deref()
        == Some("https:")
}

fn document() -> Option<HtmlDocument> {
    web_sys::window()?.document()?.dyn_into().ok()
}
