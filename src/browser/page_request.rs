//! `http/page_request.rs` for the browser: a page that runs there is no answer to a request.

use super::{clock, stylesheet};
use crate::domain::{
    CookiePrefix, EmailAddress, InitialState, Language, Theme, Timestamp, Username,
};

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

/// The page has it already.
pub fn has_good_link() -> bool {
    false
}

/// `None`: the page has it already.
pub fn link_owner() -> Option<Username> {
    None
}

/// `None`: the page has it already.
pub fn link_email() -> Option<EmailAddress> {
    None
}

/// The time of the server, as far as the page knows it.
pub fn now() -> Timestamp {
    clock::server_time()
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

/// The address of the one that pages of signed-in users have besides, or empty without a first one.
pub fn signed_in_stylesheet() -> String {
    stylesheet::signed_in_stylesheet().unwrap_or_default()
}

pub fn begin_page(_policy: &[(&str, &str)]) {}

pub fn redirect(_address: &str) {}
