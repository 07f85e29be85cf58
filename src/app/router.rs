use std::sync::LazyLock;

use axum::Router;
use leptos::config::LeptosOptions;
use leptos_axum::{AxumRouteListing, LeptosRoutes, generate_route_list};

use crate::{
    SiteError,
    app::{App, shell},
    files_and_not_found,
};

/// The routes of the pages, which are listed once per process. While Leptos lists routes, no resource
/// of the process is loaded, and a page whose resource should begin to load then never ends
/// (leptos-rs/leptos#4773).
pub static ROUTES: LazyLock<Vec<AxumRouteListing>> = LazyLock::new(|| generate_route_list(App));

/// The routes of the application: its pages, the server functions, and the files of its site.
///
/// # Errors
/// When a file of the site can't be read.
pub fn router(options: &LeptosOptions) -> Result<Router, SiteError> {
    let site = files_and_not_found(options, &ROUTES, shell)?;
    let document = {
        let options = options.clone();
        move || shell(options.clone())
    };
    Ok(Router::new()
        .leptos_routes(options, ROUTES.clone(), document)
        .with_state(options.clone())
        .fallback_service(site))
}
