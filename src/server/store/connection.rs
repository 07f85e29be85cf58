use std::{
    fs::{DirBuilder, OpenOptions},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::Path,
    str::FromStr,
    sync::Arc,
    time::Duration,
};

use sqlx::{
    Sqlite, Transaction,
    migrate::MigrateError,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use thiserror::Error;

use super::{
    Store,
    group_commit::Waiting,
    live_sessions::{LiveSessions, Stale},
};

/// After so long without an answer the database is taken not to answer.
const ANSWERS_WITHIN: Duration = Duration::from_secs(5);
const READERS: u32 = 8;

/// Why the database could not be used or did not answer. The text says what to do.
#[derive(Debug, Error)]
pub enum StoreError {
    #[error("the database did not answer: {0}")]
    Database(sqlx::Error),
    #[error(
        "the database was made by a newer version of countersign: start that one, or put an older copy back"
    )]
    Newer,
    #[error("the database can't be brought up to date: {0}")]
    Migration(MigrateError),
    #[error("the database is damaged, or is none: put a backup back ({0})")]
    Corrupt(sqlx::Error),
    #[error(
        "the database can't be written: check the owner and mode of its file and directory ({0})"
    )]
    ReadOnly(sqlx::Error),
    #[error("the disk is full: nothing was changed ({0})")]
    Full(sqlx::Error),
    #[error("{0} can be read by others: run `chmod 600` on it, and think of who may have read it")]
    Exposed(std::path::PathBuf),
    #[error("{path} can't be used: {cause}")]
    Directory {
        path: std::path::PathBuf,
        cause: std::io::Error,
    },
    /// What was to be committed together has failed together.
    #[error(transparent)]
    Together(Arc<StoreError>),
}

impl From<sqlx::Error> for StoreError {
    /// By `SQLite`'s primary result codes (<https://sqlite.org/rescode.html>).
    fn from(error: sqlx::Error) -> Self {
        let code = error
            .as_database_error()
            .and_then(|error| error.code()?.parse::<i32>().ok());
        match code.map(|code| code & 0xff) {
            Some(8) => Self::ReadOnly(error),
            Some(11 | 26) => Self::Corrupt(error),
            Some(13) => Self::Full(error),
            _ => Self::Database(error),
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

impl Store {
    /// Opens the database, making it where there is none, and brings it up to date. Of up to `sessions_remembered` sessions
    /// it is remembered that they live.
    ///
    /// # Errors
    /// When the file can't be opened or written, or was made by a newer version of this program.
    pub async fn open(url: &str, sessions_remembered: usize) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::from_str(url)?
            .create_if_missing(true)
            .foreign_keys(true)
            .busy_timeout(ANSWERS_WITHIN)
            // A commit is on the disk when it is confirmed: with WAL only FULL promises that, also in a power cut.
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full);
        if !url.contains(":memory:") {
            create_private_file(options.get_filename())?;
        }
        let live = Arc::new(LiveSessions::new(sessions_remembered));
        let pool = |connections| {
            SqlitePoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(ANSWERS_WITHIN)
        };
        let of_writer = Arc::clone(&live);
        let writer = pool(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .after_connect(move |_, _| {
                of_writer.note_connection();
                Box::pin(async { Ok(()) })
            })
            .connect_with(options.clone())
            .await?;
        sqlx::migrate!("./migrations").run(&writer).await?;
        let store = Self {
            writer,
            readers: pool(READERS).connect_lazy_with(options),
            live,
            waiting: Waiting::default(),
        };
        // A database that can only be read could sign nobody out: better not to start.
        let mut transaction = store.begin().await?;
        sqlx::query("UPDATE issuer SET epoch = epoch")
            .execute(&mut *transaction)
            .await?;
        transaction.rollback().await?;
        Ok(store)
    }

    /// Begins to write. `IMMEDIATE`, so that what is read within it is what is true when it is committed.
    pub(super) async fn begin(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        Ok(self.writer.begin_with("BEGIN IMMEDIATE").await?)
    }

    /// Commits, and forgets what is remembered of the sessions that were changed. It goes on when nobody waits for it any
    /// more: a session that is over must not be remembered because its user hung up.
    pub(super) async fn finish(
        &self,
        transaction: Transaction<'static, Sqlite>,
        stale: Vec<Stale>,
    ) -> Result<(), StoreError> {
        let live = Arc::clone(&self.live);
        let finished = tokio::spawn(async move {
            let committed = transaction.commit().await;
            match committed {
                Ok(()) => stale.into_iter().for_each(|stale| live.forget(stale)),
                // It may be on the disk all the same.
                Err(_) => live.distrust(),
            }
            committed
        });
        finished.await.map_err(|_| sqlx::Error::WorkerCrashed)??;
        Ok(())
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1").execute(&self.readers).await?;
        Ok(())
    }

    /// Lets open queries finish and puts everything into the database file.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
        self.live.distrust();
    }
}

/// The file holds password hashes: it is made for its owner alone, and refused when others can read it. `SQLite` gives its side files the same mode.
fn create_private_file(path: &Path) -> Result<(), StoreError> {
    let failed = |cause| StoreError::Directory {
        path: path.to_owned(),
        cause,
    };
    if let Some(parent) = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
    {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(parent)
            .map_err(failed)?;
    }
    let file = OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path)
        .map_err(failed)?;
    let mode = file.metadata().map_err(failed)?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(StoreError::Exposed(path.to_owned()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_connection_syncs_each_commit() {
        let directory = tempfile::TempDir::new().unwrap();
        let store = Store::open(
            &format!("sqlite://{}", directory.path().join("a.db").display()),
            10,
        )
        .await
        .unwrap();
        let mut connections = Vec::new();
        for _ in 0..READERS {
            connections.push(store.readers.acquire().await.unwrap());
        }
        connections.push(store.writer.acquire().await.unwrap());
        for connection in &mut connections {
            let synchronous: i64 = sqlx::query_scalar("PRAGMA synchronous")
                .fetch_one(&mut **connection)
                .await
                .unwrap();
            let journal: String = sqlx::query_scalar("PRAGMA journal_mode")
                .fetch_one(&mut **connection)
                .await
                .unwrap();
            assert_eq!((synchronous, &*journal), (2, "wal"), "2 is FULL");
        }
    }
}
