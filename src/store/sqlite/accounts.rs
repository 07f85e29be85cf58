use sqlx::SqliteExecutor;
use uuid::Uuid;

use super::{SqliteStore, StoreError, attempts, logout, transaction::Writing};
use crate::{
    domain::{
        Actor, EventKind, FailureKey, RevokedReason, SecurityEvent, Timestamp, User, Username,
    },
    store::{
        NewUser, StoredUser,
        rows::{self, UserRow},
    },
};

pub(super) async fn insert(
    store: &SqliteStore,
    new: &NewUser<'_>,
    actor: &Actor,
) -> Result<bool, StoreError> {
    let mut writing = store.begin().await?;
    let done = sqlx::query(
        "INSERT INTO countersign_users (id, username, username_key, password_hash, created_at)
         VALUES (?, ?, ?, ?, ?) ON CONFLICT (username_key) DO NOTHING",
    )
    .bind(new.user.id.0)
    .bind(new.user.username.as_str())
    .bind(new.user.username.comparison_key())
    .bind(new.password_hash)
    .bind(new.created_at.0)
    .execute(&mut *writing)
    .await?;
    let added = done.rows_affected() == 1;
    let event = SecurityEvent::new(EventKind::UserAdded, actor, new.created_at);
    SqliteStore::commit(writing, added.then_some(event.with_user(new.user.id))).await?;
    Ok(added)
}

pub(super) async fn find(store: &SqliteStore, name: &Username) -> Result<Option<User>, StoreError> {
    find_by(&store.readers, name).await
}

/// Begins to write about a user; `None` if there is no such user.
pub(super) async fn begin_for(
    store: &SqliteStore,
    name: &Username,
) -> Result<Option<(Writing, User)>, StoreError> {
    let mut writing = store.begin().await?;
    let user = find_by(&mut *writing, name).await?;
    Ok(user.map(|user| (writing, user)))
}

async fn find_by(
    executor: impl SqliteExecutor<'_>,
    name: &Username,
) -> Result<Option<User>, StoreError> {
    let row: Option<(Uuid, String)> =
        sqlx::query_as("SELECT id, username FROM countersign_users WHERE username_key = ?")
            .bind(name.comparison_key())
            .fetch_optional(executor)
            .await?;
    Ok(row.map(|(id, name)| rows::user(id, name)))
}

pub(super) async fn list(store: &SqliteStore) -> Result<Vec<StoredUser>, StoreError> {
    let rows: Vec<UserRow> = sqlx::query_as(
        "SELECT id, username, created_at, disabled_at FROM countersign_users
         ORDER BY username_key",
    )
    .fetch_all(&store.readers)
    .await?;
    Ok(rows.into_iter().map(StoredUser::from).collect())
}

pub(super) async fn disable(
    store: &SqliteStore,
    name: &Username,
    actor: &Actor,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let Some((mut writing, user)) = begin_for(store, name).await? else {
        return Ok(false);
    };
    sqlx::query("UPDATE countersign_users SET disabled_at = coalesce(disabled_at, ?) WHERE id = ?")
        .bind(now.0)
        .bind(user.id.0)
        .execute(&mut *writing)
        .await?;
    let reason = RevokedReason::UserDisabled;
    logout::revoke_all_within(&mut writing, user.id, reason, now).await?;
    let event = SecurityEvent::new(EventKind::UserDisabled, actor, now);
    SqliteStore::commit(writing, [event.with_user(user.id)]).await?;
    Ok(true)
}

pub(super) async fn enable(
    store: &SqliteStore,
    name: &Username,
    failure_key: Option<FailureKey>,
    actor: &Actor,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let Some((mut writing, user)) = begin_for(store, name).await? else {
        return Ok(false);
    };
    sqlx::query("UPDATE countersign_users SET disabled_at = NULL WHERE id = ?")
        .bind(user.id.0)
        .execute(&mut *writing)
        .await?;
    if let Some(key) = failure_key {
        attempts::reset_failures(&mut writing, key).await?;
    }
    let event = SecurityEvent::new(EventKind::UserEnabled, actor, now);
    SqliteStore::commit(writing, [event.with_user(user.id)]).await?;
    Ok(true)
}

pub(super) async fn set_password(
    store: &SqliteStore,
    name: &Username,
    failure_key: Option<FailureKey>,
    password_hash: &str,
    actor: &Actor,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let Some((mut writing, user)) = begin_for(store, name).await? else {
        return Ok(false);
    };
    sqlx::query(
        "UPDATE countersign_users
         SET password_hash = ?, password_generation = password_generation + 1 WHERE id = ?",
    )
    .bind(password_hash)
    .bind(user.id.0)
    .execute(&mut *writing)
    .await?;
    let reason = RevokedReason::PasswordChanged;
    logout::revoke_all_within(&mut writing, user.id, reason, now).await?;
    if let Some(key) = failure_key {
        attempts::reset_failures(&mut writing, key).await?;
    }
    let event = SecurityEvent::new(EventKind::PasswordChanged, actor, now);
    SqliteStore::commit(writing, [event.with_user(user.id)]).await?;
    Ok(true)
}
