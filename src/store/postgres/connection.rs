use std::{
    ops::{Deref, DerefMut},
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use futures::FutureExt;
use secrecy::{ExposeSecret, SecretString};
use sqlx::{
    Connection, PgConnection, PgPool, Postgres,
    pool::PoolConnection,
    postgres::{PgConnectOptions, PgPoolOptions, PgSslMode},
    raw_sql,
};
use tokio::time::timeout;
use url::Url;

use super::{PostgresStore, StoreError};
use crate::store::running;

/// How long an operation waits for a connection.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(4);
/// How long a connection may take to answer when it returns to the pool.
const RELEASE_TIMEOUT: Duration = Duration::from_secs(1);
/// A connection that was idle for longer is tested before it is used. The database may have been
/// restarted meanwhile.
const TEST_AFTER: Duration = Duration::from_secs(1);

/// What holds for each connection. A role or a database may have other defaults: with
/// `synchronous_commit = off`, a confirmed logout could be lost. The database gives up what this
/// process has given up.
const SESSION: &str = "SET synchronous_commit = on;
    SET default_transaction_isolation = 'read committed';
    SET statement_timeout = '5s';
    SET idle_in_transaction_session_timeout = '10s'";

pub(super) fn options(
    url: &str,
    password: Option<&SecretString>,
) -> Result<PgConnectOptions, StoreError> {
    require_known_parameters(url)?;
    let options = PgConnectOptions::from_str(url).map_err(StoreError::Address)?;
    let options = options.application_name("countersign");
    Ok(match password {
        Some(password) => options.password(password.expose_secret()),
        None => options,
    })
}

/// sqlx ignores a parameter that it does not know, `sslmod` too. These are those that it reads, and
/// writes into the address of a pool.
fn require_known_parameters(url: &str) -> Result<(), StoreError> {
    const KNOWN: [&str; 18] = [
        "application_name",
        "dbname",
        "host",
        "hostaddr",
        "options",
        "password",
        "port",
        "ssl-ca",
        "ssl-cert",
        "ssl-key",
        "ssl-mode",
        "ssl-root-cert",
        "sslcert",
        "sslkey",
        "sslmode",
        "sslrootcert",
        "statement-cache-capacity",
        "user",
    ];
    // An address that can't be parsed is reported by sqlx.
    let Ok(url) = Url::parse(url) else {
        return Ok(());
    };
    // A `/`, `?` or `#` in a password ends the host, and the rest would be shown as a name. One that
    // belongs to a parameter is written `%40`.
    let has_at = |part: &str| part.contains('@');
    if has_at(url.path()) || url.query().is_some_and(has_at) || url.fragment().is_some() {
        return Err(StoreError::Unencoded);
    }
    let unknown = url
        .query_pairs()
        .find(|(name, _)| !KNOWN.contains(&&**name) && !name.starts_with("options["));
    match unknown {
        Some((name, _)) => Err(StoreError::Parameter(name.into_owned())),
        None => Ok(()),
    }
}

/// Connections that were opened before an answer could not be proven. They may lead to a database
/// that is not the primary any more, so they are not used again.
#[derive(Debug, Clone, Default)]
pub(super) struct Suspects(Arc<AtomicU64>);

impl Suspects {
    pub fn are_all_so_far(&self) {
        let now = u64::try_from(running().as_millis()).unwrap_or(u64::MAX);
        self.0.store(now, Ordering::SeqCst);
    }

    fn include(&self, age: Duration) -> bool {
        let opened_at = running().saturating_sub(age);
        opened_at < Duration::from_millis(self.0.load(Ordering::SeqCst))
    }
}

pub(super) fn pool(options: PgConnectOptions, max_connections: u32, suspects: &Suspects) -> PgPool {
    warn_without_verified_tls(&options);
    let suspects = suspects.clone();
    PgPoolOptions::new()
        .max_connections(max_connections)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .test_before_acquire(false)
        .before_acquire(move |connection, state| {
            let is_suspect = suspects.include(state.age);
            async move {
                if is_suspect {
                    return Ok(false);
                }
                if state.idle_for > TEST_AFTER {
                    connection.ping().await?;
                }
                Ok(true)
            }
            .boxed()
        })
        .after_connect(|connection, _| {
            async move { raw_sql(SESSION).execute(connection).await.map(drop) }.boxed()
        })
        .connect_lazy_with(options)
}

fn warn_without_verified_tls(options: &PgConnectOptions) {
    let host = options.get_host();
    let is_local = options.get_socket().is_some()
        || host.starts_with('/')
        || ["localhost", "127.0.0.1", "::1", "[::1]"].contains(&host);
    let is_verified = matches!(options.get_ssl_mode(), PgSslMode::VerifyFull);
    if !is_local && !is_verified {
        tracing::warn!(
            host,
            "the connection to the database can be intercepted: add sslmode=verify-full to \
             database.url, and sslrootcert=FILE if its certificate is of a CA of its own"
        );
    }
}

/// A connection of the pool. It is closed when it is dropped, unless `release` was called: the
/// answer of a query that was given up may still arrive, or never.
pub(super) struct Checkout {
    connection: PoolConnection<Postgres>,
    is_released: bool,
}

pub(super) async fn checkout(pool: &PgPool) -> Result<Checkout, StoreError> {
    let connection = pool.acquire().await.map_err(|error| match error {
        sqlx::Error::PoolTimedOut => StoreError::NoConnection {
            connections: pool.options().get_max_connections(),
        },
        error => error.into(),
    })?;
    Ok(Checkout {
        connection,
        is_released: false,
    })
}

impl PostgresStore {
    pub(super) async fn connection(&self) -> Result<Checkout, StoreError> {
        checkout(&self.asking.pool).await
    }
}

impl Checkout {
    /// Returns the connection to the pool. It has answered every query. The pool asks it once more,
    /// for which it sets no limit of its own.
    pub fn release(mut self) {
        self.is_released = true;
        tokio::spawn(timeout(RELEASE_TIMEOUT, self.connection.return_to_pool()));
    }
}

impl Drop for Checkout {
    fn drop(&mut self) {
        if !self.is_released {
            self.connection.close_on_drop();
        }
    }
}

impl Deref for Checkout {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.connection
    }
}

impl DerefMut for Checkout {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.connection
    }
}
