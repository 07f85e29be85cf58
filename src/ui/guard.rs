use leptos::prelude::*;
use leptos_router::{
    MatchNestedRoutes, NestedRoute, PossibleRouteMatch, SsrMode, components::RouteChildren,
    hooks::use_location,
};

use super::{LeadOn, components::AuthPending, use_auth};
use crate::domain::{AuthState, NextPath, Notice, paths};

/// A route for signed-in users: `<GuardedRoute path=path!("/notes") view=Notes />`. For anybody else
/// its view is not called. An anonymous visitor is led to the login page, and back after a sign-in.
#[component(transparent)]
pub fn GuardedRoute<Segments, ViewFn, View>(
    path: Segments,
    view: ViewFn,
    #[prop(optional)] ssr: SsrMode,
) -> impl MatchNestedRoutes + Send + Clone
where
    Segments: PossibleRouteMatch + Clone + Send + 'static,
    ViewFn: Fn() -> View + Send + Sync + Clone + 'static,
    View: IntoView + 'static,
{
    NestedRoute::new(path, guarded(view))
        .ssr_mode(ssr)
        .into_maybe_erased()
}

/// A layout for signed-in users, and the routes below it: for anybody else none of their views is
/// called.
#[component(transparent)]
pub fn GuardedParentRoute<Segments, ViewFn, View, Children>(
    path: Segments,
    /// The layout, with an `<Outlet />` for the view of the route below.
    view: ViewFn,
    children: RouteChildren<Children>,
    #[prop(optional)] ssr: SsrMode,
) -> impl MatchNestedRoutes + Send + Clone
where
    Segments: PossibleRouteMatch + Clone + Send + 'static,
    ViewFn: Fn() -> View + Send + Sync + Clone + 'static,
    View: IntoView + 'static,
    Children: MatchNestedRoutes + Send + Clone + 'static,
{
    NestedRoute::new(path, guarded(view))
        .ssr_mode(ssr)
        .child(children.into_inner())
        .into_maybe_erased()
}

fn guarded<View: IntoView + 'static>(
    view: impl Fn() -> View + Send + Sync + Clone + 'static,
) -> impl Fn() -> AnyView + Send + Sync + Clone + 'static {
    move || {
        let view = view.clone();
        view! { <Guarded>{view()}</Guarded> }.into_any()
    }
}

/// Shows its children to a signed-in user only, and never creates them for anybody else.
#[component]
pub fn Guarded(children: ChildrenFn) -> impl IntoView {
    let auth = use_auth();
    let otherwise = move || {
        view! {
            <Show when=move || auth.state() == AuthState::Unknown fallback=LeadToLogin>
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
fn LeadToLogin() -> impl IntoView {
    let location = use_location();
    let auth = use_auth();
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
    let to = next.map_or_else(|| paths::LOGIN.to_owned(), |next| next.login_address());
    view! { <LeadOn to /> }
}
