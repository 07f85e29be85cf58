use std::cell::Cell;

use js_sys::{Date, Object, Reflect};
use wasm_bindgen::JsValue;

use crate::domain::Timestamp;

/// The time of this browser's clock.
#[must_use]
pub fn now() -> Timestamp {
    seconds(Date::now())
}

fn seconds(milliseconds: f64) -> Timestamp {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "whole seconds are wanted, and fit for 290 billion years"
    )]
    Timestamp((milliseconds / 1000.0) as i64)
}

thread_local! {
    /// By how many seconds this browser's clock is ahead of the server's.
    static AHEAD: Cell<i64> = const { Cell::new(0) };
}

/// Learns by how much this browser's clock differs from the server's: the page was rendered right after
/// the browser had asked for it, however long its wasm takes to load.
pub fn set_server_time(rendered_at: Timestamp) {
    let Some(performance) = web_sys::window().and_then(|window| window.performance()) else {
        return;
    };
    let asked_at = seconds(performance.time_origin());
    set_ahead(asked_at.seconds_since(rendered_at));
}

/// Learns the same by a token that has just arrived.
pub(super) fn set_ahead(seconds: i64) {
    AHEAD.set(seconds);
}

/// The time of the server's clock.
pub fn server_time() -> Timestamp {
    now().plus_seconds(-AHEAD.get())
}

/// A time in the browser's time zone, written as in the page's language with Western digits, which
/// are those of the texts.
#[must_use]
pub fn local_time(time: Timestamp) -> String {
    format(time, &[("dateStyle", "medium"), ("timeStyle", "short")])
}

/// The same with the name of the time zone.
#[must_use]
pub fn zoned_time(time: Timestamp) -> String {
    format(time, &[("dateStyle", "long"), ("timeStyle", "long")])
}

/// The date of a time in the browser's time zone, in the same way.
#[must_use]
pub fn local_date(time: Timestamp) -> String {
    format(time, &[("dateStyle", "medium")])
}

/// The styles have the name of the month, since nobody can tell 3/12 from 12/3.
fn format(time: Timestamp, styles: &[(&str, &str)]) -> String {
    #[expect(
        clippy::cast_precision_loss,
        reason = "dates are exact far beyond any session"
    )]
    let date = Date::new(&JsValue::from_f64(time.0 as f64 * 1000.0));
    let options = Object::new();
    for (name, value) in [("numberingSystem", "latn")].iter().chain(styles) {
        let _ = Reflect::set(&options, &(*name).into(), &(*value).into());
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
