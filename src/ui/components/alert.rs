use leptos::prelude::*;

/// Says what went wrong, at once and to screen readers too: the element is there before its text is, so that the
/// text is announced.
#[component]
pub fn Alert(#[prop(into)] text: Signal<Option<String>>) -> impl IntoView {
    view! { <div class="alert" role="alert">{move || text.get().map(|text| view! { <p>{text}</p> })}</div> }
}
