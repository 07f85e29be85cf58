use leptos::prelude::*;
use leptos_router::{NavigateOptions, components::Redirect};

use crate::page_request;

/// Leads on to another page, without an entry in the browser's history. When the server renders it,
/// the answer is an empty 303.
#[component]
pub fn LeadOn(#[prop(into)] to: String) -> impl IntoView {
    if is_server() {
        page_request::redirect(&to);
        return None;
    }
    let options = NavigateOptions {
        replace: true,
        ..NavigateOptions::default()
    };
    Some(view! { <Redirect path=to options /> })
}
