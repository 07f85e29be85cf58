//! The counter: what a browser can ask of the vault. Each function is a few lines; its path is stable.

mod events;
mod log_in;
mod log_out;
mod me;
mod renew;
mod session;
mod sessions;

pub use events::account_events;
pub use log_in::log_in;
pub use log_out::log_out;
pub use me::me;
pub use renew::renew;
pub use session::current_session;
pub use sessions::{end_other_sessions, end_session, own_sessions};
