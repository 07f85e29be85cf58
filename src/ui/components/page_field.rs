use leptos::prelude::*;

use crate::page_request;

/// Where a switch leads back to, when the request of its form does not say so.
pub(super) fn address_of_page() -> Option<impl IntoView> {
    page_request::unreferred_address()
        .map(|address| view! { <input type="hidden" name="page" value=address /> })
}
