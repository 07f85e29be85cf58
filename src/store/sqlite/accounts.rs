use sqlx::{AssertSqlSafe, SqliteConnection};

use super::{SqliteStore, StoreError, attempts, emails, logout, one_time_tokens, passwords, user};
use crate::{
    domain::{
        Actor, DisplayName, EmailAddress, EventKind, FailureKey, RevokedReason, SecurityEvent,
        Timestamp, UserId, Username,
    },
    store::{InsertedUser, NewPasswordHash, NewUser, StoredUser, rows::UserRow},
};

pub(super) async fn insert(
    store: &SqliteStore,
    new: &NewUser<'_>,
    actor: &Actor,
) -> Result<InsertedUser, StoreError> {
    let mut writing = store.begin().await?;
    let inserted = insert_within(&mut writing, new).await?;
    if inserted == InsertedUser::Inserted {
        let event = SecurityEvent::new(EventKind::UserAdded, actor, new.created_at);
        SqliteStore::commit(writing, [event.with_user(new.user.id)]).await?;
    }
    Ok(inserted)
}

/// Creates an account within the caller's transaction.
pub(super) async fn insert_within(
    connection: &mut SqliteConnection,
    new: &NewUser<'_>,
) -> Result<InsertedUser, StoreError> {
    let done = sqlx::query(
        "INSERT INTO countersign_users
            (id, username, username_key, password_hash, email, email_key, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
    )
    .bind(new.user.id.0)
    .bind(new.user.username.as_str())
    .bind(new.user.username.comparison_key())
    .bind(new.password_hash)
    .bind(new.email.map(EmailAddress::as_str))
    .bind(new.email.map(EmailAddress::comparison_key))
    .bind(new.created_at.0)
    .execute(&mut *connection)
    .await?;
    if done.rows_affected() == 1 {
        return Ok(InsertedUser::Inserted);
    }
    let namesake = user::find_by(connection, &new.user.username).await?;
    Ok(match namesake {
        Some(_) => InsertedUser::NameTaken,
        None => InsertedUser::EmailTaken,
    })
}

pub(super) async fn find(
    store: &SqliteStore,
    name: &Username,
) -> Result<Option<StoredUser>, StoreError> {
    user::find_by(&store.readers, name).await
}

pub(super) async fn find_by_id(
    store: &SqliteStore,
    user: UserId,
) -> Result<Option<StoredUser>, StoreError> {
    let sql = format!(
        "SELECT {} FROM countersign_users WHERE id = ?",
        UserRow::COLUMNS
    );
    let row: Option<UserRow> = sqlx::query_as(AssertSqlSafe(sql))
        .bind(user.0)
        .fetch_optional(&store.readers)
        .await?;
    Ok(row.map(StoredUser::from))
}

pub(super) async fn set_display_name(
    store: &SqliteStore,
    user: UserId,
    name: Option<&DisplayName>,
    actor: &Actor,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut writing = store.begin().await?;
    let done = sqlx::query(
        "UPDATE countersign_users SET display_name = ?1 WHERE id = ?2 AND display_name IS NOT ?1",
    )
    .bind(name.map(DisplayName::as_str))
    .bind(user.0)
    .execute(&mut *writing)
    .await?;
    let event = SecurityEvent::new(EventKind::DisplayNameChanged, actor, now).with_user(user);
    SqliteStore::commit(writing, (done.rows_affected() == 1).then_some(event)).await
}

pub(super) async fn list(store: &SqliteStore) -> Result<Vec<StoredUser>, StoreError> {
    let columns = UserRow::COLUMNS;
    let sql = format!("SELECT {columns} FROM countersign_users ORDER BY username_key");
    let rows: Vec<UserRow> = sqlx::query_as(AssertSqlSafe(sql))
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
    let Some((mut writing, user)) = user::begin_for(store, name).await? else {
        return Ok(false);
    };
    sqlx::query("UPDATE countersign_users SET disabled_at = coalesce(disabled_at, ?) WHERE id = ?")
        .bind(now.0)
        .bind(user.id.0)
        .execute(&mut *writing)
        .await?;
    let reason = RevokedReason::UserDisabled;
    logout::revoke_all_within(&mut writing, user.id, reason, now).await?;
    one_time_tokens::void_within(&mut writing, user.id, emails::ALL).await?;
    let event = SecurityEvent::new(EventKind::UserDisabled, actor, now);
    SqliteStore::commit(writing, [event.with_user(user.id)]).await?;
    Ok(true)
}

pub(super) async fn enable(
    store: &SqliteStore,
    name: &Username,
    failure_keys: &[FailureKey],
    actor: &Actor,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let Some((mut writing, user)) = user::begin_for(store, name).await? else {
        return Ok(false);
    };
    sqlx::query("UPDATE countersign_users SET disabled_at = NULL WHERE id = ?")
        .bind(user.id.0)
        .execute(&mut *writing)
        .await?;
    attempts::reset_failures(&mut writing, failure_keys).await?;
    let event = SecurityEvent::new(EventKind::UserEnabled, actor, now);
    SqliteStore::commit(writing, [event.with_user(user.id)]).await?;
    Ok(true)
}

pub(super) async fn set_password(
    store: &SqliteStore,
    name: &Username,
    failure_keys: &[FailureKey],
    new: &NewPasswordHash<'_>,
) -> Result<bool, StoreError> {
    let Some((mut writing, user)) = user::begin_for(store, name).await? else {
        return Ok(false);
    };
    passwords::set_within(&mut writing, user.id, new).await?;
    let reason = RevokedReason::PasswordChanged;
    logout::revoke_all_within(&mut writing, user.id, reason, new.now).await?;
    attempts::reset_failures(&mut writing, failure_keys).await?;
    let event = SecurityEvent::new(EventKind::PasswordChanged, new.actor, new.now);
    SqliteStore::commit(writing, [event.with_user(user.id)]).await?;
    Ok(true)
}
