use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

use crate::{
    browser::load_page,
    ui::{
        components::{Card, PageHeading},
        texts::texts,
        use_auth,
    },
};

/// The page for an unknown address, which the server sends with status 404, and for a plain form
/// that was refused.
#[component]
pub fn NotFound() -> impl IntoView {
    ask_server();
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
        <Card>
            <PageHeading>{heading}</PageHeading>
            <p>{text}</p>
            <p>
                // Loaded from the server, which redirects it without a page in between.
                <a href="/" rel="external">
                    {common.to_home_page}
                </a>
            </p>
        </Card>
    }
}

/// Loads the address from the server, unless this page has come from there. A link or a redirect
/// within the page may lead to an address that the router does not know, but the server does: a
/// file, or a route of the host application.
fn ask_server() {
    let is_followed =
        Owner::current_shared_context().is_some_and(|context| !context.during_hydration());
    if !is_browser() || !is_followed {
        return;
    }
    let url = use_location();
    let (path, query, hash) = (url.pathname, url.search, url.hash);
    let mut address = path.get_untracked();
    if !query.with_untracked(String::is_empty) {
        address = format!("{address}?{}", query.get_untracked());
    }
    load_page(&format!("{address}{}", hash.get_untracked()));
}
