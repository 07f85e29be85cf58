use leptos::prelude::*;

use crate::{
    domain::Notice,
    ui::{components::LiveText, texts::texts, use_auth},
};

/// The reason why the user is on the login page, and a button to continue after a sign-in in another
/// tab.
#[component]
pub fn LoginNotice() -> impl IntoView {
    let auth = use_auth();
    let texts = texts();
    let continue_as = move || {
        Some(match auth.name_elsewhere() {
            Some(name) => (texts.login.continue_as)(&name),
            None => texts.login.continue_here.to_owned(),
        })
    };
    view! {
        <p class="cs-notice" role="status" id="notice">
            <LiveText text=move || auth.notice().map(|notice| texts.notice(notice).to_owned()) />
        </p>
        <Show when=move || auth.notice() == Some(Notice::SignedInElsewhere)>
            <button type="button" on:click=move |_| auth.fetch_user()>
                <LiveText text=continue_as />
            </button>
        </Show>
    }
}
