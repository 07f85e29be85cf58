//! The words both sides know: plain types, no I/O, nothing of ours imported.

mod access_token;
mod account_event;
mod auth_error;
mod common_passwords;
mod credentials;
mod device;
mod flaw;
mod ids;
mod language;
mod next_path;
mod password;
mod session;
mod theme;
mod timestamp;
mod unicode;
mod user;
mod username;
mod visitor;
mod wait;

pub use access_token::{AccessToken, DecodedToken, TokenClaims, TokenResponse};
pub use account_event::AccountEvent;
pub use auth_error::AuthError;
pub use credentials::Credentials;
pub use device::Device;
pub use flaw::Flaw;
pub use ids::{SessionId, UserId};
pub use language::{Language, language_cookie};
pub use next_path::NextPath;
pub use password::{InvalidPassword, NewPassword, Password, PreparedPassword};
pub use session::{OwnSession, SessionView};
pub use theme::{Theme, theme_cookie};
pub use timestamp::Timestamp;
pub use user::User;
pub use username::{InvalidUsername, Username};
pub use visitor::{Visitor, ending_cookie};
pub use wait::Wait;
