//! Limits on failed sign-ins: for a user name, kept in the database, and for an address, kept in memory.

mod addresses;
mod name_key;
mod policy;

pub use addresses::Addresses;
pub use name_key::{NameKey, NameMac};
pub use policy::{Counted, FORGOTTEN_AFTER_SECONDS, Failures, count_for_account, count_for_address};
