//! Staying signed in: the renewal cookie, and the rule by which it rotates.

mod cookie;
mod key;
mod rotation;

pub use cookie::{CookiePolicy, RenewalToken};
pub use key::RenewalKey;
pub use rotation::{GRACE_SECONDS, Rotation, rotate};
