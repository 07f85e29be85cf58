use std::{path::Path, str::FromStr};

use sqlx::{SqlitePool, sqlite::SqliteConnectOptions};

use super::{SqliteStore, StoreError, file, tables::has_tables};

impl SqliteStore {
    /// The address of the file that an application's pool is on, for [`open`](Self::open), which
    /// connects in its own way. A file without our tables is made its owner's alone.
    ///
    /// # Errors
    /// When the pool has no file or does not sync it, or when `configured` is another one.
    pub async fn url_of(pool: &SqlitePool, configured: &str) -> Result<String, StoreError> {
        let mut connection = pool.acquire().await?;
        // SQLite says where the file really is, whatever the options call it.
        let path: String =
            sqlx::query_scalar("SELECT file FROM pragma_database_list WHERE name = 'main'")
                .fetch_one(&mut *connection)
                .await?;
        if path.is_empty() {
            return Err(StoreError::InMemory);
        }
        let path = Path::new(&path);
        if !configured.is_empty() {
            let options = SqliteConnectOptions::from_str(configured)?;
            let configured = options.get_filename();
            if file::id(configured) != file::id(path) {
                return Err(StoreError::OtherDatabase {
                    configured: configured.display().to_string(),
                    of_pool: path.display().to_string(),
                });
            }
        }
        // A checkpoint of such a connection would take commits out of the log that are not in the
        // file for sure, also those that were confirmed.
        let synchronous: i64 = sqlx::query_scalar("PRAGMA synchronous")
            .fetch_one(&mut *connection)
            .await?;
        if synchronous == 0 {
            return Err(StoreError::NeverSynced);
        }
        if !has_tables(&mut connection).await? {
            file::make_private(path)?;
        }
        Ok(file::url(path))
    }
}
