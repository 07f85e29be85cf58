use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use crate::{
    domain::Visitor,
    ui::{auth::Auth, components::Placeholder},
};

/// `/`: goes to the dashboard or to the login page.
#[component]
pub fn Home() -> impl IntoView {
    let auth = Auth::from_context();
    let navigate = use_navigate();
    Effect::new(move |_| {
        let address = match auth.visitor() {
            Visitor::Unknown => return,
            Visitor::Anonymous => "/login",
            Visitor::SignedIn { .. } => "/dashboard",
        };
        navigate(address, NavigateOptions { replace: true, ..NavigateOptions::default() });
    });
    view! { <Placeholder /> }
}
