use wasm_bindgen::JsCast;
use web_sys::HtmlDocument;

use crate::domain::ending_cookie;

/// The browser's note that its user has signed out and the server may not know yet. A cookie, so that it goes along
/// with the very next request, whichever that is, and outlives the tab as the session would.
#[derive(Debug)]
pub struct Ending;

const THIRTY_DAYS: u32 = 30 * 86400;

impl Ending {
    pub fn note() {
        write(THIRTY_DAYS);
    }

    pub fn forget() {
        write(0);
    }

    #[must_use]
    pub fn is_noted() -> bool {
        let cookies = document().and_then(|document| document.cookie().ok()).unwrap_or_default();
        let name = ending_cookie(is_https());
        cookies.split("; ").any(|cookie| cookie.split_once('=').is_some_and(|(found, _)| found == name))
    }
}

fn write(seconds: u32) {
    if let Some(document) = document() {
        let (name, secure) = (ending_cookie(is_https()), if is_https() { "; Secure" } else { "" });
        let _ = document.set_cookie(&format!("{name}=1; Path=/; SameSite=Lax; Max-Age={seconds}{secure}"));
    }
}

fn is_https() -> bool {
    web_sys::window().and_then(|window| window.location().protocol().ok()).as_deref() == Some("https:")
}

fn document() -> Option<HtmlDocument> {
    web_sys::window()?.document()?.dyn_into().ok()
}
