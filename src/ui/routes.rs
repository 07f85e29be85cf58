use leptos::{prelude::*, tachys::view::iterators::StaticVec};
use leptos_router::{
    ChooseView, NestedRoute, SsrMode, StaticSegment,
    any_nested_route::{AnyNestedRoute, IntoAnyNestedRoute},
};

use super::{lazy::loaded, pages::Login};
use crate::{domain::paths, lazy_code};

/// The routes of our pages, for a place beside those of the application: `/login`, `/account` and
/// those below it (`email`, `password`, `sessions`, `activity`), and the pages of mailed links:
/// `/forgot-password`, `/reset-password`, `/confirm-email` and `/restore-email`; and for signing up, by the
/// setting `accounts.registration`, `/sign-up` and `/create-account`.
#[component(transparent)]
pub fn AuthRoutes(
    /// The paths of pages to leave out, such as `&["/account"]`, because the application has its own
    /// there. Our other pages go on to lead to them.
    #[prop(optional)]
    without: &'static [&'static str],
) -> AnyNestedRoute {
    // In order, so that everything stands where it belongs also without scripts.
    let route = |path| NestedRoute::new(segments(path), Page(path)).ssr_mode(SsrMode::InOrder);
    // They have the same type, because each type of a route adds to the wasm.
    let pages = paths::AUTH_PAGES
        .into_iter()
        .filter(|path| !without.contains(path));
    StaticVec::from(pages.map(route).collect::<Vec<_>>()).into_any_nested_route()
}

/// The one or two segments of a path.
fn segments(path: &'static str) -> (StaticSegment<&'static str>, StaticSegment<&'static str>) {
    let path = path.trim_start_matches('/');
    let (first, second) = path.split_once('/').unwrap_or((path, ""));
    (StaticSegment(first), StaticSegment(second))
}

/// The page at a path. All but the login page are in the second wasm file.
#[derive(Clone, Copy)]
struct Page(&'static str);

impl ChooseView for Page {
    async fn choose(self) -> AnyView {
        if self.0 == paths::LOGIN {
            return view! { <Login /> }.into_any();
        }
        loaded(lazy_code::account_page(self.0).await)
    }

    async fn preload(&self) {}
}
