use wasm_bindgen::JsCast;
use web_sys::{Element, Event, FocusOptions, HtmlElement};

/// Focuses an element, unless the user has focused another one already.
pub fn focus_unless_busy(element: &HtmlElement) {
    if !has_focus_elsewhere(element) {
        let _ = element.focus();
    }
}

/// Focuses the heading of a page, in the same way. The page is not scrolled to it, since a reload
/// shows the same part of the page as before.
pub fn focus_page_heading(heading: &HtmlElement) {
    if !has_focus_elsewhere(heading) {
        let options = FocusOptions::new();
        options.set_prevent_scroll(true);
        let _ = heading.focus_with_options(&options);
    }
}

/// Focuses the heading of a section whose focused control is removed, unless the user has focused
/// an element outside of the section.
pub fn focus_section_heading(heading: &HtmlElement) {
    let section = heading.closest("section").ok().flatten();
    let is_inside =
        |active: &Element| section.is_some_and(|section| section.contains(Some(active)));
    if !has_focus_elsewhere(heading) || active_element(heading).as_ref().is_some_and(is_inside) {
        let _ = heading.focus();
    }
}

fn has_focus_elsewhere(element: &HtmlElement) -> bool {
    active_element(element).is_some_and(|active| !active.tag_name().eq_ignore_ascii_case("body"))
}

fn active_element(element: &HtmlElement) -> Option<Element> {
    element.owner_document()?.active_element()
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
