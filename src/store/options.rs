use std::{fmt, str::FromStr};

use secrecy::SecretString;
use sqlx::postgres::PgConnectOptions;

use super::postgres;

/// Which database to use, and how.
#[derive(Clone)]
pub struct DatabaseOptions {
    /// Begins with `sqlite:`, `postgres:` or `postgresql:`.
    pub url: String,
    /// In place of one in the address.
    pub password: Option<SecretString>,
    /// To Postgres, of this process.
    pub max_connections: u32,
    /// How many standbys of Postgres have to have on disk what is confirmed to a person.
    pub durable_on: u32,
    /// Whether migrations are applied that the database lacks.
    pub migrate: bool,
}

impl fmt::Debug for DatabaseOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&Self::name(&self.url))
    }
}

impl DatabaseOptions {
    /// The default for an address.
    #[cfg(test)]
    pub(super) fn of(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            password: None,
            max_connections: 10,
            durable_on: 0,
            migrate: true,
        }
    }

    /// The address without a password, for people.
    #[must_use]
    pub fn name(url: &str) -> String {
        match PgConnectOptions::from_str(url) {
            Ok(options) if Self::is_postgres(url) => postgres::name_of(&options),
            _ if Self::is_postgres(url) => "an invalid address of Postgres".to_owned(),
            _ => url.to_owned(),
        }
    }

    /// Whether the address is one of Postgres.
    #[must_use]
    pub fn is_postgres(url: &str) -> bool {
        url.starts_with("postgres:") || url.starts_with("postgresql:")
    }
}
