use std::{
    fmt, io,
    path::{Path, PathBuf},
};

use aws_lc_rs::hmac;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use thiserror::Error;

use super::{KeyFileError, create, key_file};

/// An HMAC-SHA-256 key for one purpose: 32 random bytes in a file beside the signing keys.
pub struct HmacKey(hmac::Key);

/// Why a key file can't be used. The text says what to do.
#[derive(Debug, Error)]
pub enum HmacKeyError {
    #[error(transparent)]
    File(#[from] KeyFileError),
    #[error(
        "{0} is not a key of 32 bytes: remove it (users who are signed in may have to sign in \
         again), or restore the right file"
    )]
    NotAKey(PathBuf),
}

const LENGTH: usize = 32;

impl HmacKey {
    /// Creates a key at the first start. Another process may do so at the same time.
    ///
    /// # Errors
    /// When the file can't be written.
    pub fn create_if_missing(directory: &Path, file: &str) -> Result<(), HmacKeyError> {
        let path = directory.join(file);
        if path.exists() {
            return Ok(());
        }
        match create(&path, &rand::random::<[u8; LENGTH]>()) {
            Err(cause) if cause.kind() != io::ErrorKind::AlreadyExists => {
                Err(KeyFileError::Io { path, cause }.into())
            }
            _ => Ok(()),
        }
    }

    /// Reads a key.
    ///
    /// # Errors
    /// When the file can't be read or trusted, or has another length.
    pub fn read(directory: &Path, file: &str) -> Result<Self, HmacKeyError> {
        let path = directory.join(file);
        <[u8; LENGTH]>::try_from(key_file::read(&path)?)
            .map(|bytes| Self::from_bytes(&bytes))
            .map_err(|_| HmacKeyError::NotAKey(path))
    }

    #[must_use]
    pub fn from_bytes(bytes: &[u8; LENGTH]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, bytes))
    }

    #[must_use]
    pub fn sign(&self, parts: &[&[u8]]) -> hmac::Tag {
        let mut context = hmac::Context::with_key(&self.0);
        for part in parts {
            context.update(part);
        }
        context.sign()
    }

    /// Tells this key from others. A MAC of a text that nothing else has a MAC of.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let mac = self.sign(&[b"\0fingerprint\0"]);
        let (short, _) = mac.as_ref().split_at(16);
        BASE64_URL_SAFE_NO_PAD.encode(short)
    }

    /// Compares in constant time.
    #[must_use]
    pub fn verify(&self, parts: &[&[u8]], mac: &[u8]) -> bool {
        hmac::verify(&self.0, &parts.concat(), mac).is_ok()
    }
}

impl fmt::Debug for HmacKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HmacKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt};

    use tempfile::TempDir;

    use super::*;

    fn open(directory: &Path) -> Result<HmacKey, HmacKeyError> {
        HmacKey::create_if_missing(directory, "a.key")?;
        HmacKey::read(directory, "a.key")
    }

    fn refusal(directory: &TempDir) -> String {
        open(directory.path()).unwrap_err().to_string()
    }

    #[test]
    fn a_key_is_made_once_for_its_owner_alone() {
        let directory = TempDir::new().unwrap();
        open(directory.path()).unwrap();
        let path = directory.path().join("a.key");
        let bytes = fs::read(&path).unwrap();
        assert_eq!(
            (
                bytes.len(),
                fs::metadata(&path).unwrap().permissions().mode() & 0o777
            ),
            (32, 0o600)
        );
        open(directory.path()).unwrap();
        assert_eq!(fs::read(&path).unwrap(), bytes);
        assert_eq!(
            fs::read_dir(directory.path()).unwrap().count(),
            1,
            "no draft is left behind"
        );
    }

    #[test]
    fn a_key_that_can_not_be_trusted_is_refused_with_what_to_do() {
        let directory = TempDir::new().unwrap();
        open(directory.path()).unwrap();
        let path = directory.path().join("a.key");
        for mode in [0o660, 0o604, 0o644] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            assert!(refusal(&directory).contains("chmod 600"));
        }
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        for length in [0, 31, 33] {
            fs::write(&path, vec![7; length]).unwrap();
            assert!(refusal(&directory).contains("not a key of 32 bytes"));
        }
        let nowhere = directory.path().join("nowhere");
        assert!(
            open(&nowhere)
                .unwrap_err()
                .to_string()
                .contains("can't read or write")
        );
    }
}
