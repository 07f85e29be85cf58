use sqlx::SqlitePool;

use super::{SqliteStore, StoreError};

/// A pool of the application that Countersign is in, which has its tables in the same database.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum DatabasePool {
    /// Of a database in a file.
    Sqlite(SqlitePool),
}

impl DatabasePool {
    /// The address of the pool's database. One without accounts is made its owner's alone.
    ///
    /// # Errors
    /// When it can't hold accounts, or is another one than `configured`, unless that is empty.
    pub(crate) async fn database_url(&self, configured: &str) -> Result<String, StoreError> {
        match self {
            Self::Sqlite(pool) => SqliteStore::url_of(pool, configured).await,
        }
    }
}

impl From<SqlitePool> for DatabasePool {
    fn from(pool: SqlitePool) -> Self {
        Self::Sqlite(pool)
    }
}

impl From<&SqlitePool> for DatabasePool {
    fn from(pool: &SqlitePool) -> Self {
        Self::Sqlite(pool.clone())
    }
}
