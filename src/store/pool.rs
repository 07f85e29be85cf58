use sqlx::{PgPool, SqlitePool};

use super::{DatabaseOptions, PostgresStore, SqliteStore, StoreError};

/// A pool of the application that Countersign is in, which has its tables in the same database.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum DatabasePool {
    /// Of a database in a file.
    Sqlite(SqlitePool),
    /// Of a database in `PostgreSQL`.
    Postgres(PgPool),
}

impl DatabasePool {
    /// The address of the pool's database. One without accounts is made its owner's alone.
    ///
    /// # Errors
    /// When it can't hold accounts, or is another one than `configured`, unless that is empty.
    pub(crate) async fn database_url(&self, configured: &str) -> Result<String, StoreError> {
        let (is_postgres, kind) = match self {
            Self::Sqlite(_) => (false, "SQLite"),
            Self::Postgres(_) => (true, "Postgres"),
        };
        if !configured.is_empty() && DatabaseOptions::is_postgres(configured) != is_postgres {
            return Err(StoreError::OtherDatabase {
                configured: DatabaseOptions::name(configured),
                of_pool: kind.to_owned(),
            });
        }
        match self {
            Self::Sqlite(pool) => SqliteStore::url_of(pool, configured).await,
            Self::Postgres(pool) => PostgresStore::url_of(pool, configured),
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

impl From<PgPool> for DatabasePool {
    fn from(pool: PgPool) -> Self {
        Self::Postgres(pool)
    }
}

impl From<&PgPool> for DatabasePool {
    fn from(pool: &PgPool) -> Self {
        Self::Postgres(pool.clone())
    }
}
