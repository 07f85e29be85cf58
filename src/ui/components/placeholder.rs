use leptos::prelude::*;
use leptos_meta::Title;

use super::{Alert, Card};
use crate::ui::auth::Auth;

/// What is shown while it is not known who is there; and, if that can't be found out, why and what to do.
#[component]
pub fn Placeholder() -> impl IntoView {
    let auth = Auth::from_context();
    let trouble = move || auth.trouble().map(|error| error.message().into_owned());
    // Once there was trouble the button stays, so that the focus does not get lost while it is tried again.
    let had_trouble = Memo::new(move |had| had == Some(&true) || auth.trouble().is_some());
    view! {
        <Title text="One moment" />
        <Card>
            <h1 aria-busy=move || auth.trouble().is_none().to_string()>"One moment"</h1>
            <Alert text=Signal::derive(trouble) />
            <noscript>
                <p class="notice">"The server can't answer just now. Try again in a moment."</p>
            </noscript>
            <Show when=move || had_trouble.get()>
                <button class="primary" type="button" on:click=move |_| auth.recognise()>
                    "Try again"
                </button>
            </Show>
        </Card>
    }
}
