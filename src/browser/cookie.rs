use std::sync::OnceLock;

use wasm_bindgen::JsCast;
use web_sys::HtmlDocument;

use crate::domain::{CookieName, CookiePrefix};

/// As the page says it. Event handlers have no reactive owner with a context.
static PREFIX: OnceLock<CookiePrefix> = OnceLock::new();

/// Sets what the names of all cookies begin with, once for each page.
pub fn set_cookie_prefix(prefix: CookiePrefix) {
    let _ = PREFIX.set(prefix);
}

/// Sets a cookie that scripts and the server can read, for `seconds`; 0 removes it.
pub(super) fn write_cookie(cookie: CookieName, value: &str, seconds: u32) {
    let Some(document) = document() else { return };
    let https = is_https();
    let (name, secure) = (name_of(cookie), if https { "; Secure" } else { "" });
    let _ = document.set_cookie(&format!(
        "{name}={value}; Path=/; SameSite=Lax; Max-Age={seconds}{secure}"
    ));
}

pub(super) fn has_cookie(cookie: CookieName) -> bool {
    let cookies = document()
        .and_then(|document| document.cookie().ok())
        .unwrap_or_default();
    let name = name_of(cookie);
    cookies
        .split("; ")
        .filter_map(|cookie| cookie.split_once('='))
        .any(|(found, _)| found == name)
}

fn name_of(cookie: CookieName) -> String {
    cookie.name(PREFIX.get_or_init(CookiePrefix::default), is_https())
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
