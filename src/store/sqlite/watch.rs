use std::path::{Path, PathBuf};

use sqlx::{
    ConnectOptions, Connection, Row, SqliteConnection, raw_sql, sqlite::SqliteConnectOptions,
};
use tokio::sync::Mutex;

use super::{
    StoreError,
    file::{self, FileId},
};

/// Notices that others have taken the place of the files that were opened.
///
/// Its connection stays open. While there is one, `SQLite` removes neither `-wal` nor `-shm`, so
/// whoever does has taken changes away, or has commands make files of their own.
#[derive(Debug)]
pub(super) struct Watch {
    path: PathBuf,
    /// `None` for a file that this file system does without.
    opened: [Option<FileId>; 3],
    connection: Mutex<Option<SqliteConnection>>,
}

/// Whether the database is a copy by `countersign backup` that nobody has opened: one that was
/// written into the open file. Read from the file, without the pages that the connection remembers.
const IS_COPY: &str =
    "PRAGMA shrink_memory; SELECT copied_at IS NOT NULL FROM countersign_instance";

impl Watch {
    /// Begins once the tables exist.
    pub async fn begin(options: &SqliteConnectOptions, path: &Path) -> Result<Self, StoreError> {
        let mut connection = options.connect().await?;
        // The first read opens all of the files.
        raw_sql(IS_COPY).fetch_one(&mut connection).await?;
        Ok(Self {
            path: path.to_owned(),
            opened: files(path),
            connection: Mutex::new(Some(connection)),
        })
    }

    pub async fn is_replaced(&self) -> bool {
        let found = files(&self.path);
        // A database that is away for a moment may come back.
        if found.first().is_none_or(Option::is_none) {
            return false;
        }
        let mut pairs = self.opened.iter().zip(found);
        pairs.any(|(opened, found)| opened.is_some() && *opened != found) || self.is_copy().await
    }

    async fn is_copy(&self) -> bool {
        let mut connection = self.connection.lock().await;
        let Some(connection) = connection.as_mut() else {
            return false;
        };
        // Without an answer, checks have none either.
        let row = raw_sql(IS_COPY).fetch_one(connection).await;
        row.and_then(|row| row.try_get(0)).unwrap_or(false)
    }

    pub async fn close(&self) {
        if let Some(connection) = self.connection.lock().await.take() {
            let _ = connection.close().await;
        }
    }
}

fn files(path: &Path) -> [Option<FileId>; 3] {
    let [log, index, _] = file::side_files(path);
    [path, &log, &index].map(file::id)
}
