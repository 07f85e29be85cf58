use std::sync::Arc;

use futures::FutureExt;
use sqlx::{ConnectOptions, Connection, PgConnection, PgPool, postgres::PgConnectOptions, raw_sql};

use super::{
    PostgresStore, StoreError,
    check::{self, Asking, Check},
    connection::{Suspects, options, pool},
    durability::require_standbys,
    instance, migrations,
    opening::explain,
    proof::Proof,
    transaction::run,
};
use crate::{
    domain::{Actor, Timestamp},
    store::{Batcher, DatabaseOptions, IfAbsent},
};

/// How many queries of checks are under way at the same time. The checks that arrive meanwhile are
/// asked together by the next one.
const CHECKS_AT_ONCE: usize = 2;

impl PostgresStore {
    /// Opens a database and migrates it. If it is a copy, its sessions end, as caused by `actor`.
    ///
    /// # Errors
    /// When it can't be reached, or is a standby, or has no tables of ours and none are to be
    /// created, or was migrated by a newer version so that this one can't serve it.
    pub async fn open(
        settings: &DatabaseOptions,
        if_absent: IfAbsent,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let options = options(&settings.url, settings.password.as_ref())?;
        let opened = Self::open_at(&options, settings, if_absent, actor, now).await;
        opened.map_err(|error| explain(error, &options))
    }

    async fn open_at(
        options: &PgConnectOptions,
        settings: &DatabaseOptions,
        if_absent: IfAbsent,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        require_usable(options).await?;
        let suspects = Suspects::default();
        let pool = pool(options.clone(), settings.max_connections, &suspects);
        match (pending(&pool).await?, if_absent) {
            (None, IfAbsent::Fail) => return Err(StoreError::NoTables(name_of(options))),
            (Some(lacking), _) if lacking.is_empty() => {}
            (lacking, _) if !settings.migrate => {
                return Err(StoreError::Pending(lacking.unwrap_or_default()));
            }
            _ => migrations::migrate(&pool).await?,
        }
        migrations::require_servable(&mut *pool.acquire().await?).await?;
        let standbys = settings.durable_on;
        if standbys > 0 {
            require_standbys(&mut *pool.acquire().await?, standbys).await?;
        }
        let store = Self::new(pool, standbys, suspects);
        run(|| instance::end_restored_sessions(&store, actor, now)).await?;
        Ok(store)
    }

    fn new(pool: PgPool, standbys: u32, suspects: Suspects) -> Self {
        let asking = Arc::new(Asking {
            pool,
            proof: Proof::new(standbys),
            suspects,
        });
        let to_ask = Arc::clone(&asking);
        let ask = move |checks: Vec<Check>| {
            let asking = Arc::clone(&to_ask);
            async move { check::ask(&asking, &checks).await }.boxed()
        };
        Self {
            asking,
            checks: Batcher::parallel(CHECKS_AT_ONCE, ask),
        }
    }

    /// The migrations that a database lacks; `None` if it has no tables of ours.
    ///
    /// # Errors
    /// When it can't be reached.
    pub async fn pending_migrations(
        settings: &DatabaseOptions,
    ) -> Result<Option<Vec<i64>>, StoreError> {
        let options = options(&settings.url, settings.password.as_ref())?;
        let found = async {
            require_usable(&options).await?;
            pending(&pool(options.clone(), 1, &Suspects::default())).await
        };
        found.await.map_err(|error| explain(error, &options))
    }
}

async fn pending(pool: &PgPool) -> Result<Option<Vec<i64>>, StoreError> {
    migrations::pending(&mut *pool.acquire().await?).await
}

/// Where a database is, for an error. Without its password.
pub(in crate::store) fn name_of(options: &PgConnectOptions) -> String {
    let database = options.get_database().unwrap_or(options.get_username());
    format!(
        "{database} at {}:{}",
        options.get_host(),
        options.get_port()
    )
}

async fn require_usable(options: &PgConnectOptions) -> Result<(), StoreError> {
    run(|| async {
        let mut connection = options.connect().await?;
        let (is_standby, encoding): (bool, String) =
            sqlx::query_as("SELECT pg_is_in_recovery(), current_setting('server_encoding')")
                .persistent(false)
                .fetch_one(&mut connection)
                .await?;
        if is_standby {
            return Err(StoreError::Standby);
        }
        if encoding != "UTF8" {
            return Err(StoreError::Encoding(encoding));
        }
        refuse_transaction_pooling(connection, options).await
    })
    .await
}

/// A pooler in transaction mode gives each transaction of a connection another connection to the
/// database, so that what was set for the connection is lost: `synchronous_commit`, for one. While
/// one connection has a transaction open, another one looks for what it has set before.
async fn refuse_transaction_pooling(
    mut first: PgConnection,
    options: &PgConnectOptions,
) -> Result<(), StoreError> {
    let probe = "SELECT coalesce(current_setting('countersign.probe', TRUE), '')";
    raw_sql("SET countersign.probe = 'first'")
        .execute(&mut first)
        .await?;
    let mut second = options.connect().await?;
    raw_sql("BEGIN").execute(&mut second).await?;
    let of_second: String = sqlx::query_scalar(probe)
        .persistent(false)
        .fetch_one(&mut second)
        .await?;
    let of_first: String = sqlx::query_scalar(probe)
        .persistent(false)
        .fetch_one(&mut first)
        .await?;
    raw_sql("ROLLBACK").execute(&mut second).await?;
    second.close().await?;
    raw_sql("RESET countersign.probe")
        .execute(&mut first)
        .await?;
    first.close().await?;
    if of_first == "first" && of_second.is_empty() {
        return Ok(());
    }
    Err(StoreError::TransactionPooling)
}
