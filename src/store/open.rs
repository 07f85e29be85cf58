use std::sync::Arc;

use super::{DatabaseOptions, IfAbsent, PostgresStore, SqliteStore, Store, StoreError};
use crate::domain::{Actor, Timestamp};

/// Opens a database and migrates it. If it was restored from a copy, its sessions end, as caused by
/// `actor`.
///
/// # Errors
/// When there is none and none is to be begun, or when it can't be used.
pub async fn open(
    options: &DatabaseOptions,
    if_absent: IfAbsent,
    actor: &Actor,
    now: Timestamp,
) -> Result<Arc<dyn Store>, StoreError> {
    Ok(if DatabaseOptions::is_postgres(&options.url) {
        Arc::new(PostgresStore::open(options, if_absent, actor, now).await?)
    } else {
        Arc::new(SqliteStore::open(options, if_absent, actor, now).await?)
    })
}

/// The versions of the migrations that a database lacks; `None` if it has no tables of ours.
///
/// # Errors
/// When the database can't be used.
pub async fn pending_migrations(options: &DatabaseOptions) -> Result<Option<Vec<i64>>, StoreError> {
    if DatabaseOptions::is_postgres(&options.url) {
        PostgresStore::pending_migrations(options).await
    } else {
        SqliteStore::pending_migrations(options).await
    }
}
