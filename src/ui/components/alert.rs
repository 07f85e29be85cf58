use std::borrow::Cow;

use leptos::prelude::*;

/// An error message. The live region is in the page before its text is, so that screen readers
/// announce the text.
#[component]
pub fn Alert(#[prop(into)] text: Signal<Option<Cow<'static, str>>>) -> impl IntoView {
    view! {
        <div class="alert" role="alert">
            {move || text.get().map(|text| view! { <p>{text}</p> })}
        </div>
    }
}
