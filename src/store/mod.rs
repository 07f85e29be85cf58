//! What the service asks of a database ([`Store`]), and one folder for each database.

mod admission;
mod batch;
mod directory_lock;
mod error;
mod event_log;
mod model;
mod new_file;
mod pool;
mod port;
mod revoked;
mod rotations;
mod rows;
mod sqlite;

pub use batch::Batcher;
pub use directory_lock::{lock_directory, require_guarded_directory};
pub use error::StoreError;
pub use model::{
    Admission, DeviceKeys, EventFilter, IfAbsent, LiveSession, NewAttempt, NewSession, NewUser,
    PruneBefore, RecordedEvent, RefreshRequest, Refreshed, Revocation, StoredCredentials,
    StoredUser, SucceededAttempt,
};
pub use new_file::persist_new;
pub use pool::DatabasePool;
pub use port::Store;
pub use sqlite::{SqliteStore, sqlite_url};
