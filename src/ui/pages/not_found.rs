use leptos::prelude::*;
use leptos_meta::Title;

use crate::ui::{
    components::{Card, PageHeading},
    followed::{is_followed, load_from_server},
    texts::texts,
    use_auth,
};

/// The page for an unknown address, which the server sends with status 404, and for a plain form
/// that was refused.
#[component]
pub fn NotFound() -> impl IntoView {
    if is_followed() {
        load_from_server();
    }
    let texts = texts();
    let common = &texts.common;
    let (title, heading, text) = match use_auth().refused() {
        Some(error) => (common.refused, common.refused, texts.error(&error)),
        None => (
            common.page_not_found,
            common.nothing_here,
            common.moved_or_misspelled.into(),
        ),
    };
    view! {
        <Title text=title />
        <Card head=view! { <PageHeading>{heading}</PageHeading> }.into_any()>
            <p>{text}</p>
            // Loaded from the server, which redirects it without a page in between.
            <a href="/" rel="external">
                {common.to_home_page}
            </a>
        </Card>
    }
}
