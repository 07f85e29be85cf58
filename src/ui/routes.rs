use leptos::prelude::*;
use leptos_router::{
    ChooseView, GeneratedRouteData, IntoChooseViewMaybeErased, MatchNestedRoutes, NestedRoute,
    PartialPathMatch, PathSegment, PossibleRouteMatch, RouteMatchId, SsrMode,
    any_nested_route::{AnyNestedRoute, IntoAnyNestedRoute},
};

use super::{lazy::loaded, pages::Login};
use crate::{domain::paths, lazy_code};

/// The routes of our pages, for a place beside those of the application: `/login`,
/// `/forgot-password`, `/reset-password` and `/account/password`.
#[component(transparent)]
pub fn AuthRoutes() -> AnyNestedRoute {
    // In order, so that everything stands where it belongs also without scripts.
    let route = |path| NestedRoute::new(WholePath(path), Page(path)).ssr_mode(SsrMode::InOrder);
    PageRoutes(paths::AUTH_PAGES.map(route).to_vec()).into_any_nested_route()
}

/// The routes as one. They have the same type, because each type of a route adds to the wasm.
#[derive(Clone)]
struct PageRoutes(Vec<PageRoute>);

type PageRoute = NestedRoute<WholePath, (), (), <Page as IntoChooseViewMaybeErased>::Output>;

impl MatchNestedRoutes for PageRoutes {
    type Data = ();
    type Match = <PageRoute as MatchNestedRoutes>::Match;

    fn match_nested<'a>(&'a self, path: &'a str) -> (Option<(RouteMatchId, Self::Match)>, &'a str) {
        let mut matches = self.0.iter().map(|route| route.match_nested(path));
        matches
            .find(|(found, _)| found.is_some())
            .unwrap_or((None, path))
    }

    fn generate_routes(&self) -> impl IntoIterator<Item = GeneratedRouteData> + '_ {
        let mut listed = Vec::new();
        // The browser lists no routes.
        if is_server() {
            listed.extend(self.0.iter().flat_map(PageRoute::generate_routes));
        }
        listed
    }

    fn optional(&self) -> bool {
        false
    }
}

/// A path that may have several segments.
#[derive(Clone, Copy)]
struct WholePath(&'static str);

impl PossibleRouteMatch for WholePath {
    fn optional(&self) -> bool {
        false
    }

    fn test<'a>(&self, path: &'a str) -> Option<PartialPathMatch<'a>> {
        let rest = path.strip_prefix(self.0)?;
        Some(PartialPathMatch::new(rest, Vec::new(), self.0))
    }

    fn generate_path(&self, path: &mut Vec<PathSegment>) {
        path.push(PathSegment::Static(self.0.into()));
    }
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
