use std::{fs, path::Path};

use sqlx::{
    ConnectOptions, Connection, SqliteConnection, SqlitePool,
    migrate::{MigrateError, Migrator},
    sqlite::SqliteConnectOptions,
};

use super::{StoreError, file, moved::require_not_moved, tables::has_tables};
use crate::store::migrations::{APPLIED, Applied, TABLE, pending as lacking};

fn migrator() -> Migrator {
    let mut migrator = sqlx::migrate!("./migrations/sqlite");
    migrator.dangerous_set_table_name(TABLE);
    migrator
}

pub(super) async fn migrate(writer: &SqlitePool) -> Result<(), MigrateError> {
    migrator().run(writer).await
}

/// The migrations that a file lacks; `None` if there are no tables of ours. Changes nothing.
pub(super) async fn pending(path: &Path) -> Result<Option<Vec<i64>>, StoreError> {
    if !fs::metadata(path).is_ok_and(|file| file.len() > 0) {
        return Ok(None);
    }
    let options = SqliteConnectOptions::new().filename(path);
    let mut connection = options.connect().await?;
    require_not_moved(&mut connection, path).await?;
    let applied: Option<Vec<Applied>> = if has_tables(&mut connection).await? {
        Some(sqlx::query_as(APPLIED).fetch_all(&mut connection).await?)
    } else {
        None
    };
    connection.close().await?;
    let lacking = applied.map(|applied| lacking(&migrator(), &applied));
    Ok(lacking.transpose()?)
}

/// Refuses a database of another version than this program's.
pub(super) async fn require_current(
    connection: &mut SqliteConnection,
    path: &Path,
) -> Result<(), StoreError> {
    let migrator = migrator();
    let applied: Vec<Applied> = sqlx::query_as(APPLIED).fetch_all(connection).await?;
    if !lacking(&migrator, &applied)?.is_empty() {
        return Err(StoreError::Older(path.to_owned()));
    }
    if applied.len() > migrator.iter().count() {
        return Err(StoreError::Newer);
    }
    Ok(())
}

/// Connects without any setting, so that a database without our tables stays as it is.
pub(super) async fn require_tables(path: &Path) -> Result<(), StoreError> {
    let options = SqliteConnectOptions::new().filename(path);
    let mut connection = options.connect().await?;
    let is_ours = has_tables(&mut connection).await?;
    connection.close().await?;
    is_ours.then_some(()).ok_or_else(|| file::absent(path))
}
