use wasm_bindgen::JsCast;
use web_sys::{Event, KeyboardEvent};

use super::{page::set_root_attribute, page_events::listen};

/// Sets an attribute of the page while Caps Lock is on.
pub fn watch_caps_lock() {
    if let Some(document) = web_sys::window().and_then(|window| window.document()) {
        for name in ["keydown", "keyup"] {
            listen(&document, name, |event| {
                set_root_attribute("data-caps-lock", is_caps_lock_on(&event));
            });
        }
    }
}

/// Password managers dispatch `keydown` events that are no `KeyboardEvent`.
fn is_caps_lock_on(event: &Event) -> bool {
    event
        .dyn_ref::<KeyboardEvent>()
        .is_some_and(|event| event.get_modifier_state("CapsLock"))
}
