use sqlx::{AssertSqlSafe, PgConnection};

use super::{PostgresStore, StoreError, transaction::Writing};
use crate::{
    domain::{User, Username},
    store::{StoredUser, rows::UserRow},
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
