use wasm_bindgen::JsCast;
use web_sys::{Event, KeyboardEvent};

use super::{page::mark, wake::listen};

/// Marks the page while Caps Lock is on, for as long as it is open.
pub fn watch_caps_lock() {
    if let Some(document) = web_sys::window().and_then(|window| window.document()) {
        for name in ["keydown", "keyup"] {
            listen(&document, name, |event| {
                mark("data-caps-lock", caps_lock(&event))
            });
        }
    }
}

/// What fills forms in sends key events that know nothing of keys.
fn caps_lock(event: &Event) -> bool {
    event
        .dyn_ref::<KeyboardEvent>()
        .is_some_and(|event| event.get_modifier_state("CapsLock"))
}
