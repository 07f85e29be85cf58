/// Marks the page with an attribute, for the style to go by.
pub(super) fn mark(attribute: &str, on: bool) {
    let root = web_sys::window().and_then(|window| window.document()?.document_element());
    if let Some(root) = root {
        let _ = root.toggle_attribute_with_force(attribute, on);
    }
}
