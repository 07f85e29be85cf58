//! The service: accounts, logins, sessions and tokens. It knows no HTTP, no Leptos and no SQL.

mod accounts;
mod attempt;
mod check;
mod clock;
mod confirmation;
mod confirmed_time;
mod deletion;
mod device;
mod email_change;
mod identity;
mod import;
mod invitations;
mod keys;
mod login;
mod logout;
mod mail_queue;
mod maintenance;
mod one_time_token;
mod open_keys;
mod operator;
mod own_account;
mod own_sessions;
mod password_change;
mod password_reset;
mod passwords;
mod refresh;
mod service;
mod settings;
mod several_servers;
mod sign_up;
mod throttle;
mod tokens;

pub use accounts::AccountError;
pub use check::TokenCheck;
pub use clock::Clock;
pub use deletion::DeletionOutcome;
pub use email_change::{ConfirmEmailOutcome, EmailChangeOutcome};
pub use identity::Difference;
pub use import::{ImportError, import};
pub use keys::HmacKeyError;
pub(crate) use keys::{is_exposed, read as read_key_file};
pub use login::{LoginOutcome, PresentedTokens};
pub use logout::LogoutOutcome;
pub use mail_queue::MailRequestOutcome;
pub use open_keys::KeyUse;
pub use operator::command_line;
pub use own_sessions::RevokeOthersOutcome;
pub use password_change::ChangeOutcome;
pub use password_reset::ResetOutcome;
pub use passwords::{HashError, NewPassword};
pub use refresh::RefreshOutcome;
pub use service::{AuthService, IssuedTokens, OpenError, ServiceError};
pub use settings::{
    AccountSettings, AuditSettings, AuthSettings, LoginSettings, PasswordSettings, SessionSettings,
    TokenSettings,
};
pub use sign_up::CreateAccountOutcome;
pub use throttle::{
    DEVICE_COOKIE_SECONDS, NetworkLimiter, NetworkPermit, canonical_ip, client_prefix,
};
pub use tokens::{Expiry, Issuer, KeyRing, KeyRingError, Rejection, SigningError};
