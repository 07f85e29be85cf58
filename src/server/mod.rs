//! The vault: everything that decides who may pass. Knows nothing of pages.

mod account;
mod client;
mod clock;
mod config;
mod cookies;
mod device;
mod event;
pub mod http;
mod log_in;
mod passwords;
mod private_file;
mod renewal;
mod renewals;
mod secret_key;
mod sessions;
mod store;
mod throttle;
mod tokens;
mod upkeep;
mod users;
mod vault;

pub use account::EndedOthers;
pub use client::Client;
pub use clock::Clock;
pub use config::{ConfigError, LogFormat, LogSettings, ServerSettings, Settings, TlsFiles};
pub use log_in::LogIn;
pub use passwords::{Argon2Error, HashError};
pub use renewal::{CookiePolicy, GRACE_SECONDS, Rotation, rotate};
pub use renewals::Renewal;
pub use secret_key::SecretKeyError;
pub use store::{ListedSession, RecordedEvent, RevokedReason, StoreError, StoredUser};
pub use throttle::{Crowd, Present, customer};
pub use tokens::{Expiry, Issuer, KeyRing, KeyRingError, Rejection, SigningError};
pub use users::AccountError;
pub use vault::{Authentication, Grant, LogOut, OpenError, Vault, VaultError};
