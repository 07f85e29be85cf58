use leptos::{IntoView, config::LeptosOptions, prelude::AnyView};
use leptos_axum::{AxumRouteListing, generate_route_list};

/// The Leptos application that is rendered.
#[derive(Debug, Clone)]
pub struct Application {
    pub(super) shell: fn(LeptosOptions) -> AnyView,
    pub(super) routes: Vec<AxumRouteListing>,
}

impl Application {
    /// `app` is the root component, which has the routes, and `shell` the HTML document around it.
    pub fn new<V: IntoView + 'static>(
        app: impl Fn() -> V + Clone + Send + 'static,
        shell: fn(LeptosOptions) -> AnyView,
    ) -> Self {
        Self {
            shell,
            routes: generate_route_list(app),
        }
    }
}
