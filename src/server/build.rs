use std::{net::SocketAddr, path::absolute, sync::Arc};

use axum::Router;
use thiserror::Error;

use super::Settings;
use crate::{
    auth::{AuthService, Clock, OpenError},
    domain::Actor,
    http::{self, Application, RouterError},
    store::{IfAbsent, SqliteStore},
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
    let auth = open_auth(settings, IfAbsent::Begin, clock, &Actor::Server).await?;
    let router = http::router(auth.clone(), settings.http(address), application)?;
    Ok(Server { router, auth })
}

/// Opens the database and the service on it.
///
/// # Errors
/// When the database or the keys can't be used, or there are none and none are to be begun.
pub async fn open_auth(
    settings: &Settings,
    if_absent: IfAbsent,
    clock: Clock,
    actor: &Actor,
) -> Result<AuthService, OpenError> {
    let url = settings.database_url();
    let store = SqliteStore::open(&url, if_absent, actor, clock.now()).await?;
    let keys = settings.keys_dir();
    if if_absent == IfAbsent::Fail && !keys.exists() {
        return Err(OpenError::NoKeys(absolute(&keys).unwrap_or(keys)));
    }
    AuthService::open(Arc::new(store), settings.auth(), clock, actor).await
}
