use sqlx::SqliteConnection;

use crate::store::migrations::TABLE;

/// Whether a database has our tables. It may have only those of an application.
pub(super) async fn has_tables(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    has_table(connection, TABLE).await
}

/// Whether a database has a table.
pub(super) async fn has_table(
    connection: &mut SqliteConnection,
    name: &str,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = ?)")
        .bind(name)
        .fetch_one(connection)
        .await
}
