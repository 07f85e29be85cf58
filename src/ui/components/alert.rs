use leptos::prelude::*;

use crate::ui::live::{LiveText, live_view};

/// Says what went wrong, at once and to screen readers too: the element is there before its text is, so that the
/// text is announced.
#[component]
pub fn Alert(#[prop(into)] text: LiveText) -> impl IntoView {
    let shown = live_view(move || text.get().map(|text| view! { <p>{text}</p> }).into_any());
    view! { <div class="alert" role="alert">{shown}</div> }
}
