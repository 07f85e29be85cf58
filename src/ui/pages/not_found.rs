use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;

use crate::ui::components::Card;

/// What an unknown address shows. The server answers it with status 404.
#[component]
pub fn NotFound() -> impl IntoView {
    view! {
        <Title text="Page not found" />
        <Card>
            <h1>"There is nothing at this address"</h1>
            <p>"The page was moved, or the address has a typing error."</p>
            <p>
                <A href="/">"Go to the start page"</A>
            </p>
        </Card>
    }
}
