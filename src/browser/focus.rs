use web_sys::HtmlElement;

/// Gives an element the focus, unless the user has put it somewhere already.
pub fn focus_unless_busy(element: &HtmlElement) {
    let active = element.owner_document().and_then(|document| document.active_element());
    if active.is_none_or(|active| active.tag_name().eq_ignore_ascii_case("body")) {
        let _ = element.focus();
    }
}
