//! Limits on failed sign-ins: for a user name, kept in the database, and for an address, kept in memory.

mod addresses;
mod known_device;
mod networks;
mod policy;
mod tally;

pub use addresses::Addresses;
pub use known_device::KnownDevice;
pub use networks::{Crowd, Present, customer, site};
pub use policy::{FORGOTTEN_AFTER_SECONDS, Failures, Limit};
pub use tally::{Tally, ThrottleKey};
