use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlFormElement};

use super::page_events::listen;

/// Sends the form with the languages when one is chosen. Not by keyboard, where every arrow is a
/// choice on the way to another one (WCAG 2.2, 3.2.2): the style shows the form's button then.
pub fn watch_language() {
    if let Some(document) = web_sys::window().and_then(|window| window.document()) {
        listen(&document, "change", |event| {
            if let Some(form) = form_of(&event) {
                let _ = form.submit();
            }
        });
    }
}

fn form_of(event: &Event) -> Option<HtmlFormElement> {
    let select: Element = event.target()?.dyn_into().ok()?;
    let form = select.closest(".cs-language:not(:has(:focus-visible))");
    form.ok()??.dyn_into().ok()
}
