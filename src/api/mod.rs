//! The counter: what a browser can ask of the vault. Each function is a few lines; its path is stable.

mod log_in;
mod log_out;
mod me;
mod session;

pub use log_in::{LogIn, log_in};
pub use log_out::{LogOut, log_out};
pub use me::{Me, me};
pub use session::{CurrentSession, current_session};
