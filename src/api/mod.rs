//! The counter: what a browser can ask of the vault. Each function is a few lines; its path is stable.

mod log_in;
mod log_out;
mod me;
mod renew;
mod session;

pub use log_in::log_in;
pub use log_out::log_out;
pub use me::me;
pub use renew::renew;
pub use session::current_session;
