use sqlx::{AssertSqlSafe, PgConnection};

use super::{PostgresStore, StoreError, transaction::Writing};
use crate::{
    domain::{User, UserId, Username},
    store::{PasswordOwner, StoredUser, rows::UserRow},
};

/// Begins to write about a user, who is locked; `None` if there is no such user.
pub(super) async fn begin_for(
    store: &PostgresStore,
    name: &Username,
) -> Result<Option<(Writing, User)>, StoreError> {
    let mut writing = store.begin().await?;
    if let Some(found) = find_by(&mut writing, name, "FOR NO KEY UPDATE").await? {
        return Ok(Some((writing, found.user)));
    }
    writing.roll_back().await?;
    Ok(None)
}

/// The user with a name. With `lock`, other transactions about the user wait.
pub(super) async fn find_by(
    connection: &mut PgConnection,
    name: &Username,
    lock: &'static str,
) -> Result<Option<StoredUser>, StoreError> {
    let columns = UserRow::COLUMNS;
    let sql = format!("SELECT {columns} FROM countersign_users WHERE username_key = $1 {lock}");
    let row: Option<UserRow> = sqlx::query_as(AssertSqlSafe(sql))
        .bind(name.comparison_key())
        .fetch_optional(connection)
        .await?;
    Ok(row.map(StoredUser::from))
}

/// Locks a user until the end of the transaction. Returns whether they still have the password that
/// was checked, and are enabled.
pub(super) async fn lock_with_password(
    connection: &mut PgConnection,
    owner: &PasswordOwner,
) -> Result<bool, StoreError> {
    let has: Option<i32> = sqlx::query_scalar(
        "SELECT 1 FROM countersign_users
         WHERE id = $1 AND password_generation = $2 AND disabled_at IS NULL FOR NO KEY UPDATE",
    )
    .bind(owner.user.id.0)
    .bind(owner.password_generation)
    .fetch_optional(connection)
    .await?;
    Ok(has.is_some())
}

/// Locks a user until the end of the transaction; `false` if they are disabled or there is none.
pub(super) async fn lock(connection: &mut PgConnection, user: UserId) -> Result<bool, StoreError> {
    let found: Option<i32> = sqlx::query_scalar(
        "SELECT 1 FROM countersign_users WHERE id = $1 AND disabled_at IS NULL FOR NO KEY UPDATE",
    )
    .bind(user.0)
    .fetch_optional(connection)
    .await?;
    Ok(found.is_some())
}
