use axum::Router;
use leptos::config::LeptosOptions;
use leptos_axum::{LeptosRoutes, generate_route_list};

use crate::{
    SiteError,
    app::{App, shell},
    files_and_not_found,
};

/// The routes of the application: its pages, the server functions, and the files of its site.
///
/// # Errors
/// When a file of the site can't be read.
pub fn router(options: &LeptosOptions) -> Result<Router, SiteError> {
    let routes = generate_route_list(App);
    let site = files_and_not_found(options, &routes, shell)?;
    let document = {
        let options = options.clone();
        move || shell(options.clone())
    };
    Ok(Router::new()
        .leptos_routes(options, routes, document)
        .with_state(options.clone())
        .fallback_service(site))
}
