use std::collections::BTreeSet;

use super::{SqliteStore, StoreError};
use crate::domain::{Actor, EventKind, SecurityEvent, Timestamp};

/// The ids of the recorded keys.
pub(super) async fn known(store: &SqliteStore) -> Result<BTreeSet<String>, StoreError> {
    let known: Vec<String> = sqlx::query_scalar("SELECT kid FROM countersign_signing_keys")
        .fetch_all(&store.readers)
        .await?;
    Ok(known.into_iter().collect())
}

pub(super) async fn record(
    store: &SqliteStore,
    ids: &BTreeSet<String>,
    actor: &Actor,
    now: Timestamp,
) -> Result<(), StoreError> {
    let known = known(store).await?;
    if known == *ids {
        return Ok(());
    }
    let mut writing = store.begin().await?;
    let mut events = Vec::new();
    // Another process may have recorded the same change: only what changes a row is an event.
    for kid in ids.difference(&known) {
        let insert = "INSERT INTO countersign_signing_keys (kid) VALUES (?) ON CONFLICT DO NOTHING";
        let done = sqlx::query(insert).bind(kid).execute(&mut *writing).await?;
        if done.rows_affected() == 1 {
            events.push(SecurityEvent::new(EventKind::KeyAdded, actor, now).with_detail(kid));
        }
    }
    for kid in known.difference(ids) {
        let delete = "DELETE FROM countersign_signing_keys WHERE kid = ?";
        let done = sqlx::query(delete).bind(kid).execute(&mut *writing).await?;
        if done.rows_affected() == 1 {
            events.push(SecurityEvent::new(EventKind::KeyRemoved, actor, now).with_detail(kid));
        }
    }
    SqliteStore::commit(writing, events).await
}
