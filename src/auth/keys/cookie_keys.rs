use std::{collections::BTreeSet, path::Path};

use super::{
    FileState, HmacKey, HmacKeyError, RefreshTokenKey, ThrottleSecret, key_file::require_guarded,
};

const REFRESH: &str = "refresh.key";
const THROTTLE: &str = "throttle.key";

/// The keys of the refresh and device cookies.
#[derive(Debug)]
pub struct CookieKeys {
    pub refresh: RefreshTokenKey,
    pub throttle: ThrottleSecret,
    files: [Option<FileState>; 2],
}

impl CookieKeys {
    /// Reads the keys from the directory of the signing keys, creating them at the first start.
    ///
    /// # Errors
    /// When a file can't be read or written, can be read by others, or is not a key.
    pub fn open(directory: &Path) -> Result<Self, HmacKeyError> {
        for file in [REFRESH, THROTTLE] {
            HmacKey::create_if_missing(directory, file)?;
        }
        Self::read(directory)
    }

    /// Reads the keys.
    ///
    /// # Errors
    /// When a file can't be read, can be read or replaced by others, or is not a key.
    pub fn read(directory: &Path) -> Result<Self, HmacKeyError> {
        require_guarded(directory)?;
        let files = file_states(directory);
        Ok(Self {
            refresh: HmacKey::read(directory, REFRESH)?.into(),
            throttle: HmacKey::read(directory, THROTTLE)?.into(),
            files,
        })
    }

    /// Tells these keys from others, and nothing else about them.
    #[must_use]
    pub fn fingerprints(&self) -> BTreeSet<String> {
        let keys = [
            ("refresh", self.refresh.hmac()),
            ("throttle", self.throttle.hmac()),
        ];
        keys.map(|(name, key)| format!("{name}-{}", key.fingerprint()))
            .into()
    }

    /// Whether these are the keys that are in the directory now.
    #[must_use]
    pub fn are_current(&self, directory: &Path) -> bool {
        self.files == file_states(directory)
    }
}

fn file_states(directory: &Path) -> [Option<FileState>; 2] {
    [REFRESH, THROTTLE].map(|file| FileState::of(&directory.join(file)))
}
