//! Puts the server together from the rooms. `main` and the tests call the same [`build`].

mod choices;
mod connections;
mod forms;
mod housekeeping;
mod logging;
mod pages;
mod serve;
mod shared_pages;
mod tls;

use std::path::{Path, PathBuf};

use axum::{Router, extract::Request, middleware::from_fn_with_state, routing::any};
use leptos::context::provide_context;
use leptos_axum::handle_server_fns_with_context;
use thiserror::Error;

use crate::server::{Client, Clock, OpenError, Settings, Vault, http};
pub use logging::{LogError, start_logging};
pub use serve::{ServeError, serve};
use shared_pages::SharedPages;

pub use tls::CertificateError;

/// Why the server could not be put together. The text says what to do.
#[derive(Debug, Error)]
pub enum BuildError {
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error("the pages in {path} can't be read: {cause}; build them anew with `make build`")]
    Site {
        path: PathBuf,
        cause: std::io::Error,
    },
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
    let files =
        http::SiteFiles::read(root, pages::live_reload()).map_err(|cause| BuildError::Site {
            path: root.to_owned(),
            cause,
        })?;
    let vault = Vault::open(settings, clock, &Client::server()).await?;
    let site = pages::Site {
        options: settings.leptos.clone(),
        files,
        vault: vault.clone(),
        shared: SharedPages::default(),
    };
    let inside = Router::new()
        .merge(http::probes(vault.clone()))
        .merge(server_functions(vault.clone()))
        .merge(forms::forms(site.clone()))
        .merge(pages::pages(site));
    let router = Router::new().fallback_service(http::Gate::around(inside, vault.clone()));
    Ok(App { router, vault })
}

fn server_functions(vault: Vault) -> Router {
    let contract = from_fn_with_state(vault.clone(), http::hold_to_contract);
    let me = Router::new()
        .route("/api/me", any(http::me))
        .with_state(vault.clone());
    let handler = move |request: Request| {
        let vault = vault.clone();
        handle_server_fns_with_context(move || provide_context(vault.clone()), request)
    };
    Router::new()
        .route("/api/{*name}", any(handler))
        .layer(contract)
        .merge(me)
}
