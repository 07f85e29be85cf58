use sqlx::{PgConnection, PgPool, migrate::Migrator, raw_sql};

use super::StoreError;
use crate::store::migrations::{APPLIED, Applied, TABLE, pending as lacking};

/// The lock under which one server after the other migrates. Any number would do that no
/// application uses for its own.
const LOCK: i64 = 0x0063_6F75_6E74_6572;

fn migrator() -> Migrator {
    let mut migrator = sqlx::migrate!("./migrations/postgres");
    migrator.dangerous_set_table_name(TABLE);
    // A lock of the session would be held by no one behind a pooler.
    migrator.set_locking(false);
    // A newer server has added what this one does not need: `require_servable` decides.
    migrator.set_ignore_missing(true);
    migrator
}

/// The migrations that the database lacks; `None` if it has no tables of ours.
pub(super) async fn pending(connection: &mut PgConnection) -> Result<Option<Vec<i64>>, StoreError> {
    let has_tables: bool = sqlx::query_scalar("SELECT to_regclass($1) IS NOT NULL")
        .bind(TABLE)
        .fetch_one(&mut *connection)
        .await?;
    if !has_tables {
        return Ok(None);
    }
    let applied: Vec<Applied> = sqlx::query_as(APPLIED).fetch_all(connection).await?;
    Ok(Some(lacking(&migrator(), &applied)?))
}

/// Applies what the database lacks, in one transaction. Servers that start at once wait for each
/// other.
pub(super) async fn migrate(pool: &PgPool) -> Result<(), StoreError> {
    let mut transaction = pool.begin().await?;
    // A migration may take longer than a query.
    raw_sql("SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0")
        .execute(&mut *transaction)
        .await?;
    sqlx::query("SELECT pg_advisory_xact_lock($1)")
        .bind(LOCK)
        .execute(&mut *transaction)
        .await?;
    migrator()
        .run_direct(None, &mut *transaction, false)
        .await?;
    Ok(transaction.commit().await?)
}

/// Refuses a schema that a newer version has changed so that this one can't serve it.
pub(super) async fn require_servable(connection: &mut PgConnection) -> Result<(), StoreError> {
    let serves_from: i64 = sqlx::query_scalar("SELECT serves_from FROM countersign_instance")
        .fetch_one(connection)
        .await?;
    let known = migrator().iter().map(|migration| migration.version).max();
    if known < Some(serves_from) {
        return Err(StoreError::Newer);
    }
    Ok(())
}
