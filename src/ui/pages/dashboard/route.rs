use leptos::prelude::*;
use leptos_router::LazyRoute;

use crate::{domain::paths, lazy_code, ui::lazy::loaded};

/// The route of the dashboard, whose code is in the second wasm file. It brings its own guard:
///
/// ```
/// # use countersign::{AuthProvider, AuthRoutes, DashboardRoute};
/// # use leptos::prelude::*;
/// # use leptos_router::{Lazy, StaticSegment, components::{FlatRoutes, Route, Router}};
/// # #[component]
/// # fn App() -> impl IntoView {
/// view! {
///     <AuthProvider brand="Notes" after_login=DashboardRoute::PATH>
///         <Router>
///             <FlatRoutes fallback=|| "Not found">
///                 <AuthRoutes />
///                 <Route
///                     path=StaticSegment(DashboardRoute::PATH)
///                     view={Lazy::<DashboardRoute>::new()}
///                 />
///             </FlatRoutes>
///         </Router>
///     </AuthProvider>
/// }
/// # }
/// ```
#[derive(Debug)]
pub struct DashboardRoute;

impl DashboardRoute {
    /// The path of the dashboard.
    pub const PATH: &str = paths::DASHBOARD;
}

impl LazyRoute for DashboardRoute {
    fn data() -> Self {
        Self
    }

    async fn view(_: Self) -> AnyView {
        loaded(lazy_code::guarded_dashboard().await)
    }
}
