use sqlx::{AssertSqlSafe, PgConnection};

use super::{PostgresStore, StoreError, user};
use crate::{
    domain::{
        Actor, EventKind, SecurityEvent, Timestamp, TokenHash, TokenPurpose, User, UserId, Username,
    },
    store::{NewToken, StoredUser, rows::UserRow},
};

pub(super) async fn insert(
    store: &PostgresStore,
    name: &Username,
    token: &NewToken,
    actor: &Actor,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let Some((mut writing, user)) = user::begin_for(store, name).await? else {
        return Ok(false);
    };
    if !insert_within(&mut writing, user.id, token).await? {
        writing.roll_back().await?;
        return Ok(false);
    }
    let event = SecurityEvent::new(EventKind::PasswordResetSent, actor, now);
    writing.commit([event.with_user(user.id)]).await?;
    Ok(true)
}

/// Stores a token within the caller's transaction; `false` if the user is disabled.
pub(super) async fn insert_within(
    connection: &mut PgConnection,
    user: UserId,
    token: &NewToken,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "INSERT INTO countersign_one_time_tokens
            (hash, purpose, user_id, password_generation, expires_at)
         SELECT $1, $2, id, password_generation, $3 FROM countersign_users
         WHERE id = $4 AND disabled_at IS NULL",
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
    store: &PostgresStore,
    token: TokenHash,
    purpose: TokenPurpose,
    now: Timestamp,
) -> Result<Option<User>, StoreError> {
    let mut connection = store.connection().await?;
    let row = find_row(&mut connection, token, purpose, "", now).await?;
    connection.release();
    Ok(row.map(|row| StoredUser::from(row).user))
}

/// The owner of a token that is good. With `lock`, other transactions about the user wait.
pub(super) async fn find_row(
    connection: &mut PgConnection,
    token: TokenHash,
    purpose: TokenPurpose,
    lock: &'static str,
    now: Timestamp,
) -> Result<Option<UserRow>, StoreError> {
    let sql = format!(
        "SELECT {} FROM countersign_users AS u
         WHERE disabled_at IS NULL AND EXISTS (SELECT 1 FROM countersign_one_time_tokens AS t
            WHERE t.hash = $1 AND t.purpose = $2 AND t.expires_at > $3 AND t.user_id = u.id
                AND t.password_generation = u.password_generation) {lock}",
        UserRow::COLUMNS
    );
    let row = sqlx::query_as(AssertSqlSafe(sql))
        .bind(token.0.as_slice())
        .bind(purpose.code())
        .bind(now.0)
        .fetch_optional(connection)
        .await?;
    Ok(row)
}

/// Uses up a token within the caller's transaction; `false` if that was done already.
pub(super) async fn delete(
    connection: &mut PgConnection,
    token: TokenHash,
) -> Result<bool, StoreError> {
    let done = sqlx::query("DELETE FROM countersign_one_time_tokens WHERE hash = $1")
        .bind(token.0.as_slice())
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Makes all tokens of a user void within the caller's transaction.
pub(super) async fn delete_all_within(
    connection: &mut PgConnection,
    user: UserId,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM countersign_one_time_tokens WHERE user_id = $1")
        .bind(user.0)
        .execute(connection)
        .await?;
    Ok(())
}
