//! Puts the server together from the rooms. `main` and the tests call the same [`build`].

mod choices;
mod connections;
mod forms;
mod housekeeping;
mod logging;
mod pages;
mod serve;
mod tls;

use std::path::{Path, PathBuf};

use axum::{
    Router,
    error_handling::HandleErrorLayer,
    extract::Request,
    middleware::{from_fn, from_fn_with_state, map_response, map_response_with_state},
    response::Response,
    routing::any,
};
use leptos::context::provide_context;
use leptos_axum::handle_server_fns_with_context;
use thiserror::Error;
use tower::{ServiceBuilder, limit::GlobalConcurrencyLimitLayer, load_shed::LoadShedLayer};
use tower_http::catch_panic::CatchPanicLayer;

use crate::server::{Client, Clock, OpenError, Settings, Vault, http};
pub use logging::{LogError, start_logging};
pub use serve::{ServeError, serve};
pub use tls::CertificateError;

/// Why the server could not be put together. The text says what to do.
#[derive(Debug, Error)]
pub enum BuildError {
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error("the pages in {path} can't be read: {cause}; build them anew with `make build`")]
    Site { path: PathBuf, cause: std::io::Error },
}

/// The server, ready to be given requests.
#[derive(Debug)]
pub struct App {
    pub router: Router,
    pub vault: Vault,
}

/// Opens the vault and puts all routes together.
///
/// # Errors
/// When the database, the signing keys or the built site can't be used.
pub async fn build(settings: &Settings, clock: Clock) -> Result<App, BuildError> {
    let root = Path::new(&*settings.leptos.site_root);
    let files = http::SiteFiles::read(root, pages::live_reload())
        .map_err(|cause| BuildError::Site { path: root.to_owned(), cause })?;
    let vault = Vault::open(settings, clock, &Client::server()).await?;
    let site = pages::Site { options: settings.leptos.clone(), files, vault: vault.clone() };
    let limit = ServiceBuilder::new()
        .layer(HandleErrorLayer::new(http::answer_overload))
        .layer(LoadShedLayer::new())
        .layer(GlobalConcurrencyLimitLayer::new(http::REQUESTS_AT_ONCE));
    let router = Router::new()
        .merge(http::probes(vault.clone()))
        .merge(server_functions(vault.clone()))
        .merge(forms::forms(site.clone()))
        .merge(pages::pages(site))
        .layer(from_fn_with_state(vault.clone(), http::identify_client))
        .layer(CatchPanicLayer::custom(answer_panic))
        .layer(limit)
        .layer(from_fn(http::limit_headers))
        .layer(map_response(http::set_cache_control))
        .layer(from_fn(http::log_requests))
        .layer(map_response_with_state(vault.clone(), http::set_secure_headers));
    Ok(App { router, vault })
}

fn server_functions(vault: Vault) -> Router {
    let contract = from_fn_with_state(vault.clone(), http::hold_to_contract);
    let handler = move |request: Request| {
        let vault = vault.clone();
        handle_server_fns_with_context(move || provide_context(vault.clone()), request)
    };
    Router::new().route("/api/{*name}", any(handler)).layer(contract)
}

/// A panic is a bug; the request that met it gets an answer and the others go on.
#[expect(clippy::needless_pass_by_value, reason = "the signature that CatchPanicLayer takes")]
fn answer_panic(panic: Box<dyn std::any::Any + Send + 'static>) -> Response {
    let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    http::answer(&http::unavailable(format_args!("panic: {}", text.unwrap_or("without a text"))), false)
}
