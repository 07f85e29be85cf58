use std::collections::BTreeSet;

use sqlx::SqliteExecutor;

use super::{SqliteStore, StoreError};
use crate::{
    domain::{Actor, Timestamp},
    store::{Identity, key_events::key_events},
};

/// The ids of the recorded keys, if there are any. The times at which they sign are in their files.
pub(super) async fn on_record(store: &SqliteStore) -> Result<Option<Identity>, StoreError> {
    let known = known_within(&store.readers).await?;
    let signing_keys = known.into_iter().map(|id| (id, Timestamp(0))).collect();
    let identity = Identity {
        signing_keys,
        ..Identity::default()
    };
    Ok((!identity.signing_keys.is_empty()).then_some(identity))
}

/// Records which keys were added and removed since the last call.
pub(super) async fn record(
    store: &SqliteStore,
    ids: &BTreeSet<String>,
    actor: &Actor,
    now: Timestamp,
) -> Result<(), StoreError> {
    let known = known_within(&store.readers).await?;
    if known == *ids {
        return Ok(());
    }
    let mut writing = store.begin().await?;
    // Another process may have recorded the same change.
    let known = known_within(&mut *writing).await?;
    for kid in ids.difference(&known) {
        sqlx::query("INSERT INTO countersign_signing_keys (kid) VALUES (?)")
            .bind(kid)
            .execute(&mut *writing)
            .await?;
    }
    for kid in known.difference(ids) {
        sqlx::query("DELETE FROM countersign_signing_keys WHERE kid = ?")
            .bind(kid)
            .execute(&mut *writing)
            .await?;
    }
    SqliteStore::commit(writing, key_events(&known, ids, actor, now)).await
}

pub(super) async fn known_within(
    executor: impl SqliteExecutor<'_>,
) -> Result<BTreeSet<String>, StoreError> {
    let known: Vec<String> = sqlx::query_scalar("SELECT kid FROM countersign_signing_keys")
        .fetch_all(executor)
        .await?;
    Ok(known.into_iter().collect())
}
