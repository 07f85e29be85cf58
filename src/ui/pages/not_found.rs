use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;

use crate::ui::components::{Card, PageHeading};

/// What an unknown address shows. The server answers it with status 404.
#[component]
pub fn NotFound() -> impl IntoView {
    view! {
        <Title text="Page not found" />
        <Card>
            <PageHeading>"There is nothing at this address"</PageHeading>
            <p>"The page was moved, or the address has a typing error."</p>
            <p>
                <A href="/">"Go to the start page"</A>
            </p>
        </Card>
    }
}
