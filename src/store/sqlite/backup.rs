use std::{io, path::Path};

use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};

use super::{SqliteStore, StoreError};
use crate::{
    domain::{Actor, EventKind, SecurityEvent, Timestamp},
    store::persist_new,
};

/// Writes the copy under a temporary name first: a file with the target's name is always complete.
pub(super) async fn write(
    store: &SqliteStore,
    target: &Path,
    now: Timestamp,
) -> Result<(), StoreError> {
    let failed = |cause: io::Error| match cause.kind() {
        io::ErrorKind::AlreadyExists => StoreError::Exists(target.to_owned()),
        _ => StoreError::File {
            path: target.to_owned(),
            cause,
        },
    };
    if target.try_exists().map_err(failed)? {
        return Err(StoreError::Exists(target.to_owned()));
    }
    let parent = target
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    let directory = parent.unwrap_or(Path::new("."));
    // Mode 0600. SQLite takes an empty file as a target.
    let draft = tempfile::NamedTempFile::new_in(directory).map_err(failed)?;
    let name = draft.path().to_str();
    let name = name.ok_or_else(|| failed(io::ErrorKind::InvalidFilename.into()))?;
    sqlx::query("VACUUM INTO ?")
        .bind(name)
        .execute(&store.readers)
        .await?;
    mark_as_copy(name, now).await?;
    persist_new(draft, target).map_err(failed)
}

async fn mark_as_copy(file: &str, now: Timestamp) -> Result<(), StoreError> {
    let options = SqliteConnectOptions::new().filename(file);
    let mut copy = SqliteConnection::connect_with(&options).await?;
    sqlx::query("UPDATE countersign_instance SET copied_at = ?")
        .bind(now.0)
        .execute(&mut copy)
        .await?;
    copy.close().await?;
    Ok(())
}

/// Ends every session of a database that was restored from a backup: nobody knows which of them
/// were ended after the backup was made.
pub(super) async fn end_restored_sessions(
    store: &SqliteStore,
    actor: &Actor,
    now: Timestamp,
) -> Result<(), StoreError> {
    let copied_at: Option<i64> = sqlx::query_scalar("SELECT copied_at FROM countersign_instance")
        .fetch_one(&store.readers)
        .await?;
    if copied_at.is_some() {
        void_links(store).await?;
        begin_epoch(store, "restored", actor, now).await?;
    }
    Ok(())
}

/// Ends every session of every user.
/// Deletes links that may have been used since the backup. Those that take an address back remain.
async fn void_links(store: &SqliteStore) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM countersign_one_time_tokens WHERE purpose <> 'email_restoration'")
        .execute(&store.writer)
        .await?;
    Ok(())
}

pub(super) async fn begin_epoch(
    store: &SqliteStore,
    detail: &'static str,
    actor: &Actor,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut writing = store.begin().await?;
    sqlx::query("UPDATE countersign_instance SET epoch = epoch + 1, copied_at = NULL")
        .execute(&mut *writing)
        .await?;
    let event = SecurityEvent::new(EventKind::AllSessionsRevoked, actor, now);
    SqliteStore::commit(writing, [event.with_detail(detail)]).await
}
