use super::{PostgresStore, StoreError, transaction::run};
use crate::{domain::Timestamp, store::PruneBefore};

/// How many rows are deleted at a time, so that nobody waits for long.
const BATCH: i64 = 500;

/// Other servers prune at the same time, so a row that is locked is left to whoever has locked it.
pub(super) async fn prune(store: &PostgresStore, before: PruneBefore) -> Result<u64, StoreError> {
    let sessions = "DELETE FROM countersign_sessions WHERE id IN
        (SELECT id FROM countersign_sessions WHERE expires_at <= $1
         LIMIT $2 FOR UPDATE SKIP LOCKED)";
    let failed_logins = "DELETE FROM countersign_failed_logins WHERE key IN
        (SELECT key FROM countersign_failed_logins WHERE last_at <= $1
         LIMIT $2 FOR UPDATE SKIP LOCKED)";
    let attempts = "DELETE FROM countersign_login_attempts WHERE id IN
        (SELECT id FROM countersign_login_attempts WHERE begun_at <= $1
         LIMIT $2 FOR UPDATE SKIP LOCKED)";
    let events = "DELETE FROM countersign_security_events WHERE id IN
        (SELECT id FROM countersign_security_events WHERE at <= $1
         LIMIT $2 FOR UPDATE SKIP LOCKED)";
    let servers = "DELETE FROM countersign_servers WHERE id IN
        (SELECT id FROM countersign_servers WHERE seen_at <= $1
         LIMIT $2 FOR UPDATE SKIP LOCKED)";
    let tokens = "DELETE FROM countersign_one_time_tokens WHERE hash IN
        (SELECT hash FROM countersign_one_time_tokens WHERE expires_at <= $1
         LIMIT $2 FOR UPDATE SKIP LOCKED)";
    let mails = "DELETE FROM countersign_mails WHERE id IN
        (SELECT id FROM countersign_mails WHERE created_at <= $1 AND due_at IS NULL
         LIMIT $2 FOR UPDATE SKIP LOCKED)";
    let pruned = delete(store, sessions, before.sessions).await?
        + delete(store, failed_logins, before.failed_logins).await?
        + delete(store, attempts, before.failed_logins).await?
        + delete(store, servers, before.failed_logins).await?
        + delete(store, tokens, before.sessions).await?
        + delete(store, mails, before.mails).await?
        + delete(store, events, before.events).await?;
    Ok(pruned)
}

pub(super) async fn newest_time(store: &PostgresStore) -> Result<Option<Timestamp>, StoreError> {
    let mut connection = store.connection().await?;
    let newest: Option<i64> = sqlx::query_scalar(
        "SELECT coalesce((SELECT max(at) FROM countersign_security_events),
            (SELECT max(last_seen_at) FROM countersign_sessions))",
    )
    .fetch_one(&mut *connection)
    .await?;
    connection.release();
    Ok(newest.map(Timestamp))
}

async fn delete(
    store: &PostgresStore,
    statement: &'static str,
    until: Timestamp,
) -> Result<u64, StoreError> {
    let mut deleted = 0;
    loop {
        let rows = run(|| async {
            let mut connection = store.connection().await?;
            let query = sqlx::query(statement).bind(until.0).bind(BATCH);
            let rows = query.execute(&mut *connection).await?.rows_affected();
            connection.release();
            Ok(rows)
        })
        .await?;
        deleted += rows;
        if rows < BATCH.unsigned_abs() {
            return Ok(deleted);
        }
    }
}
