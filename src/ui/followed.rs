//! Pages that a link or a redirect within the page has led to, rather than the server.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::browser::load_page;

/// Whether the page that is created was not rendered by the server. What only the server knows of
/// a page is missing then.
pub fn is_followed() -> bool {
    is_browser()
        && Owner::current_shared_context().is_some_and(|context| !context.during_hydration())
}

/// Loads the address of the page from the server. It may be one that the router does not know, but
/// the server does: a file, or a route of the host application.
pub fn load_from_server() {
    let url = use_location();
    let (path, query, hash) = (url.pathname, url.search, url.hash);
    let mut address = path.get_untracked();
    if !query.with_untracked(String::is_empty) {
        address = format!("{address}?{}", query.get_untracked());
    }
    load_page(&format!("{address}{}", hash.get_untracked()));
}
