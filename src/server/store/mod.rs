//! All SQL is behind this door. What comes out are plain types; what goes in are words of the domain.

mod connection;
mod renewals;
mod sessions;
mod users;

pub use renewals::Renewed;
pub use sessions::{NewSession, RevokedReason, SessionState};
pub use users::StoredUser;

/// The database.
#[derive(Debug, Clone)]
pub struct Store {
    pool: sqlx::SqlitePool,
}

/// Why the database could not be used or did not answer.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the database did not answer: {0}")]
    Database(#[from] sqlx::Error),
    #[error("the database can't be brought up to date: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    #[error("the database can't be put at {path}: {cause}")]
    Directory { path: std::path::PathBuf, cause: std::io::Error },
}
