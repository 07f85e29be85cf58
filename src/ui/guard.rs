use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::{Auth, LeadOn, components::AuthPending};
use crate::domain::{AuthState, NextPath, Notice, paths};

/// Shows its children to a signed-in user only, and never creates them for anybody else. An
/// anonymous visitor is redirected to the login page, which leads back here.
#[component]
pub fn Guarded(children: ChildrenFn) -> impl IntoView {
    let auth = Auth::from_context();
    let otherwise = move || {
        view! {
            <Show when=move || auth.state() == AuthState::Unknown fallback=RedirectToLogin>
                <AuthPending />
            </Show>
        }
    };
    view! {
        <Show when=move || auth.user().is_some() fallback=otherwise>
            {children()}
        </Show>
    }
}

#[component]
fn RedirectToLogin() -> impl IntoView {
    let location = use_location();
    let auth = Auth::from_context();
    let is_logout = untrack(|| auth.notice()).is_some_and(Notice::is_logout);
    let path = location.pathname.get_untracked();
    let mut here = match location.search.get_untracked() {
        query if query.is_empty() => path,
        query => format!("{path}?{query}"),
    };
    // The server never sees it.
    if is_browser() {
        here.push_str(&location.hash.get_untracked());
    }
    // After a logout nobody expects to be led back.
    let next = NextPath::parse(&here).filter(|_| !is_logout);
    let login = next.map_or_else(|| paths::LOGIN.to_owned(), |next| next.login_address());
    view! { <LeadOn to=login /> }
}
