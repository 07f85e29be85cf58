use js_sys::{Date, Object};
use wasm_bindgen::JsValue;

use crate::domain::Timestamp;

/// This browser's time.
#[must_use]
pub fn now() -> Timestamp {
    #[expect(clippy::cast_possible_truncation, reason = "whole seconds are wanted, and fit for 290 billion years")]
    Timestamp((Date::now() / 1000.0) as i64)
}

/// A moment as this browser's user writes dates and times.
#[must_use]
pub fn local_time(moment: Timestamp) -> String {
    #[expect(clippy::cast_precision_loss, reason = "dates are exact far beyond any session")]
    let date = Date::new(&JsValue::from_f64(moment.0 as f64 * 1000.0));
    date.to_locale_string("default", &Object::new()).into()
}
