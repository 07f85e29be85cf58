use leptos::prelude::*;
use leptos_meta::Title;

use super::{Alert, Card};
use crate::ui::{texts::texts, use_auth};

/// The placeholder of a guarded page while the server is asked for the user. When the server can't
/// answer, it shows the error and a button to try again.
#[component]
pub fn AuthPending() -> impl IntoView {
    let auth = use_auth();
    let texts = texts();
    // The button stays while it is tried again, so that it keeps the focus.
    let has_failed = Memo::new(move |before| before == Some(&true) || auth.error().is_some());
    let head = view! {
        <h1 aria-busy=move || auth.error().is_none().to_string()>{texts.common.one_moment}</h1>
        <Alert text=move || auth.error().map(|error| texts.error(&error)) />
        <p class="cs-notice cs-when-plain">{texts.errors.unavailable}</p>
    };
    view! {
        <Title text=texts.common.one_moment />
        <Card head=head.into_any()>
            <Show when=move || has_failed.get()>
                <button class="cs-primary" type="button" on:click=move |_| auth.fetch_user()>
                    {texts.common.try_again}
                </button>
            </Show>
        </Card>
    }
}
