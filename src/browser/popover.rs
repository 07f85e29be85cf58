use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement};

/// Hides the popover in which a link was clicked. The browser does so only for a click elsewhere,
/// and the link may lead to the page that is open already.
pub fn hide_popover(event: &Event) {
    let target: Option<Element> = event.target().and_then(|target| target.dyn_into().ok());
    let popover = target.and_then(|target| {
        let link = target.closest("a").ok()??;
        link.closest("[popover]").ok()?
    });
    if let Some(popover) = popover.and_then(|popover| popover.dyn_into::<HtmlElement>().ok()) {
        // Fails where popovers are unknown, which hides nothing.
        let _ = popover.hide_popover();
    }
}
