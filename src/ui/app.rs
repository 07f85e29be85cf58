use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    Lazy,
    components::{FlatRoutes, Route, Router},
    path,
};

use super::{
    auth::Auth,
    pages::{DashboardRoute, Login, NotFound, load_dashboard},
};
use crate::domain::Language;

/// The pages that only a signed-in user may see, with everything below them. The server asks before it renders.
const GUARDED: [&str; 1] = ["/dashboard"];

/// Whether a page is behind the guard.
#[must_use]
pub fn is_guarded(path: &str) -> bool {
    GUARDED.iter().any(|guarded| {
        path.strip_prefix(guarded)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

/// Loads what a page needs beside the wasm that is there, and says whether it came.
pub async fn load_page(path: &str) -> bool {
    !is_guarded(path) || load_dashboard().await.is_ok()
}

/// The application: its state and its addresses.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    // The server has chosen it; the page carries it along.
    provide_context(
        SharedValue::new_str(|| use_context::<Language>().unwrap_or_default()).into_inner(),
    );
    Auth::provide();
    view! {
        <Title formatter=|page| format!("{page} · Countersign") />
        <Router>
            <FlatRoutes fallback=NotFound>
                <Route path=path!("/login") view=Login />
                <Route path=path!("/dashboard") view={Lazy::<DashboardRoute>::new()} />
            </FlatRoutes>
        </Router>
    }
}
