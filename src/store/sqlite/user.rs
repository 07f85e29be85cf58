use sqlx::{AssertSqlSafe, SqliteConnection, SqliteExecutor};

use super::{SqliteStore, StoreError, transaction::Writing};
use crate::{
    domain::{User, Username},
    store::{PasswordOwner, StoredUser, rows::UserRow},
};

/// Begins to write about a user; `None` if there is no such user.
pub(super) async fn begin_for(
    store: &SqliteStore,
    name: &Username,
) -> Result<Option<(Writing, User)>, StoreError> {
    let mut writing = store.begin().await?;
    let found = find_by(&mut *writing, name).await?;
    Ok(found.map(|found| (writing, found.user)))
}

/// The user with a name.
pub(super) async fn find_by(
    executor: impl SqliteExecutor<'_>,
    name: &Username,
) -> Result<Option<StoredUser>, StoreError> {
    let columns = UserRow::COLUMNS;
    let sql = format!("SELECT {columns} FROM countersign_users WHERE username_key = ?");
    let row: Option<UserRow> = sqlx::query_as(AssertSqlSafe(sql))
        .bind(name.comparison_key())
        .fetch_optional(executor)
        .await?;
    Ok(row.map(StoredUser::from))
}

/// Whether a user still has the password that was checked, and is enabled.
pub(super) async fn has_password(
    connection: &mut SqliteConnection,
    owner: &PasswordOwner,
) -> Result<bool, StoreError> {
    let has: Option<i64> = sqlx::query_scalar(
        "SELECT 1 FROM countersign_users
         WHERE id = ? AND password_generation = ? AND disabled_at IS NULL",
    )
    .bind(owner.user.id.0)
    .bind(owner.password_generation)
    .fetch_optional(connection)
    .await?;
    Ok(has.is_some())
}
