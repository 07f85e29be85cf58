use web_sys::{Document, SubmitEvent};

use super::cookie::write_cookie;
use crate::domain::{Theme, theme_cookie};

/// Shows the page in the theme whose button sends a form, and has the server render the next ones in it. `false` if it is
/// not known which button that is: then the server is to be asked.
#[must_use]
pub fn choose_theme(event: &SubmitEvent) -> bool {
    let Some(button) = event.submitter() else { return false };
    let theme = button.get_attribute("value").and_then(|value| Theme::parse(&value));
    let (Some(theme), Some(document)) = (theme, button.owner_document()) else { return false };
    let seconds = if theme == Theme::System { 0 } else { Theme::SECONDS };
    write_cookie(theme_cookie, theme.as_str(), seconds);
    set(&document, "html", "data-theme", theme.as_str());
    set(&document, "[name=theme][aria-pressed=true]", "aria-pressed", "false");
    let _ = button.set_attribute("aria-pressed", "true");
    set(&document, "#colour-light", "media", theme.media(Theme::Light));
    set(&document, "#colour-dark", "media", theme.media(Theme::Dark));
    true
}

fn set(document: &Document, selector: &str, attribute: &str, value: &str) {
    if let Ok(Some(element)) = document.query_selector(selector) {
        let _ = element.set_attribute(attribute, value);
    }
}
