use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    components::{Route, Router, Routes},
    path,
};

use super::{
    auth::Auth,
    components::{LanguageSwitch, ThemeSwitch},
    guard::Guarded,
    pages::{Dashboard, Home, Login, NotFound},
};
use crate::domain::Language;

/// The pages that only a signed-in user may see, with everything below them. The server asks before it renders.
const GUARDED: [&str; 1] = ["/dashboard"];

/// Whether a page is behind the guard.
#[must_use]
pub fn is_guarded(path: &str) -> bool {
    GUARDED
        .iter()
        .any(|guarded| path.strip_prefix(guarded).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}

/// The application: its state and its addresses.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    // The server has chosen it; the page carries it along.
    provide_context(SharedValue::new(|| use_context::<Language>().unwrap_or_default()).into_inner());
    Auth::provide();
    view! {
        <Title formatter=|page| format!("{page} · Countersign") />
        <Router>
            <Routes fallback=NotFound>
                <Route path=path!("/") view=Home />
                <Route path=path!("/login") view=Login />
                <Route
                    path=path!("/dashboard")
                    view=|| view! { <Guarded><Dashboard /></Guarded> }
                />
            </Routes>
            <footer class="foot">
                <LanguageSwitch />
                <ThemeSwitch />
            </footer>
        </Router>
    }
}
