use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;

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
                <A href="/">{common.to_start}</A>
            </p>
        </Card>
    }
}
