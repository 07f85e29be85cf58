//! Access tokens: which keys sign them, what they say, and when one is believed.

mod check;
mod claims;
mod issuer;
mod key_ring;
mod seen;

pub use check::Rejection;
pub use claims::Claims;
pub use issuer::{Expiry, Issuer, SigningError};
pub use key_ring::{KeyRing, KeyRingError};
pub use seen::Genuine;
