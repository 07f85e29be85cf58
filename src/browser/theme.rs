use wasm_bindgen::JsCast;
use web_sys::{Document, SubmitEvent};

use super::{cookie::write_cookie, wake::listen};
use crate::domain::{Theme, theme_cookie};

/// Changes the theme here when one is chosen, for as long as the page is open.
pub fn watch_theme() {
    if let Some(document) = web_sys::window().and_then(|window| window.document()) {
        listen(&document, "submit", |event| {
            if event.dyn_ref().and_then(choose).is_some() {
                event.prevent_default();
            }
        });
    }
}

/// Shows the page in the theme whose button sends a form, and has the server render the next ones in it. `None` if it is
/// not known which button that is, or is none of a theme: then the server is to be asked.
fn choose(event: &SubmitEvent) -> Option<()> {
    let button = event
        .submitter()
        .filter(|button| button.get_attribute("name").as_deref() == Some("theme"))?;
    let theme = Theme::parse(&button.get_attribute("value")?)?;
    let document = button.owner_document()?;
    let seconds = if theme == Theme::System {
        0
    } else {
        Theme::SECONDS
    };
    write_cookie(theme_cookie, theme.as_str(), seconds);
    set(&document, "html", "data-theme", theme.as_str());
    set(
        &document,
        "[name=theme][aria-pressed=true]",
        "aria-pressed",
        "false",
    );
    let _ = button.set_attribute("aria-pressed", "true");
    set(
        &document,
        "#colour-light",
        "media",
        theme.media(Theme::Light),
    );
    set(&document, "#colour-dark", "media", theme.media(Theme::Dark));
    Some(())
}

fn set(document: &Document, selector: &str, attribute: &str, value: &str) {
    if let Ok(Some(element)) = document.query_selector(selector) {
        let _ = element.set_attribute(attribute, value);
    }
}
