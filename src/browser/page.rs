use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement};

const HYDRATED: &str = "data-hydrated";
/// Also set by `app/watch_page.js`: to `waiting` while the wasm is missing, and otherwise for good.
const PLAIN: &str = "data-plain";

#[must_use]
pub fn element(id: &str) -> Option<HtmlElement> {
    let document = web_sys::window()?.document()?;
    document.get_element_by_id(id)?.dyn_into().ok()
}

/// The path of the page's address.
#[must_use]
pub fn path() -> String {
    web_sys::window()
        .and_then(|window| window.location().pathname().ok())
        .unwrap_or_default()
}

/// Marks the page as hydrated: from now on the wasm answers clicks and submissions. Not after a
/// panic, when what it has begun may go on.
pub fn set_hydrated() {
    if !is_plain() {
        set_root_attribute(HYDRATED, true);
        set_root_attribute(PLAIN, false);
    }
}

/// Whether the page has to stay as the server has sent it.
#[must_use]
pub fn is_plain() -> bool {
    root().and_then(|root| root.get_attribute(PLAIN)).as_deref() == Some("")
}

/// Leaves the page to the browser, which sends its forms. For a page whose state is broken.
pub fn set_plain() {
    set_root_attribute(HYDRATED, false);
    set_root_attribute(PLAIN, true);
}

/// Takes an event over from the browser. Returns `false`, and leaves the event to the browser, when
/// the page is not hydrated: after a panic, its handlers may still be called.
pub fn take_over(event: &Event) -> bool {
    let is_hydrated = root().is_some_and(|root| root.has_attribute(HYDRATED));
    if is_hydrated {
        event.prevent_default();
    }
    is_hydrated
}

/// Sets or removes an attribute of `<html>` that the style depends on.
pub(super) fn set_root_attribute(attribute: &str, on: bool) {
    if let Some(root) = root() {
        let _ = root.toggle_attribute_with_force(attribute, on);
    }
}

fn root() -> Option<Element> {
    web_sys::window()?.document()?.document_element()
}
