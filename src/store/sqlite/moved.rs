//! The mark of a database that was moved to another one. Nothing may go on with it.

use std::path::{Path, absolute};

use sqlx::{AssertSqlSafe, SqliteConnection, raw_sql};

use super::{StoreError, tables::has_table};
use crate::domain::Timestamp;

/// The table that is the mark.
const MARK: &str = "countersign_moved";

/// Refuses a database that was moved.
pub(super) async fn require_not_moved(
    connection: &mut SqliteConnection,
    path: &Path,
) -> Result<(), StoreError> {
    match moved_at(connection).await? {
        None => Ok(()),
        Some(at) => Err(StoreError::Moved {
            path: absolute(path).unwrap_or_else(|_| path.to_owned()),
            at,
        }),
    }
}

pub(super) async fn moved_at(
    connection: &mut SqliteConnection,
) -> Result<Option<Timestamp>, StoreError> {
    if !has_table(connection, MARK).await? {
        return Ok(None);
    }
    let at = sqlx::query_scalar("SELECT at FROM countersign_moved")
        .fetch_one(connection)
        .await?;
    Ok(Some(Timestamp(at)))
}

/// Marks a database within the caller's transaction. A process that has it open finds no table
/// afterwards, so each of its statements fails.
pub(super) async fn mark(
    connection: &mut SqliteConnection,
    now: Timestamp,
) -> Result<(), StoreError> {
    rename_tables(connection, "countersign_", "countersign_moved_").await?;
    raw_sql("CREATE TABLE countersign_moved (at INTEGER NOT NULL) STRICT")
        .execute(&mut *connection)
        .await?;
    sqlx::query("INSERT INTO countersign_moved (at) VALUES (?)")
        .bind(now.0)
        .execute(connection)
        .await?;
    Ok(())
}

/// Takes the mark away within the caller's transaction.
pub(super) async fn unmark(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    raw_sql("DROP TABLE countersign_moved")
        .execute(&mut *connection)
        .await?;
    rename_tables(connection, "countersign_moved_", "countersign_").await
}

/// The table of the migrations keeps its name: it tells that the file is one of ours.
async fn rename_tables(
    connection: &mut SqliteConnection,
    from: &str,
    to: &str,
) -> Result<(), StoreError> {
    let names: Vec<String> = sqlx::query_scalar(
        "SELECT name FROM sqlite_schema
         WHERE type = 'table' AND name GLOB ? || '*' AND name <> 'countersign_migrations'",
    )
    .bind(from)
    .fetch_all(&mut *connection)
    .await?;
    for name in names {
        let renamed = name.replacen(from, to, 1);
        let rename = format!("ALTER TABLE \"{name}\" RENAME TO \"{renamed}\"");
        raw_sql(AssertSqlSafe(rename))
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}
