use js_sys::{Date, Object, Reflect};
use wasm_bindgen::JsValue;

use crate::domain::Timestamp;

/// This browser's time.
#[must_use]
pub fn now() -> Timestamp {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "whole seconds are wanted, and fit for 290 billion years"
    )]
    Timestamp((Date::now() / 1000.0) as i64)
}

/// A moment as this browser's user writes dates and times, in the page's language and with the digits of its texts.
#[must_use]
pub fn local_time(moment: Timestamp) -> String {
    #[expect(
        clippy::cast_precision_loss,
        reason = "dates are exact far beyond any session"
    )]
    let date = Date::new(&JsValue::from_f64(moment.0 as f64 * 1000.0));
    let options = Object::new();
    let _ = Reflect::set(&options, &"numberingSystem".into(), &"latn".into());
    date.to_locale_string(&locale(), &options).into()
}

/// The page's language; of a certain country, where the browser's user reads it as that country writes it.
fn locale() -> String {
    let window = web_sys::window();
    let root = window
        .as_ref()
        .and_then(web_sys::Window::document)
        .and_then(|document| document.document_element());
    let language = root
        .and_then(|root| root.get_attribute("lang"))
        .unwrap_or_else(|| "en".to_owned());
    let read = window
        .map(|window| window.navigator().languages())
        .unwrap_or_default();
    let mut read = read.iter().filter_map(|tag| tag.as_string());
    read.find(|tag| tag.split('-').next() == Some(&language))
        .unwrap_or(language)
}
