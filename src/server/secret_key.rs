use std::{
    fmt, fs, io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use aws_lc_rs::hmac;
use thiserror::Error;

use super::private_file;

/// A key for one kind of mac and nothing else: 32 random bytes in a file of their own, beside the signing keys.
pub struct SecretKey(hmac::Key);

/// Why a key file can't be used. The text says what to do.
#[derive(Debug, Error)]
pub enum SecretKeyError {
    #[error("can't read or write {path}: {cause}")]
    Io { path: PathBuf, cause: io::Error },
    #[error(
        "{0} can be read by others: run `chmod 600` on it, or replace it if others may have seen it"
    )]
    Exposed(PathBuf),
    #[error(
        "{0} is not a key of 32 bytes: remove it (who is signed in may have to sign in again), or put the right file back"
    )]
    NotAKey(PathBuf),
}

const LENGTH: usize = 32;

impl SecretKey {
    /// Reads a key, making it at the first start.
    ///
    /// # Errors
    /// When the file can't be read or written, can be read by others, or has another length.
    pub fn open(directory: &Path, file: &str) -> Result<Self, SecretKeyError> {
        let path = directory.join(file);
        let failed = |cause| SecretKeyError::Io {
            path: path.clone(),
            cause,
        };
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => make(&path).map_err(failed)?,
            Err(error) => return Err(failed(error)),
        };
        if fs::metadata(&path).map_err(failed)?.permissions().mode() & 0o077 != 0 {
            return Err(SecretKeyError::Exposed(path));
        }
        <[u8; LENGTH]>::try_from(bytes)
            .map(|bytes| Self::from_bytes(&bytes))
            .map_err(|_| SecretKeyError::NotAKey(path))
    }

    #[must_use]
    pub fn from_bytes(bytes: &[u8; LENGTH]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, bytes))
    }

    #[must_use]
    pub fn hmac(&self) -> &hmac::Key {
        &self.0
    }
}

/// Makes the key, or takes the one that another process has made meanwhile.
fn make(path: &Path) -> io::Result<Vec<u8>> {
    match private_file::create(path, &rand::random::<[u8; LENGTH]>()) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => fs::read(path),
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    fn refusal(directory: &TempDir) -> String {
        SecretKey::open(directory.path(), "a.key")
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn a_key_is_made_once_for_its_owner_alone() {
        let directory = TempDir::new().unwrap();
        SecretKey::open(directory.path(), "a.key").unwrap();
        let path = directory.path().join("a.key");
        let bytes = fs::read(&path).unwrap();
        assert_eq!(
            (
                bytes.len(),
                fs::metadata(&path).unwrap().permissions().mode() & 0o777
            ),
            (32, 0o600)
        );
        SecretKey::open(directory.path(), "a.key").unwrap();
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
        SecretKey::open(directory.path(), "a.key").unwrap();
        let path = directory.path().join("a.key");
        for mode in [0o640, 0o604, 0o644] {
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
            SecretKey::open(&nowhere, "a.key")
                .unwrap_err()
                .to_string()
                .contains("can't read or write")
        );
    }
}
