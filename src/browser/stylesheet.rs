//! The stylesheet that pages of signed-in users have besides that of every page.

use web_sys::Document;

use crate::domain::paths;

/// Its address; `None` where the first one is missing.
pub fn signed_in_stylesheet() -> Option<String> {
    address(&document()?)
}

/// Loads it ahead of the first page that needs it, which would be seen without it for a moment. The
/// login form does not wait for it.
pub fn load_signed_in_stylesheet() {
    if let Some(document) = document() {
        let _ = load(&document);
    }
}

fn load(document: &Document) -> Option<()> {
    let address = address(document)?;
    let same = format!("link[href='{address}']");
    if document.query_selector(&same).ok()?.is_none() {
        let link = document.create_element("link").ok()?;
        link.set_attribute("rel", "stylesheet").ok()?;
        link.set_attribute("href", &address).ok()?;
        document.head()?.append_child(&link).ok()?;
    }
    Some(())
}

fn address(document: &Document) -> Option<String> {
    let first = "link[href^='/countersign.']";
    let first = document.query_selector(first).ok()??;
    Some(paths::signed_in_stylesheet(&first.get_attribute("href")?))
}

fn document() -> Option<Document> {
    web_sys::window()?.document()
}
