use leptos::prelude::*;
use leptos_meta::Title;

use crate::ui::{
    components::{Card, PageHeading},
    texts::texts,
};

/// The page for an unknown address. The server sends it with status 404.
#[component]
pub fn NotFound() -> impl IntoView {
    let common = &texts().common;
    view! {
        <Title text=common.page_not_found />
        <Card>
            <PageHeading>{common.nothing_here}</PageHeading>
            <p>{common.moved_or_misspelled}</p>
            <p>
                // Loaded from the server, which redirects it without a page in between.
                <a href="/" rel="external">
                    {common.to_home_page}
                </a>
            </p>
        </Card>
    }
}
