use std::str::FromStr;

use sqlx::{ConnectOptions, PgPool, postgres::PgConnectOptions};

use super::{PostgresStore, StoreError, name_of};

impl PostgresStore {
    /// The address of the database that an application's pool is on: `configured`, which may name
    /// another role or schema, or that of the pool, with its password.
    ///
    /// # Errors
    /// When `configured` is another database.
    pub fn url_of(pool: &PgPool, configured: &str) -> Result<String, StoreError> {
        let options = pool.connect_options();
        if configured.is_empty() {
            return Ok(options.to_url_lossy().to_string());
        }
        let of_setting = PgConnectOptions::from_str(configured).map_err(StoreError::Address)?;
        let (of_setting, of_pool) = (name_of(&of_setting), name_of(&options));
        if of_setting != of_pool {
            return Err(StoreError::OtherDatabase {
                configured: of_setting,
                of_pool,
            });
        }
        Ok(configured.to_owned())
    }
}
