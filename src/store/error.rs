use std::{io, path::PathBuf, sync::Arc};

use sqlx::{error::DatabaseError, migrate::MigrateError, postgres::PgDatabaseError};
use thiserror::Error;

use crate::domain::Timestamp;

/// Why a database could not be used or did not answer. The text says what to do.
#[derive(Debug, Error)]
pub enum StoreError {
    #[error("the database did not answer: {}", cause(.0))]
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
    #[error("the disk is full: nothing was changed ({})", cause(.0))]
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
    OtherDatabase { configured: String, of_pool: String },
    #[error(
        "the pool of this application never waits for the disk (`synchronous` is off), so a confirmed \
         logout could be lost: leave its setting out"
    )]
    NeverSynced,
    #[error("a database task panicked")]
    Panicked,
    #[error(transparent)]
    Shared(Arc<StoreError>),
    #[error("the database did not answer within 5 seconds")]
    TimedOut,
    #[error(
        "no connection to the database became free within 4 seconds: all {connections} \
         (database.max_connections) are in use, or none can be opened"
    )]
    NoConnection { connections: u32 },
    #[error(
        "the database has no connection left for this server ({}): raise its max_connections, \
             or lower database.max_connections of each server", cause(.0)
    )]
    TooManyConnections(sqlx::Error),
    #[error("database.url is not a valid address of Postgres: {}", cause(.0))]
    Address(sqlx::Error),
    #[error(
        "the password in database.url has to be percent-encoded: write it into the file of \
         database.password_file instead, where it stands as it is"
    )]
    Unencoded,
    #[error(
        "database.url has the parameter {0}, which is not known; sslmode, sslrootcert, sslcert and \
         sslkey are, among others"
    )]
    Parameter(String),
    #[error("the database refuses this: {}", cause(.0))]
    Refused(sqlx::Error),
    #[error("the database {database} can't be opened by the role {role}: {cause}; {advice}")]
    NotOpened {
        database: String,
        role: String,
        cause: String,
        advice: &'static str,
    },
    #[error(
        "the database is a standby, which may not know yet what has changed: database.url has to \
         name the primary"
    )]
    Standby,
    #[error(
        "the database is behind a pooler in transaction mode, which loses the settings of a \
         connection: use its session mode, or connect directly"
    )]
    TransactionPooling,
    #[error(
        "the database could not prove that its answer is no older than a second, since its standbys do \
         not confirm, or another server has taken its place"
    )]
    Stale,
    #[error(
        "database.durable_on is {standbys}, and a commit waits for {quorum} standbys \
         (synchronous_standby_names = '{names}'): set it to 'ANY {standbys} (…)' or more in the database"
    )]
    Quorum {
        standbys: u32,
        quorum: u32,
        names: String,
    },
    #[error(
        "database.durable_on needs to see how far the standbys are: run \
         `GRANT pg_read_all_stats TO {role}` in the database"
    )]
    Unreadable { role: String },
    #[error("the encoding of the database is {0}: create one with ENCODING 'UTF8'")]
    Encoding(String),
    #[error(
        "the database {0} has no tables of Countersign: run this command where the server runs, with \
         the same settings; `countersign migrate` creates them"
    )]
    NoTables(String),
    #[error(
        "the database lacks migrations, and database.migrate is false: run `countersign migrate`"
    )]
    Pending(Vec<i64>),
    #[error(
        "the database {} was moved by `countersign import` at {}: set database.url to the new one; {}",
        .path.display(), .at.rfc3339(), if *.is_complete {
            "if it is lost, restore its dump, or import this one again, which comes over without sessions"
        } else {
            "if that one is empty, run the import again"
        }
    )]
    Moved {
        path: PathBuf,
        at: Timestamp,
        is_complete: bool,
    },
    #[error(
        "the tables of Countersign are gone: after `countersign import`, stop this server, and set \
         database.url to the new database ({0})"
    )]
    TablesGone(sqlx::Error),
    #[error("there is no SQLite database of Countersign at {}", .0.display())]
    NoSource(PathBuf),
    #[error(
        "{} has another name too (a hard link), under which its latest changes may be: remove the name \
         that no server uses (`find -samefile` lists them), and go on with the other one", .0.display()
    )]
    HardLink(PathBuf),
    #[error(
        "{} may be a copy of {}, the database of this data.dir, with sessions that have ended since: \
         import that one, or a copy by `countersign backup`; if no server has used it, move it away",
        .path.display(), .own.display()
    )]
    OtherFile { path: PathBuf, own: PathBuf },
    #[error(
        "the database {} is of an older version: run `countersign migrate` on it first", .0.display()
    )]
    Older(PathBuf),
    #[error(
        "the database {database} has accounts already (users: {users}, sessions: {sessions}), and \
         `countersign import` adds to none: name an empty one in database.url"
    )]
    NotEmpty {
        database: String,
        users: i64,
        sessions: i64,
    },
    #[error("nothing was imported, and {} is as before: {cause}", .path.display())]
    NotImported {
        path: PathBuf,
        cause: Box<StoreError>,
    },
    #[error(
        "it is not known whether the import is complete ({cause}), so {} stays locked: run the same \
         command again, which says that the new database has the accounts, or imports them again", .path.display()
    )]
    Unfinished {
        path: PathBuf,
        cause: Box<StoreError>,
    },
    #[error(
        "everything was imported, but that can't be recorded in {} ({cause}): start the servers on the \
         new database, and do not import that file again", .path.display()
    )]
    Unrecorded {
        path: PathBuf,
        cause: Box<StoreError>,
    },
    #[error("a database in Postgres is backed up by `pg_dump`; docs/DEPLOYMENT.md says how")]
    NoBackup,
}

