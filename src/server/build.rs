use std::{net::SocketAddr, sync::Arc};

use axum::Router;
use thiserror::Error;

use super::Settings;
use crate::{
    auth::{AuthService, Clock, OpenError},
    domain::Actor,
    http::{self, Application, RouterError},
    store::SqliteStore,
};

/// A server that is ready for requests.
#[derive(Debug)]
pub struct Server {
    pub router: Router,
    pub auth: AuthService,
}

/// Why the server can't be built. The text says what to do.
#[derive(Debug, Error)]
pub enum BuildError {
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Router(#[from] RouterError),
}

/// Opens the service and puts all routes together, for a server that listens on `address`. The
/// binary and the tests call the same function.
///
/// # Errors
/// When the database, the keys or the built site can't be used.
pub async fn build(
    settings: &Settings,
    address: SocketAddr,
    clock: Clock,
    application: Application,
) -> Result<Server, BuildError> {
    let auth = open_auth(settings, clock, &Actor::Server).await?;
    let router = http::router(auth.clone(), settings.http(address), application)?;
    Ok(Server { router, auth })
}

/// Opens the database and the service on it.
///
/// # Errors
/// When the database or the keys can't be used.
pub async fn open_auth(
    settings: &Settings,
    clock: Clock,
    actor: &Actor,
) -> Result<AuthService, OpenError> {
    let store = SqliteStore::open(&settings.database_url(), actor, clock.now()).await?;
    AuthService::open(Arc::new(store), settings.auth(), clock, actor).await
}
