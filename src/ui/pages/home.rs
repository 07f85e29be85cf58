use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use crate::ui::{
    auth::{Auth, Who},
    components::Placeholder,
};

/// `/`: goes to the dashboard or to the login page.
#[component]
pub fn Home() -> impl IntoView {
    let auth = Auth::from_context();
    let navigate = use_navigate();
    Effect::new(move |_| {
        let address = match auth.who() {
            Who::Unknown => return,
            Who::Anonymous => "/login",
            Who::SignedIn(_) => "/dashboard",
        };
        navigate(address, NavigateOptions { replace: true, ..NavigateOptions::default() });
    });
    view! { <Placeholder /> }
}
