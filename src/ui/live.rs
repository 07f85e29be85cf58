//! What changes on a page, in few types. Leptos makes its code anew for every type that it shows, and a closure is a type
//! of its own: with each in the view as it is, the wasm is a twentieth larger.

use std::borrow::Cow;

use leptos::{ev::MouseEvent, prelude::*};

/// A text, or none.
pub type Words = Option<Cow<'static, str>>;

/// Words that change, as a text or as the value of an attribute.
pub type LiveText = Signal<Words>;

/// Shows what `text` gives.
pub fn live_text<T: Into<Cow<'static, str>>>(
    text: impl Fn() -> Option<T> + Send + Sync + 'static,
) -> LiveText {
    Signal::derive(move || text().map(Into::into))
}

/// For attributes that say `true` or `false`, as those of ARIA do.
pub fn live_flag(is_so: impl Fn() -> bool + Send + Sync + 'static) -> LiveText {
    live_text(move || Some(if is_so() { "true" } else { "false" }))
}

/// Shows the view that `view` gives.
pub fn live_view(view: impl Fn() -> AnyView + Send + 'static) -> Box<dyn Fn() -> AnyView + Send> {
    Box::new(view)
}

/// What is done at a click.
pub fn click(handler: impl Fn(&MouseEvent) + 'static) -> Box<dyn FnMut(MouseEvent)> {
    Box::new(move |event| handler(&event))
}

/// Runs `work` in the browser, and again whenever something changes that it has looked at.
pub fn effect(work: impl Fn() + 'static) {
    let work: Box<dyn Fn()> = Box::new(work);
    Effect::new(move |_| work());
}
