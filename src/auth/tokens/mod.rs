//! Access tokens: the keys that sign them, their claims, and the check.

mod check;
mod claims;
mod issuer;
mod key_ring;
mod verified;

pub use check::{Rejection, key_id};
pub use claims::Claims;
pub use issuer::{Expiry, Issuer, Signer, SigningError};
pub use key_ring::{KeyRing, KeyRingError};
pub use verified::VerifiedToken;
