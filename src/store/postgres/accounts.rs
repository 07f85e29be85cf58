use sqlx::{AssertSqlSafe, PgConnection};

use super::{
    PostgresStore, StoreError, attempts, emails, logout, one_time_tokens, passwords, user,
};
use crate::{
    domain::{
        Actor, DisplayName, EmailAddress, EventKind, FailureKey, RevokedReason, SecurityEvent,
        Timestamp, UserId, Username,
    },
    store::{InsertedUser, NewPasswordHash, NewUser, StoredUser, rows::UserRow},
};

pub(super) async fn insert(
    store: &PostgresStore,
    new: &NewUser<'_>,
    actor: &Actor,
) -> Result<InsertedUser, StoreError> {
    let mut writing = store.begin().await?;
    let inserted = insert_within(&mut writing, new).await?;
    if inserted == InsertedUser::Inserted {
        let event = SecurityEvent::new(EventKind::UserAdded, actor, new.created_at);
        writing.commit([event.with_user(new.user.id)]).await?;
    } else {
        writing.roll_back().await?;
    }
    Ok(inserted)
}

/// Creates an account within the caller's transaction.
pub(super) async fn insert_within(
    connection: &mut PgConnection,
    new: &NewUser<'_>,
) -> Result<InsertedUser, StoreError> {
    let done = sqlx::query(
        "INSERT INTO countersign_users
            (id, username, username_key, password_hash, email, email_key, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
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
    let namesake = user::find_by(connection, &new.user.username, "").await?;
    Ok(match namesake {
        Some(_) => InsertedUser::NameTaken,
        None => InsertedUser::EmailTaken,
    })
}

pub(super) async fn find(
    store: &PostgresStore,
    name: &Username,
) -> Result<Option<StoredUser>, StoreError> {
    let mut connection = store.connection().await?;
    let user = user::find_by(&mut connection, name, "").await?;
    connection.release();
    Ok(user)
}

pub(super) async fn find_by_id(
    store: &PostgresStore,
    user: UserId,
) -> Result<Option<StoredUser>, StoreError> {
    let sql = format!(
        "SELECT {} FROM countersign_users WHERE id = $1",
        UserRow::COLUMNS
    );
    let mut connection = store.connection().await?;
    let row: Option<UserRow> = sqlx::query_as(AssertSqlSafe(sql))
        .bind(user.0)
        .fetch_optional(&mut *connection)
        .await?;
    connection.release();
    Ok(row.map(StoredUser::from))
}

pub(super) async fn set_display_name(
    store: &PostgresStore,
    user: UserId,
    name: Option<&DisplayName>,
    actor: &Actor,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut writing = store.begin().await?;
    let done = sqlx::query(
        "UPDATE countersign_users SET display_name = $1
         WHERE id = $2 AND display_name IS DISTINCT FROM $1",
    )
    .bind(name.map(DisplayName::as_str))
    .bind(user.0)
    .execute(&mut *writing)
    .await?;
    let event = SecurityEvent::new(EventKind::DisplayNameChanged, actor, now).with_user(user);
    writing
        .commit((done.rows_affected() == 1).then_some(event))
        .await
}

pub(super) async fn list(store: &PostgresStore) -> Result<Vec<StoredUser>, StoreError> {
    let mut connection = store.connection().await?;
    let columns = UserRow::COLUMNS;
    let sql = format!("SELECT {columns} FROM countersign_users ORDER BY username_key");
    let rows: Vec<UserRow> = sqlx::query_as(AssertSqlSafe(sql))
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
    let Some((mut writing, user)) = user::begin_for(store, name).await? else {
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
    one_time_tokens::void_within(&mut writing, user.id, emails::ALL).await?;
    let event = SecurityEvent::new(EventKind::UserDisabled, actor, now);
    writing.commit([event.with_user(user.id)]).await?;
    Ok(true)
}

pub(super) async fn enable(
    store: &PostgresStore,
    name: &Username,
    failure_keys: &[FailureKey],
    actor: &Actor,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let Some((mut writing, user)) = user::begin_for(store, name).await? else {
        return Ok(false);
    };
    sqlx::query("UPDATE countersign_users SET disabled_at = NULL WHERE id = $1")
        .bind(user.id.0)
        .execute(&mut *writing)
        .await?;
    attempts::reset_failures(&mut writing, failure_keys).await?;
    let event = SecurityEvent::new(EventKind::UserEnabled, actor, now);
    writing.commit([event.with_user(user.id)]).await?;
    Ok(true)
}

pub(super) async fn set_password(
    store: &PostgresStore,
    name: &Username,
    failure_keys: &[FailureKey],
    new: &NewPasswordHash<'_>,
) -> Result<bool, StoreError> {
    let Some((mut writing, user)) = user::begin_for(store, name).await? else {
        return Ok(false);
    };
    passwords::set_within(&mut writing, user.id, new).await?;
    attempts::reset_failures(&mut writing, failure_keys).await?;
    let reason = RevokedReason::PasswordChanged;
    logout::revoke_all_within(&mut writing, user.id, None, reason, new.now).await?;
    let event = SecurityEvent::new(EventKind::PasswordChanged, new.actor, new.now);
    writing.commit([event.with_user(user.id)]).await?;
    Ok(true)
}
