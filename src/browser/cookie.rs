use wasm_bindgen::JsCast;
use web_sys::HtmlDocument;

/// How a cookie is called, by whether the page came over https.
type Name = fn(bool) -> &'static str;

/// Sets a cookie that this site's scripts and server read, for so many seconds; 0 takes it away.
pub(super) fn write_cookie(name: Name, value: &str, seconds: u32) {
    if let Some(document) = document() {
        let (name, secure) = (name(is_https()), if is_https() { "; Secure" } else { "" });
        let _ = document.set_cookie(&format!(
            "{name}={value}; Path=/; SameSite=Lax; Max-Age={seconds}{secure}"
        ));
    }
}

pub(super) fn has_cookie(name: Name) -> bool {
    let cookies = document()
        .and_then(|document| document.cookie().ok())
        .unwrap_or_default();
    let name = name(is_https());
    cookies.split("; ").any(|cookie| {
        cookie
            .split_once('=')
            .is_some_and(|(found, _)| found == name)
    })
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
