//! The vault: everything that decides who may pass. Knows nothing of pages.

mod clock;
mod config;
pub mod http;
mod passwords;
mod renewal;
mod renewals;
mod serving;
mod store;
mod tokens;
mod users;
mod vault;

pub use clock::Clock;
pub use config::{ConfigError, LogFormat, LogSettings, Settings};
pub use passwords::HashError;
pub use renewal::{CookiePolicy, GRACE_SECONDS, Rotation, rotate};
pub use renewals::Renewal;
pub use serving::{ServerSettings, TlsFiles};
pub use store::{RevokedReason, StoreError, StoredUser};
pub use tokens::{Issuer, KeyRing, KeyRingError, Rejection};
pub use users::AccountError;
pub use vault::{Authentication, Grant, LogIn, LogOut, OpenError, Vault, VaultError};
