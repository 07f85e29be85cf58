use leptos::prelude::*;

use crate::{
    domain::{AuthState, paths},
    ui::{Auth, LeadOn},
};

/// `/`: leads on to the dashboard or the login page. The dashboard also handles an unknown state.
#[component]
pub fn Home() -> impl IntoView {
    let auth = Auth::from_context();
    let to = match untrack(|| auth.state()) {
        AuthState::Anonymous => paths::LOGIN,
        AuthState::SignedIn { .. } | AuthState::Unknown => paths::DASHBOARD,
    };
    view! { <LeadOn to /> }
}