/// What happened, in the words of the database. sqlx adds the line of its source to those of
/// `PostgreSQL`.
pub(super) fn cause(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(error) => error.message().to_owned(),
        sqlx::Error::Io(error) => error.to_string(),
        sqlx::Error::Configuration(error) => error
            .downcast_ref()
            .map_or_else(|| error.to_string(), cause),
        _ => error.to_string(),
    }
}

impl StoreError {
    /// Whether the database would not answer another question either.
    pub(super) fn is_outage(&self) -> bool {
        match self {
            Self::TimedOut
            | Self::NoConnection { .. }
            | Self::TooManyConnections(_)
            | Self::Standby
            | Self::Stale
            | Self::Shared(_) => true,
            Self::Unavailable(error) => {
                match error.as_database_error().and_then(DatabaseError::code) {
                    // Postgres is being stopped or started, or the connection broke.
                    Some(code) => code.starts_with("57P") || code.starts_with("08"),
                    None => error.as_database_error().is_none(),
                }
            }
            _ => false,
        }
    }

    /// Whether the database has rolled a transaction back because it has met another one: that may have
    /// set the same e-mail address, which is seen the next time.
    pub(super) fn is_conflict(&self) -> bool {
        let Self::Unavailable(error) = self else {
            return false;
        };
        let code = error.as_database_error().and_then(DatabaseError::code);
        matches!(code.as_deref(), Some("40001" | "40P01" | "23505"))
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let Some(database) = error.as_database_error() else {
            return Self::Unavailable(error);
        };
        let code = database.code().unwrap_or_default().into_owned();
        if database.try_downcast_ref::<PgDatabaseError>().is_some() {
            of_postgres(&code, error)
        } else {
            of_sqlite(code.parse().unwrap_or_default(), error)
        }
    }
}

/// By `SQLite`'s primary result codes (<https://sqlite.org/rescode.html>).
fn of_sqlite(code: i32, error: sqlx::Error) -> StoreError {
    let text = error.as_database_error().map(DatabaseError::message);
    match code & 0xff {
        1 if text.is_some_and(|text| text.starts_with("no such table: countersign_")) => {
            StoreError::TablesGone(error)
        }
        8 | 14 => StoreError::ReadOnly(error),
        10 => StoreError::Disk(error),
        11 | 26 => StoreError::Corrupt(error),
        13 => StoreError::DiskFull(error),
        _ => StoreError::Unavailable(error),
    }
}

/// By the codes in appendix A of the manual of `PostgreSQL`.
fn of_postgres(code: &str, error: sqlx::Error) -> StoreError {
    match code {
        "25006" => StoreError::Standby,
        "53100" => StoreError::DiskFull(error),
        "53300" => StoreError::TooManyConnections(error),
        // A query that took too long.
        "57014" => StoreError::TimedOut,
        // Authorization, no such database, no such schema, no such table, no privilege.
        "3D000" | "3F000" | "42P01" | "42501" => StoreError::Refused(error),
        code if code.starts_with("28") => StoreError::Refused(error),
        _ => StoreError::Unavailable(error),
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
