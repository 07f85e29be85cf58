use js_sys::{Date, Object, Reflect};
use wasm_bindgen::JsValue;

use crate::domain::Timestamp;

/// The time of this browser's clock.
#[must_use]
pub fn now() -> Timestamp {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "whole seconds are wanted, and fit for 290 billion years"
    )]
    Timestamp((Date::now() / 1000.0) as i64)
}

/// A time in the browser's time zone, written as in the page's language with Western digits, which
/// are those of the texts.
#[must_use]
pub fn local_time(time: Timestamp) -> String {
    #[expect(
        clippy::cast_precision_loss,
        reason = "dates are exact far beyond any session"
    )]
    let date = Date::new(&JsValue::from_f64(time.0 as f64 * 1000.0));
    let options = Object::new();
    // With the name of the month, since nobody can tell 3/12 from 12/3.
    for (name, value) in [
        ("numberingSystem", "latn"),
        ("dateStyle", "medium"),
        ("timeStyle", "medium"),
    ] {
        let _ = Reflect::set(&options, &name.into(), &value.into());
    }
    date.to_locale_string(&locale(), &options).into()
}

/// The page's language, with the region of the browser's settings where they name one.
fn locale() -> String {
    let window = web_sys::window();
    let root = window
        .as_ref()
        .and_then(web_sys::Window::document)
        .and_then(|document| document.document_element());
    let language = root
        .and_then(|root| root.get_attribute("lang"))
        .unwrap_or_else(|| "en".to_owned());
    let preferred = window
        .map(|window| window.navigator().languages())
        .unwrap_or_default();
    preferred
        .iter()
        .filter_map(|tag| tag.as_string())
        .find(|tag| tag.split('-').next() == Some(&language))
        .unwrap_or(language)
}
