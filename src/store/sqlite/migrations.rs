use std::path::Path;

use sqlx::{
    ConnectOptions, Connection, SqliteConnection, SqlitePool, migrate::MigrateError,
    sqlite::SqliteConnectOptions,
};

use super::{StoreError, file};

/// The migrations that were applied, apart from those of the application, which are in sqlx's own
/// table and may have the same versions.
const TABLE: &str = "countersign_migrations";

pub(super) async fn migrate(writer: &SqlitePool) -> Result<(), MigrateError> {
    let mut migrator = sqlx::migrate!("./migrations/sqlite");
    migrator.dangerous_set_table_name(TABLE);
    migrator.run(writer).await
}

/// Connects without any setting, so that a database without our tables stays as it is.
pub(super) async fn require_tables(path: &Path) -> Result<(), StoreError> {
    let options = SqliteConnectOptions::new().filename(path);
    let mut connection = options.connect().await?;
    let is_ours = has_tables(&mut connection).await?;
    connection.close().await?;
    is_ours.then_some(()).ok_or_else(|| file::absent(path))
}

/// Whether a database has our tables. It may have only those of an application.
pub(super) async fn has_tables(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = ?)")
        .bind(TABLE)
        .fetch_one(connection)
        .await
}
