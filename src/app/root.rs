use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    Lazy, SsrMode, StaticSegment,
    components::{FlatRoutes, Route, Router},
};

use super::{home::Home, sign::sign};
use crate::{AuthProvider, AuthRoutes, DashboardRoute, NotFound};

/// The application: its state and its routes.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Title formatter=|page| format!("{page} · Countersign") />
        <AuthProvider
            brand="Countersign"
            logo=sign
            after_login=DashboardRoute::PATH
            with_main=true
        >
            <Router>
                <FlatRoutes fallback=NotFound>
                    <AuthRoutes />
                    <Route path=StaticSegment("") view=Home ssr=SsrMode::InOrder />
                    <Route
                        path=StaticSegment(DashboardRoute::PATH)
                        view={Lazy::<DashboardRoute>::new()}
                        ssr=SsrMode::InOrder
                    />
                </FlatRoutes>
            </Router>
        </AuthProvider>
    }
}
