//! What the service asks of a database ([`Store`]), and one folder for each database.

mod admission;
mod batch;
mod directory_lock;
mod error;
mod event_log;
mod import;
mod key_events;
mod migrations;
mod model;
mod new_file;
mod open;
mod options;
mod ownership;
mod pool;
mod port;
mod postgres;
mod revoked;
mod rotations;
mod rows;
mod running;
mod sqlite;

pub use batch::Batcher;
pub use directory_lock::{lock_directory, require_guarded_directory};
pub use error::StoreError;
pub use import::{Imported, import};
pub use model::{
    AccountCreated, Addressee, Admission, AttemptKeys, EmailConfirmed, EmailSet, EventFilter,
    Identity, IfAbsent, InsertedUser, LiveSession, MailOutcome, MailOwner, NewAttempt,
    NewInvitation, NewMail, NewPasswordHash, NewSession, NewToken, NewUser, OwnDeletion,
    PasswordOwner, PasswordReset, PruneBefore, QueuedMail, RecordedEvent, RefreshRequest,
    Refreshed, Revocation, StoredCredentials, StoredInvitation, StoredUser, SucceededAttempt,
    UnsentMail,
};
pub use new_file::persist_new;
pub use open::{open, pending_migrations};
pub use options::DatabaseOptions;
pub use ownership::give_to_owner_of;
pub use pool::DatabasePool;
pub use port::Store;
use postgres::PostgresStore;
pub use postgres::PostgresTarget;
pub use running::running;
pub use sqlite::{SessionsOver, SqliteSource, SqliteStore, sqlite_url};
