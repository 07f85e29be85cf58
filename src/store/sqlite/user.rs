use sqlx::{AssertSqlSafe, SqliteExecutor};

use super::{SqliteStore, StoreError, transaction::Writing};
use crate::{
    domain::{User, Username},
    store::{StoredUser, rows::UserRow},
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
