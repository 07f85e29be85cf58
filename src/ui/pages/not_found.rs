use leptos::prelude::*;
use leptos_meta::Title;

use crate::ui::{
    components::{Card, PageHeading},
    texts::texts,
};

/// What an unknown address shows. The server answers it with status 404.
#[component]
pub fn NotFound() -> impl IntoView {
    let common = &texts().common;
    view! {
        <Title text=common.page_not_found />
        <Card>
            <PageHeading>{common.nothing_here}</PageHeading>
            <p>{common.moved_or_mistyped}</p>
            <p>
                // The server knows where that is.
                <a href="/" rel="external">
                    {common.to_start}
                </a>
            </p>
        </Card>
    }
}
