use std::{io, path::PathBuf, sync::Arc};

use axum::{
    Router,
    extract::{Request, State},
    middleware::from_fn_with_state,
    response::Response,
    routing::any,
};
use leptos::context::provide_context;
use leptos_axum::handle_server_fns_with_context;
use thiserror::Error;

use super::{
    Application, HttpSettings, app_state::AppState, check, contract::enforce_contract,
    cookies::CookiePolicy, edge::with_edge, files::SiteFiles, forms, limits::RequestLimits, pages,
    probes, request_context::RequestContext,
};
use crate::auth::AuthService;

/// Why the routes could not be put together. The text says what to do.
#[derive(Debug, Error)]
pub enum RouterError {
    #[error("the site in {path} can't be read: {cause}; build it again with `make build`")]
    Site { path: PathBuf, cause: io::Error },
}

/// All routes, with everything around them that a request passes through.
///
/// # Errors
/// When the built site can't be read.
pub fn router(
    auth: AuthService,
    settings: HttpSettings,
    application: Application,
) -> Result<Router, RouterError> {
    let root = settings.site_root();
    let files = SiteFiles::read(&root, pages::live_reload())
        .map_err(|cause| RouterError::Site { path: root, cause })?;
    let state = AppState {
        auth,
        cookies: CookiePolicy::new(settings.cookie_prefix.clone(), settings.is_https()),
        settings: Arc::new(settings),
        files,
        application: Arc::new(application),
        limits: RequestLimits::new(),
    };
    let routes = Router::new()
        .merge(server_functions(state.clone()))
        .merge(forms::routes(state.clone()))
        .merge(pages::routes(state.clone()));
    Ok(with_edge(
        probes::routes(state.clone()),
        routes,
        &state.settings,
        state.limits,
    ))
}

/// The server functions, and `/api/me`, which needs nothing of Leptos.
fn server_functions(state: AppState) -> Router {
    Router::new()
        .route("/api/{*name}", any(server_function))
        .layer(from_fn_with_state(state.clone(), enforce_contract))
        .route("/api/me", any(check::me))
        .with_state(state)
}

async fn server_function(State(state): State<AppState>, request: Request) -> Response {
    let context = RequestContext::new(state.auth, state.cookies, &request);
    let provide = move || provide_context(context.clone());
    axum::response::IntoResponse::into_response(
        handle_server_fns_with_context(provide, request).await,
    )
}
