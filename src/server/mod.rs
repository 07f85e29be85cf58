//! The vault: everything that decides who may pass. Knows nothing of pages.

mod clock;
mod config;
pub mod http;
mod passwords;
mod store;
mod tokens;
mod users;
mod vault;

pub use clock::Clock;
pub use config::{ConfigError, LogFormat, LogSettings, Settings};
pub use passwords::HashError;
pub use store::{RevokedReason, StoreError};
pub use tokens::{Issuer, KeyRing, KeyRingError, Rejection};
pub use users::{AccountError, UserSummary};
pub use vault::{Authentication, LogIn, LogOut, OpenError, Vault, VaultError};
