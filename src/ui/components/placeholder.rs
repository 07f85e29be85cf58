use leptos::prelude::*;
use leptos_meta::Title;

use super::{Alert, Card};
use crate::ui::{
    auth::Auth,
    live::{click, live_flag, live_text, live_view},
    texts::texts,
};

/// What is shown while it is not known who is there; and, if that can't be found out, why and what to do.
#[component]
pub fn Placeholder() -> impl IntoView {
    let auth = Auth::from_context();
    let texts = texts();
    let trouble = live_text(move || auth.trouble().map(|error| texts.error(&error)));
    // Once there was trouble the button stays, so that the focus does not get lost while it is tried again.
    let had_trouble = Memo::new(move |had| had == Some(&true) || auth.trouble().is_some());
    let again = live_view(move || {
        let button = || {
            view! {
                <button class="primary" type="button" on:click=click(move |_| auth.recognise())>
                    {texts.common.try_again}
                </button>
            }
        };
        had_trouble.get().then(button).into_any()
    });
    view! {
        <Title text=texts.common.one_moment />
        <Card>
            <h1 aria-busy=live_flag(move || auth.trouble().is_none())>{texts.common.one_moment}</h1>
            <Alert text=trouble />
            <noscript>
                <p class="notice">{texts.errors.unavailable}</p>
            </noscript>
            {again}
        </Card>
    }
}
