use std::borrow::Cow;

use leptos::prelude::*;

use super::LiveText;

/// An error message. The live region is in the page before its text is, so that screen readers
/// announce the text.
#[component]
pub fn Alert(#[prop(into)] text: Signal<Option<Cow<'static, str>>>) -> impl IntoView {
    view! {
        <div class="cs-alert" role="alert">
            <LiveText text=move || text.get().map(Cow::into_owned) />
        </div>
    }
}
