/// The path of the page's address.
#[must_use]
pub fn path() -> String {
    web_sys::window()
        .and_then(|window| window.location().pathname().ok())
        .unwrap_or_default()
}

/// Marks the page as hydrated: from now on the wasm answers clicks and submissions.
pub fn set_hydrated() {
    set_root_attribute("data-hydrated", true);
}

/// Sets or removes an attribute of `<html>` that the style depends on.
pub(super) fn set_root_attribute(attribute: &str, on: bool) {
    let root = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.document_element());
    if let Some(root) = root {
        let _ = root.toggle_attribute_with_force(attribute, on);
    }
}
