use wasm_bindgen::JsCast;
use web_sys::{Document, SubmitEvent, UrlSearchParams};

use super::{cookie::write_cookie, page_events::listen};
use crate::domain::{CookieName, Theme, paths};

/// Applies a theme without a page load when one is chosen.
pub fn watch_theme() {
    if let Some(document) = web_sys::window().and_then(|window| window.document()) {
        listen(&document, "submit", |event| {
            if event.dyn_ref().and_then(apply_theme).is_some() {
                event.prevent_default();
            }
        });
    }
}

/// Applies the theme of the button that submits a form, and stores it for the server, at once by a
/// cookie. `None` when the form is another one, or the browser does not tell the button: then the
/// form is sent.
fn apply_theme(event: &SubmitEvent) -> Option<()> {
    let button = event.submitter()?;
    let form = button.closest("form.cs-theme").ok()??;
    let theme = Theme::parse(&button.get_attribute("value")?)?;
    let document = button.owner_document()?;
    write_cookie(CookieName::Theme, theme.as_str(), theme.cookie_seconds());
    send(theme);
    set(&document, "html", "data-theme", theme.as_str());
    let _ = form.set_attribute("data-theme", theme.as_str());
    let _ = button.set_attribute("value", theme.next().as_str());
    for part in [Theme::Light, Theme::Dark] {
        let colour = format!("#colour-{}", part.as_str());
        set(&document, &colour, "media", theme.media(part));
    }
    Some(())
}

/// Sends the form in the background, so that the server sets the cookie too: Safari and Brave keep
/// one that a script has set for seven days.
fn send(theme: Theme) {
    if let (Some(window), Ok(form)) = (web_sys::window(), UrlSearchParams::new()) {
        form.append("theme", theme.as_str());
        let beacon = window.navigator();
        let _ = beacon.send_beacon_with_opt_url_search_params(paths::THEME, Some(&form));
    }
}

fn set(document: &Document, selector: &str, attribute: &str, value: &str) {
    if let Ok(Some(element)) = document.query_selector(selector) {
        let _ = element.set_attribute(attribute, value);
    }
}
