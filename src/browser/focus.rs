use wasm_bindgen::JsCast;
use web_sys::{Element, Event, FocusOptions, HtmlElement};

/// Focuses an element, unless the user has focused another one already. The page is not scrolled: a
/// reload shows the same part of it as before.
pub fn focus_unless_busy(element: &HtmlElement) {
    let active = element
        .owner_document()
        .and_then(|document| document.active_element());
    if active.is_none_or(|active| active.tag_name().eq_ignore_ascii_case("body")) {
        let options = FocusOptions::new();
        options.set_prevent_scroll(true);
        let _ = element.focus_with_options(&options);
    }
}

/// Focuses the heading of a section whose focused control has been or is being removed, unless the
/// user has focused an element outside of the section.
pub fn focus_heading(heading: &HtmlElement) {
    let section = heading.closest("section").ok().flatten();
    let active = heading
        .owner_document()
        .and_then(|document| document.active_element());
    if active.is_none_or(|active| {
        active.tag_name().eq_ignore_ascii_case("body")
            || section.is_some_and(|section| section.contains(Some(&active)))
    }) {
        let _ = heading.focus();
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
