use leptos::prelude::*;

use crate::{
    domain::{AuthState, paths},
    ui::{LeadOn, use_auth},
};

/// `/`: leads on to the dashboard or the login page. The dashboard also handles an unknown state.
#[component]
pub fn Home() -> impl IntoView {
    let auth = use_auth();
    let to = match untrack(|| auth.state()) {
        AuthState::Anonymous => paths::LOGIN,
        AuthState::SignedIn { .. } | AuthState::Unknown => paths::DASHBOARD,
    };
    view! { <LeadOn to /> }
}
