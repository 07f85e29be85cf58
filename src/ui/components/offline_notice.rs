use leptos::prelude::*;

use super::LiveText;
use crate::{domain::AuthError, ui::texts::texts};

/// The reason why the page may be out of date. Shown over the end of the page, so that nothing moves.
#[component]
pub fn OfflineNotice(#[prop(into)] error: Signal<Option<AuthError>>) -> impl IntoView {
    let texts = texts();
    view! {
        <p class="cs-toast" role="status">
            <LiveText text=move || error.get().map(|error| texts.error(&error).into_owned()) />
        </p>
    }
}
