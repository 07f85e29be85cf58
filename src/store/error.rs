use std::{io, path::PathBuf};

use sqlx::migrate::MigrateError;
use thiserror::Error;

/// Why a database could not be used or did not answer. The text says what to do.
#[derive(Debug, Error)]
pub enum StoreError {
    #[error("the database did not answer: {0}")]
    Unavailable(sqlx::Error),
    #[error(
        "the database was created by a newer version of countersign: start that version, or \
         restore an older backup"
    )]
    Newer,
    #[error("the database can't be migrated: {0}")]
    Migration(MigrateError),
    #[error("the file is corrupt or not a SQLite database: restore a backup ({0})")]
    Corrupt(sqlx::Error),
    #[error(
        "the database can't be written: check the owner and mode of its file and directory ({0})"
    )]
    ReadOnly(sqlx::Error),
    #[error("the disk is full: nothing was changed ({0})")]
    DiskFull(sqlx::Error),
    #[error("the database can't be read or written: the disk may be full or failing ({0})")]
    Disk(sqlx::Error),
    #[error(
        "{0} can be used by others: run `chmod 600` on it, and consider who may have read or changed it"
    )]
    Exposed(PathBuf),
    #[error(
        "there is no database at {0}: run this command where the server runs, with the same \
         settings; `countersign serve` and `countersign user add` begin a new one"
    )]
    Absent(PathBuf),
    #[error("{path} can't be used: {cause}")]
    File { path: PathBuf, cause: io::Error },
    #[error("{} exists, and a backup overwrites no file: choose another name", .0.display())]
    Exists(PathBuf),
    #[error("an in-memory database is not supported: every restart would end all sessions")]
    InMemory,
    #[error(
        "database.url names {configured}, and the pool of this application is on {of_pool}: use one \
         database, or leave database.url empty"
    )]
    OtherDatabase {
        configured: PathBuf,
        of_pool: PathBuf,
    },
    #[error(
        "the pool of this application never waits for the disk (`synchronous` is off), so a confirmed \
         logout could be lost: leave its setting out"
    )]
    NeverSynced,
    #[error("a database task panicked")]
    Panicked,
}

impl From<sqlx::Error> for StoreError {
    /// By `SQLite`'s primary result codes (<https://sqlite.org/rescode.html>).
    fn from(error: sqlx::Error) -> Self {
        let code = error
            .as_database_error()
            .and_then(|error| error.code()?.parse::<i32>().ok());
        match code.map(|code| code & 0xff) {
            Some(8 | 14) => Self::ReadOnly(error),
            Some(10) => Self::Disk(error),
            Some(11 | 26) => Self::Corrupt(error),
            Some(13) => Self::DiskFull(error),
            _ => Self::Unavailable(error),
        }
    }
}

impl From<MigrateError> for StoreError {
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::VersionMissing(_) => Self::Newer,
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => error.into(),
            other => Self::Migration(other),
        }
    }
}
