use sqlx::PgConnection;
use uuid::Uuid;

use super::{PostgresStore, StoreError, attempts, logout, transaction::Writing};
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
    store: &PostgresStore,
    new: &NewUser<'_>,
    actor: &Actor,
) -> Result<bool, StoreError> {
    let mut writing = store.begin().await?;
    let done = sqlx::query(
        "INSERT INTO countersign_users (id, username, username_key, password_hash, created_at)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (username_key) DO NOTHING",
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
    let event = added.then_some(event.with_user(new.user.id));
    writing.commit(event).await?;
    Ok(added)
}

pub(super) async fn find(
    store: &PostgresStore,
    name: &Username,
) -> Result<Option<User>, StoreError> {
    let mut connection = store.connection().await?;
    let find = "SELECT id, username FROM countersign_users WHERE username_key = $1";
    let user = find_by(&mut connection, find, name).await?;
    connection.release();
    Ok(user)
}

/// Begins to write about a user, who is locked; `None` if there is no such user.
pub(super) async fn begin_for(
    store: &PostgresStore,
    name: &Username,
) -> Result<Option<(Writing, User)>, StoreError> {
    let mut writing = store.begin().await?;
    let find = "SELECT id, username FROM countersign_users WHERE username_key = $1
                FOR NO KEY UPDATE";
    if let Some(user) = find_by(&mut writing, find, name).await? {
        return Ok(Some((writing, user)));
    }
    writing.roll_back().await?;
    Ok(None)
}

async fn find_by(
    connection: &mut PgConnection,
    statement: &'static str,
    name: &Username,
) -> Result<Option<User>, StoreError> {
    let row: Option<(Uuid, String)> = sqlx::query_as(statement)
        .bind(name.comparison_key())
        .fetch_optional(connection)
        .await?;
    Ok(row.map(|(id, name)| rows::user(id, name)))
}

pub(super) async fn list(store: &PostgresStore) -> Result<Vec<StoredUser>, StoreError> {
    let mut connection = store.connection().await?;
    let rows: Vec<UserRow> = sqlx::query_as(
        "SELECT id, username, created_at, disabled_at FROM countersign_users
         ORDER BY username_key",
    )
    .fetch_all(&mut *connection)
    .await?;
    connection.release();
    Ok(rows.into_iter().map(StoredUser::from).collect())
}

pub(super) async fn disable(
    store: &PostgresStore,
    name: &Username,
    actor: &Actor,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let Some((mut writing, user)) = begin_for(store, name).await? else {
        return Ok(false);
    };
    sqlx::query(
        "UPDATE countersign_users SET disabled_at = coalesce(disabled_at, $1) WHERE id = $2",
    )
    .bind(now.0)
    .bind(user.id.0)
    .execute(&mut *writing)
    .await?;
    let reason = RevokedReason::UserDisabled;
    logout::revoke_all_within(&mut writing, user.id, None, reason, now).await?;
    let event = SecurityEvent::new(EventKind::UserDisabled, actor, now);
    writing.commit([event.with_user(user.id)]).await?;
    Ok(true)
}

pub(super) async fn enable(
    store: &PostgresStore,
    name: &Username,
    failure_key: Option<FailureKey>,
    actor: &Actor,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let Some((mut writing, user)) = begin_for(store, name).await? else {
        return Ok(false);
    };
    sqlx::query("UPDATE countersign_users SET disabled_at = NULL WHERE id = $1")
        .bind(user.id.0)
        .execute(&mut *writing)
        .await?;
    attempts::reset_failures(&mut writing, failure_key).await?;
    let event = SecurityEvent::new(EventKind::UserEnabled, actor, now);
    writing.commit([event.with_user(user.id)]).await?;
    Ok(true)
}

pub(super) async fn set_password(
    store: &PostgresStore,
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
         SET password_hash = $1, password_generation = password_generation + 1 WHERE id = $2",
    )
    .bind(password_hash)
    .bind(user.id.0)
    .execute(&mut *writing)
    .await?;
    attempts::reset_failures(&mut writing, failure_key).await?;
    let reason = RevokedReason::PasswordChanged;
    logout::revoke_all_within(&mut writing, user.id, None, reason, now).await?;
    let event = SecurityEvent::new(EventKind::PasswordChanged, actor, now);
    writing.commit([event.with_user(user.id)]).await?;
    Ok(true)
}
