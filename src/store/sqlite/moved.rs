//! The mark of a database that was moved to another one. Nothing may go on with it.

use std::path::{Path, absolute};

use sqlx::{AssertSqlSafe, SqliteConnection, raw_sql};

use super::{StoreError, tables::has_table};
use crate::domain::Timestamp;

/// The table that is the mark.
const MARK: &str = "countersign_moved";

/// What the mark says.
#[derive(Debug)]
pub(super) struct Moved {
    pub at: Timestamp,
    /// The database that sessions may still come over to, since the move to it may be unfinished.
    /// `None` if the move is complete: sessions may have ended since.
    pub sessions_to: Option<String>,
}

/// Refuses a database that was moved.
pub(super) async fn require_not_moved(
    connection: &mut SqliteConnection,
    path: &Path,
) -> Result<(), StoreError> {
    match find(connection).await? {
        None => Ok(()),
        Some(moved) => Err(StoreError::Moved {
            path: absolute(path).unwrap_or_else(|_| path.to_owned()),
            at: moved.at,
            is_complete: moved.sessions_to.is_none(),
        }),
    }
}

pub(super) async fn find(connection: &mut SqliteConnection) -> Result<Option<Moved>, StoreError> {
    if !has_table(connection, MARK).await? {
        return Ok(None);
    }
    let (at, sessions_to) = sqlx::query_as("SELECT at, sessions_to FROM countersign_moved")
        .fetch_one(connection)
        .await?;
    Ok(Some(Moved {
        at: Timestamp(at),
        sessions_to,
    }))
}

/// Marks a database within the caller's transaction. A process that has it open finds no table
/// afterwards, so each of its statements fails.
pub(super) async fn mark(
    connection: &mut SqliteConnection,
    moved: &Moved,
) -> Result<(), StoreError> {
    rename_tables(connection, "countersign_", "countersign_moved_").await?;
    raw_sql("CREATE TABLE countersign_moved (at INTEGER NOT NULL, sessions_to TEXT) STRICT")
        .execute(&mut *connection)
        .await?;
    sqlx::query("INSERT INTO countersign_moved (at, sessions_to) VALUES (?, ?)")
        .bind(moved.at.0)
        .bind(&moved.sessions_to)
        .execute(connection)
        .await?;
    Ok(())
}

/// Has no sessions come over any more.
pub(super) async fn complete(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    raw_sql("UPDATE countersign_moved SET sessions_to = NULL")
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
