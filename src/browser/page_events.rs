use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Document, Event, EventTarget, PageTransitionEvent, VisibilityState};

/// Whether this tab is in view.
#[must_use]
pub fn is_visible() -> bool {
    document().is_some_and(|document| document.visibility_state() == VisibilityState::Visible)
}

/// Calls back whenever this tab comes into view.
pub fn on_visible(callback: impl Fn() + 'static) {
    if let Some(document) = document() {
        listen(&document, "visibilitychange", move |_| {
            if is_visible() {
                callback();
            }
        });
    }
}

/// Calls back whenever the network is back.
pub fn on_online(callback: impl Fn() + 'static) {
    if let Some(window) = web_sys::window() {
        listen(&window, "online", move |_| callback());
    }
}

/// Calls back when the browser restores this page from its back/forward cache (OWASP ASVS 14.3.2).
pub fn on_restored(callback: impl Fn() + 'static) {
    if let Some(window) = web_sys::window() {
        listen(&window, "pageshow", move |event| {
            if event
                .dyn_into::<PageTransitionEvent>()
                .is_ok_and(|event| event.persisted())
            {
                callback();
            }
        });
    }
}

pub fn reload() {
    if let Some(window) = web_sys::window() {
        let _ = window.location().reload();
    }
}

/// Loads an address of this site in place of the page: path, query and fragment.
pub fn load_page(address: &str) {
    let location = web_sys::window().map(|window| window.location());
    if let Some((location, Ok(origin))) = location.map(|here| (here.clone(), here.origin())) {
        // Without the origin, a path with two slashes would name another site.
        let _ = location.replace(&format!("{origin}{address}"));
    }
}

fn document() -> Option<Document> {
    web_sys::window()?.document()
}

/// Listens for as long as the page is open.
pub(super) fn listen(target: &EventTarget, name: &str, callback: impl Fn(Event) + 'static) {
    let callback = Closure::<dyn Fn(Event)>::new(callback);
    let _ = target.add_event_listener_with_callback(name, callback.as_ref().unchecked_ref());
    callback.forget();
}
