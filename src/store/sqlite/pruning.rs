use super::{SqliteStore, StoreError};
use crate::{domain::Timestamp, store::PruneBefore};

/// How many rows are deleted at a time, so that no other writer waits for long.
const BATCH: i64 = 500;

pub(super) async fn prune(store: &SqliteStore, before: PruneBefore) -> Result<u64, StoreError> {
    let sessions = "DELETE FROM countersign_sessions WHERE id IN
        (SELECT id FROM countersign_sessions WHERE expires_at <= ? LIMIT ?)";
    let failed_logins = "DELETE FROM countersign_failed_logins WHERE key IN
        (SELECT key FROM countersign_failed_logins WHERE last_at <= ? LIMIT ?)";
    let attempts = "DELETE FROM countersign_login_attempts WHERE id IN
        (SELECT id FROM countersign_login_attempts WHERE begun_at <= ? LIMIT ?)";
    let events = "DELETE FROM countersign_security_events WHERE id IN
        (SELECT id FROM countersign_security_events WHERE at <= ? LIMIT ?)";
    let tokens = "DELETE FROM countersign_one_time_tokens WHERE hash IN
        (SELECT hash FROM countersign_one_time_tokens WHERE expires_at <= ? LIMIT ?)";
    let mails = "DELETE FROM countersign_mails WHERE id IN
        (SELECT id FROM countersign_mails WHERE created_at <= ? AND due_at IS NULL LIMIT ?)";
    let pruned = delete(store, sessions, before.sessions).await?
        + delete(store, failed_logins, before.failed_logins).await?
        + delete(store, attempts, before.failed_logins).await?
        + delete(store, tokens, before.sessions).await?
        + delete(store, mails, before.mails).await?
        + delete(store, events, before.events).await?;
    Ok(pruned)
}

pub(super) async fn newest_time(store: &SqliteStore) -> Result<Option<Timestamp>, StoreError> {
    let newest: Option<i64> = sqlx::query_scalar(
        "SELECT coalesce((SELECT max(at) FROM countersign_security_events),
             (SELECT max(last_seen_at) FROM countersign_sessions))",
    )
    .fetch_one(&store.readers)
    .await?;
    Ok(newest.map(Timestamp))
}

async fn delete(
    store: &SqliteStore,
    statement: &'static str,
    until: Timestamp,
) -> Result<u64, StoreError> {
    let mut deleted = 0;
    loop {
        let query = sqlx::query(statement).bind(until.0).bind(BATCH);
        let rows = query.execute(&store.writer).await?.rows_affected();
        deleted += rows;
        if rows < BATCH.unsigned_abs() {
            return Ok(deleted);
        }
        tokio::task::yield_now().await;
    }
}
