use std::{path::Path, str::FromStr, time::Duration};

use futures::FutureExt;
use sqlx::{
    Connection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::{
    SqliteStore, StoreError, backup,
    check::DirectReads,
    file::{create_private_file, require_private_file},
    migrations::{migrate, pending, require_tables},
    moved::require_not_moved,
    watch::Watch,
};
use crate::{
    domain::{Actor, Timestamp},
    store::{DatabaseOptions, IfAbsent},
};

/// How long a query waits for a connection or a lock before it fails.
pub(super) const TIMEOUT: Duration = Duration::from_secs(5);
const READERS: u32 = 8;

impl SqliteStore {
    /// Opens a database and migrates it. If it is a backup that was restored, its sessions end, as
    /// caused by `actor`.
    ///
    /// # Errors
    /// When there is none and none is to be begun, or when the file can't be opened or written, can
    /// be read by others, was moved, or was created by a newer version of this program.
    pub async fn open(
        settings: &DatabaseOptions,
        if_absent: IfAbsent,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let url = &settings.url;
        if url.contains(":memory:") {
            return Err(StoreError::InMemory);
        }
        let options = SqliteConnectOptions::from_str(url)?
            .foreign_keys(true)
            .busy_timeout(TIMEOUT)
            // A commit is on the disk when it is confirmed. With WAL, only FULL promises that for a
            // power cut too.
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full);
        let path = options.get_filename().to_owned();
        if !settings.migrate {
            require_migrated(&path, if_absent).await?;
        }
        let _lock = match if_absent {
            IfAbsent::Begin => Some(create_private_file(&path)?),
            IfAbsent::Fail => {
                require_private_file(&path)?;
                require_tables(&path).await?;
                None
            }
        };
        // When the disk is full or fails, SQLite itself rolls the transaction back. The ROLLBACK of
        // sqlx then fails, and sqlx takes the transaction to be open for ever. So a connection that
        // seems to be in a transaction is closed, and another one is opened in its place.
        let pool = |connections| {
            SqlitePoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(TIMEOUT)
                // A connection to a file of this machine does not break while it is idle.
                .test_before_acquire(false)
                .before_acquire(|connection, _| {
                    let is_usable = !connection.is_in_transaction();
                    async move { Ok(is_usable) }.boxed()
                })
        };
        let writer = pool(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(options.clone())
            .await?;
        require_not_moved(&mut *writer.acquire().await?, &path).await?;
        migrate(&writer).await?;
        let store = Self {
            writer,
            watch: Watch::begin(&options, &path).await?,
            readers: pool(READERS).connect_lazy_with(options),
            direct: DirectReads::new(path),
        };
        store.require_writable().await?;
        backup::end_restored_sessions(&store, actor, now).await?;
        Ok(store)
    }

    /// The migrations that a database lacks; `None` if it has no tables of ours.
    ///
    /// # Errors
    /// When the file can't be read.
    pub async fn pending_migrations(
        settings: &DatabaseOptions,
    ) -> Result<Option<Vec<i64>>, StoreError> {
        let options = SqliteConnectOptions::from_str(&settings.url)?;
        pending(options.get_filename()).await
    }

    /// A database that can only be read could end no session, so nothing may start on it.
    async fn require_writable(&self) -> Result<(), StoreError> {
        let mut writing = self.begin().await?;
        sqlx::query("UPDATE countersign_instance SET epoch = epoch")
            .execute(&mut *writing)
            .await?;
        Ok(writing.rollback().await?)
    }
}

async fn require_migrated(path: &Path, if_absent: IfAbsent) -> Result<(), StoreError> {
    match pending(path).await? {
        Some(lacking) if lacking.is_empty() => Ok(()),
        None if if_absent == IfAbsent::Fail => Ok(()), // reported as absent
        lacking => Err(StoreError::Pending(lacking.unwrap_or_default())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sqlite::fixture::Fixture;

    #[tokio::test]
    async fn every_connection_syncs_each_commit() {
        let fixture = Fixture::new().await;
        let store = &fixture.store;
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

    #[tokio::test]
    async fn a_query_is_not_preceded_by_another_that_tests_the_connection() {
        let fixture = Fixture::new().await;
        for pool in [&fixture.store.readers, &fixture.store.writer] {
            assert!(!pool.options().get_test_before_acquire());
        }
    }

    #[tokio::test]
    async fn an_in_memory_database_is_refused() {
        for url in ["sqlite::memory:", "sqlite://:memory:"] {
            let options = DatabaseOptions::of(url);
            let begin = IfAbsent::Begin;
            let opened = SqliteStore::open(&options, begin, &Actor::Server, Timestamp(0)).await;
            assert!(matches!(opened, Err(StoreError::InMemory)), "{url}");
        }
    }
}
