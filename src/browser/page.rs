use web_sys::HtmlInputElement;

/// The path of this page's address.
#[must_use]
pub fn path() -> String {
    web_sys::window()
        .and_then(|window| window.location().pathname().ok())
        .unwrap_or_default()
}

/// Has the browser send the form that a field is in, as it would without scripts.
pub fn submit_plainly(field: &HtmlInputElement) {
    if let Some(form) = field.form() {
        let _ = form.submit();
    }
}

/// Marks the page with an attribute, for the style to go by.
pub(super) fn mark(attribute: &str, on: bool) {
    let root = web_sys::window().and_then(|window| window.document()?.document_element());
    if let Some(root) = root {
        let _ = root.toggle_attribute_with_force(attribute, on);
    }
}
