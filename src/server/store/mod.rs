//! All SQL is behind this door. What comes out are plain types; what goes in are words of the domain.

mod backup;
mod connection;
mod events;
mod failed_logins;
mod keys;
mod renewals;
mod revocations;
mod sessions;
mod upkeep;
mod users;

pub use connection::StoreError;
pub use events::{EventFilter, RecordedEvent};
pub use renewals::Renewed;
pub use revocations::RevokedReason;
pub use sessions::{ListedSession, NewSession, SessionState};
pub use upkeep::Horizons;
pub use users::{StoredCredentials, StoredUser};

/// The database.
#[derive(Debug, Clone)]
pub struct Store {
    pool: sqlx::SqlitePool,
}
