use leptos::prelude::*;
use leptos_meta::Title;

use super::{Alert, Card};
use crate::ui::{auth::Auth, texts::texts};

/// What is shown while it is not known who is there; and, if that can't be found out, why and what to do.
#[component]
pub fn Placeholder() -> impl IntoView {
    let auth = Auth::from_context();
    let texts = texts();
    let trouble = move || auth.trouble().map(|error| texts.error(&error).into_owned());
    // Once there was trouble the button stays, so that the focus does not get lost while it is tried again.
    let had_trouble = Memo::new(move |had| had == Some(&true) || auth.trouble().is_some());
    view! {
        <Title text=texts.common.one_moment />
        <Card>
            <h1 aria-busy=move || auth.trouble().is_none().to_string()>{texts.common.one_moment}</h1>
            <Alert text=Signal::derive(trouble) />
            <noscript>
                <p class="notice">{texts.errors.unavailable}</p>
            </noscript>
            <Show when=move || had_trouble.get()>
                <button class="primary" type="button" on:click=move |_| auth.recognise()>
                    {texts.common.try_again}
                </button>
            </Show>
        </Card>
    }
}
