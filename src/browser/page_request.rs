//! `http/page_request.rs` for the browser: a page that runs there is no answer to a request.

use crate::domain::{CookiePrefix, InitialState, Language, Theme};

pub fn initial_state() -> Option<InitialState> {
    None
}

/// `None`: the server has chosen it already.
pub fn theme() -> Option<Theme> {
    None
}

/// `None`: the server has chosen it already.
pub fn language() -> Option<Language> {
    None
}

pub fn cookie_prefix() -> Option<CookiePrefix> {
    None
}

/// The `<link>` is in the page already.
pub fn stylesheet() -> String {
    String::new()
}

pub fn begin_page(_policy: &[(&str, &str)]) {}

pub fn redirect(_address: &str) {}
