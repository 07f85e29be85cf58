use leptos::prelude::*;
use leptos_router::{NestedRoute, SsrMode, StaticSegment};

use super::pages::Login;
use crate::domain::paths;

/// The routes of our pages, for a place beside those of the application: `/login`.
#[component(transparent)]
pub fn AuthRoutes() -> impl leptos_router::MatchNestedRoutes + Send + Clone {
    // In order, so that everything stands where it belongs also without scripts.
    NestedRoute::new(StaticSegment(paths::LOGIN), Login)
        .ssr_mode(SsrMode::InOrder)
        .into_maybe_erased()
}
