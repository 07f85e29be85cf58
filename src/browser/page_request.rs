//! `http/page_request.rs` for the browser: a page that runs there is no answer to a request.

use crate::domain::{CookiePrefix, InitialState, Language, Theme, Username};

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

/// `None`: the page has it already.
pub fn link_owner() -> Option<Username> {
    None
}

/// The page has it already.
pub fn has_mail() -> bool {
    false
}

/// The page has it already.
pub fn min_password_length() -> u16 {
    0
}

/// `None`: the forms are in the page already.
pub fn unreferred_address() -> Option<String> {
    None
}

/// The `<link>` is in the page already.
pub fn stylesheet() -> String {
    String::new()
}

pub fn begin_page(_policy: &[(&str, &str)]) {}

pub fn redirect(_address: &str) {}
