use std::str::FromStr;

use sqlx::{ConnectOptions, PgPool, postgres::PgConnectOptions};

use super::{PostgresStore, StoreError, name_of};

impl PostgresStore {
    /// The address of the database that an application's pool is on, with its password.
    ///
    /// # Errors
    /// When `configured` is another database.
    pub fn url_of(pool: &PgPool, configured: &str) -> Result<String, StoreError> {
        let options = pool.connect_options();
        if !configured.is_empty() {
            let configured = PgConnectOptions::from_str(configured).map_err(StoreError::Address)?;
            let (configured, of_pool) = (name_of(&configured), name_of(&options));
            if configured != of_pool {
                return Err(StoreError::OtherDatabase {
                    configured: configured.into(),
                    of_pool: of_pool.into(),
                });
            }
        }
        Ok(options.to_url_lossy().to_string())
    }
}
