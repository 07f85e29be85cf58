//! The only code that touches `window`.

mod bearer_client;
mod clock;
mod focus;
mod token_store;

pub use bearer_client::BearerClient;
pub use clock::{local_time, now};
pub use focus::focus_unless_busy;
pub use token_store::TokenStore;
