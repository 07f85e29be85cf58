use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    browser::reload,
    ui::{
        components::{Alert, Card, PageHeading},
        texts::texts,
    },
};

/// The page in place of one whose wasm file can't be loaded: the server can't be reached, or has
/// been updated and no longer has this version of the file.
#[component]
pub fn NotLoaded() -> impl IntoView {
    let texts = texts();
    view! {
        <Title text=texts.common.page_not_loaded />
        <Card head=view! { <PageHeading>{texts.common.page_not_loaded}</PageHeading> }.into_any()>
            <Alert text=move || Some(texts.errors.unreachable.into()) />
            <button class="cs-primary" type="button" on:click=|_| reload()>
                {texts.common.try_again}
            </button>
        </Card>
    }
}
