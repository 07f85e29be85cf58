//! The server functions: what a page asks of the server. Each is a few lines; its path is stable.

mod login;
mod logout;
mod own_account;
mod own_sessions;
mod refresh;
mod username;

pub use login::log_in;
pub use logout::log_out;
pub use own_account::own_account;
pub use own_sessions::{account_events, own_sessions, revoke_other_sessions, revoke_session};
pub use username::check_username;
