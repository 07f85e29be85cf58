use leptos::prelude::*;
use leptos_router::{NavigateOptions, components::Redirect};

use crate::{
    domain::{AuthState, paths},
    ui::Auth,
};

/// `/`: redirects to the dashboard or to the login page. The dashboard also handles an unknown state.
#[component]
pub fn Home() -> impl IntoView {
    let auth = Auth::from_context();
    let path = match untrack(|| auth.state()) {
        AuthState::Anonymous => paths::LOGIN,
        AuthState::SignedIn { .. } | AuthState::Unknown => paths::DASHBOARD,
    };
    let options = NavigateOptions {
        replace: true,
        ..NavigateOptions::default()
    };
    view! { <Redirect path options /> }
}
