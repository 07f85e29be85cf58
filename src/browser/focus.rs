use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement};

/// Focuses an element, unless the user has focused another one already.
pub fn focus_unless_busy(element: &HtmlElement) {
    let active = element
        .owner_document()
        .and_then(|document| document.active_element());
    if active.is_none_or(|active| active.tag_name().eq_ignore_ascii_case("body")) {
        let _ = element.focus();
    }
}

/// Focuses the field that a clicked link points to. The address stays as it is.
pub fn focus_linked_field(event: &Event) {
    let target: Option<Element> = event.target().and_then(|target| target.dyn_into().ok());
    let link = target.and_then(|target| target.closest("a[href]").ok().flatten());
    let field = link.and_then(|link| {
        let address = link.get_attribute("href")?;
        link.owner_document()?
            .get_element_by_id(address.strip_prefix('#')?)
    });
    if let Some(field) = field.and_then(|field| field.dyn_into::<HtmlElement>().ok()) {
        event.prevent_default();
        let _ = field.focus();
    }
}
