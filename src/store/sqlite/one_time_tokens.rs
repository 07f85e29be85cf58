use sqlx::{AssertSqlSafe, SqliteConnection, SqliteExecutor};

use super::{SqliteStore, StoreError, user};
use crate::{
    domain::{
        Actor, EventKind, SecurityEvent, Timestamp, TokenHash, TokenPurpose, User, UserId, Username,
    },
    store::{NewToken, StoredUser, rows::UserRow},
};

pub(super) async fn insert(
    store: &SqliteStore,
    name: &Username,
    token: &NewToken,
    actor: &Actor,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let Some((mut writing, user)) = user::begin_for(store, name).await? else {
        return Ok(false);
    };
    if !insert_within(&mut writing, user.id, token).await? {
        return Ok(false);
    }
    let event = SecurityEvent::new(EventKind::PasswordResetSent, actor, now);
    SqliteStore::commit(writing, [event.with_user(user.id)]).await?;
    Ok(true)
}

/// Stores a token within the caller's transaction; `false` if the user is disabled.
pub(super) async fn insert_within(
    connection: &mut SqliteConnection,
    user: UserId,
    token: &NewToken,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "INSERT INTO countersign_one_time_tokens
            (hash, purpose, user_id, password_generation, expires_at)
         SELECT ?, ?, id, password_generation, ? FROM countersign_users
         WHERE id = ? AND disabled_at IS NULL",
    )
    .bind(token.hash.0.as_slice())
    .bind(token.purpose.code())
    .bind(token.expires_at.0)
    .bind(user.0)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(super) async fn find_owner(
    store: &SqliteStore,
    token: TokenHash,
    purpose: TokenPurpose,
    now: Timestamp,
) -> Result<Option<User>, StoreError> {
    let row = find_row(&store.readers, token, purpose, now).await?;
    Ok(row.map(|row| StoredUser::from(row).user))
}

/// The owner of a token that is good.
pub(super) async fn find_row(
    executor: impl SqliteExecutor<'_>,
    token: TokenHash,
    purpose: TokenPurpose,
    now: Timestamp,
) -> Result<Option<UserRow>, StoreError> {
    let sql = format!(
        "SELECT {} FROM countersign_users AS u
         WHERE disabled_at IS NULL AND EXISTS (SELECT 1 FROM countersign_one_time_tokens AS t
            WHERE t.hash = ? AND t.purpose = ? AND t.expires_at > ? AND t.user_id = u.id
                AND t.password_generation = u.password_generation)",
        UserRow::COLUMNS
    );
    let row = sqlx::query_as(AssertSqlSafe(sql))
        .bind(token.0.as_slice())
        .bind(purpose.code())
        .bind(now.0)
        .fetch_optional(executor)
        .await?;
    Ok(row)
}

/// Makes all tokens of a user void within the caller's transaction.
pub(super) async fn delete_all_within(
    connection: &mut SqliteConnection,
    user: UserId,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM countersign_one_time_tokens WHERE user_id = ?")
        .bind(user.0)
        .execute(connection)
        .await?;
    Ok(())
}
