use leptos::prelude::*;

use crate::{AuthState, DashboardRoute, LOGIN_PATH, LeadOn, use_auth};

/// `/`: leads on to the dashboard or the login page. The dashboard also handles an unknown state.
#[component]
pub fn Home() -> impl IntoView {
    let auth = use_auth();
    let to = match untrack(|| auth.state()) {
        AuthState::Anonymous => LOGIN_PATH,
        AuthState::SignedIn { .. } | AuthState::Unknown => DashboardRoute::PATH,
    };
    view! { <LeadOn to /> }
}
