use std::{
    fmt, fs,
    io::{self, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::Path,
};

use aws_lc_rs::hmac;

use crate::server::tokens::KeyRingError;

/// The key of the renewal cookie's mac, and of nothing else: 32 random bytes in a file of their own.
pub struct RenewalKey(pub(super) hmac::Key);

const FILE: &str = "renewal.key";
const LENGTH: usize = 32;

impl RenewalKey {
    /// Reads the key from the directory of the signing keys, making it at the first start.
    ///
    /// # Errors
    /// When the file can't be read or written, can be read by others, or has another length.
    pub fn open(directory: &Path) -> Result<Self, KeyRingError> {
        let path = directory.join(FILE);
        let failed = |cause| KeyRingError::Io { path: path.clone(), cause };
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => make(&path).map_err(failed)?,
            Err(error) => return Err(failed(error)),
        };
        if fs::metadata(&path).map_err(failed)?.permissions().mode() & 0o077 != 0 {
            return Err(KeyRingError::Exposed(path));
        }
        if bytes.len() != LENGTH {
            return Err(KeyRingError::NotARenewalKey(path));
        }
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, &bytes)))
    }
}

fn make(path: &Path) -> io::Result<Vec<u8>> {
    let bytes = rand::random::<[u8; LENGTH]>();
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(&bytes)?;
    file.sync_all()?;
    Ok(bytes.to_vec())
}

impl fmt::Debug for RenewalKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RenewalKey(…)")
    }
}
