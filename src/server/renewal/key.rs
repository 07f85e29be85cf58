use std::path::Path;

use aws_lc_rs::hmac;

use crate::server::secret_key::{SecretKey, SecretKeyError};

/// The key of the renewal cookie's mac, and of nothing else.
#[derive(Debug)]
pub struct RenewalKey(pub(super) SecretKey);

impl RenewalKey {
    /// Reads the key from the directory of the signing keys, making it at the first start.
    ///
    /// # Errors
    /// When the file can't be used.
    pub fn open(directory: &Path) -> Result<Self, SecretKeyError> {
        SecretKey::open(directory, "renewal.key").map(Self)
    }

    pub(super) fn hmac(&self) -> &hmac::Key {
        self.0.hmac()
    }
}
