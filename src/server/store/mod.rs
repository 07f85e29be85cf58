//! All SQL is behind this door. What comes out are plain types; what goes in are words of the domain.

mod backup;
mod connection;
mod events;
mod failed_logins;
mod group_commit;
mod keys;
mod live_sessions;
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
    /// One connection, for which writers wait in the order in which they came: `SQLite` has one writer at a time anyhow.
    writer: sqlx::SqlitePool,
    readers: sqlx::SqlitePool,
    live: std::sync::Arc<live_sessions::LiveSessions>,
    waiting: group_commit::Waiting,
}
