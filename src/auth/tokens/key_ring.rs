use std::{
    collections::{BTreeSet, HashMap},
    fmt, fs, io,
    os::unix::fs::{DirBuilderExt, MetadataExt},
    path::{Path, PathBuf},
};

use aws_lc_rs::{rand::SystemRandom, signature::Ed25519KeyPair};
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey,
    jwk::{Jwk, JwkSet, PublicKeyUse, ThumbprintHash},
};
use thiserror::Error;

use super::verified::VerifiedTokenCache;
use crate::{auth::keys, domain::Timestamp};

/// The signing keys of a directory. The newest one signs and all verify, so a key is rotated by
/// adding one, and retired by removing its file.
pub struct KeyRing {
    newest: Option<SigningKey>,
    by_id: HashMap<String, DecodingKey>,
    public: JwkSet,
    files: Vec<KeyFile>,
    verified: VerifiedTokenCache,
}

/// A key file and its state, by which a change is noticed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct KeyFile {
    path: PathBuf,
    /// Inode, change time in seconds and nanoseconds, and length; `None` if they can't be read.
    state: Option<(u64, i64, i64, u64)>,
}

/// A private key and its id.
#[expect(missing_debug_implementations, reason = "it would print a secret")]
pub struct SigningKey {
    /// The `kid`: the thumbprint of the public key (RFC 7638).
    pub id: String,
    pub private: EncodingKey,
}

/// Why the signing keys can't be used. The text says what to do.
#[derive(Debug, Error)]
pub enum KeyRingError {
    #[error("can't read or write {path}: {cause}")]
    Io { path: PathBuf, cause: io::Error },
    #[error(
        "{0} can be read by others: run `chmod 600` on it, or replace it if others may have seen \
         it"
    )]
    Exposed(PathBuf),
    #[error(
        "{0} is not an Ed25519 private key in PEM (PKCS#8): remove it, or restore the right file"
    )]
    NotAKey(PathBuf),
    #[error(
        "{0} sorts after every name that a new key can have, so it would go on signing: rename it"
    )]
    SortsLast(PathBuf),
    #[error("a new signing key could not be generated")]
    NotGenerated,
}

/// The number in the name that sorts last.
const LAST_NUMBER: i64 = 999_999_999_999;

impl KeyRing {
    fn empty(verified: VerifiedTokenCache) -> Self {
        Self {
            newest: None,
            by_id: HashMap::new(),
            public: JwkSet { keys: Vec::new() },
            files: Vec::new(),
            verified,
        }
    }

    /// A ring without keys, which signs and accepts nothing.
    #[must_use]
    pub fn emptied(&self) -> Self {
        Self::empty(self.verified.emptied())
    }

    /// Reads every `*.pem` of `directory`, creating the directory and a first key if needed. The
    /// file name that sorts last is the newest key. Up to `cache_size` tokens are remembered as
    /// verified by these keys.
    ///
    /// # Errors
    /// When a file can't be read, can be read by others, or is not a key. A bad file is never
    /// skipped, since the tokens of that key would silently become invalid.
    pub fn open(directory: &Path, cache_size: usize, now: Timestamp) -> Result<Self, KeyRingError> {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(directory)
            .map_err(|cause| KeyRingError::Io {
                path: directory.to_owned(),
                cause,
            })?;
        if key_files(directory)?.is_empty() {
            Self::add_key(directory, now)?;
        }
        let files = key_files(directory)?;
        let keys = files
            .iter()
            .map(|file| read_key(&file.path))
            .collect::<Result<Vec<_>, _>>()?;
        Self::from_keys(keys, files, VerifiedTokenCache::new(cache_size))
    }

    /// The ring for the current state of the directory; `None` if nothing has changed. A running
    /// server skips a bad file and logs it. Without any key it signs and accepts nothing.
    ///
    /// # Errors
    /// When the directory can't be read.
    pub fn reload(&self, directory: &Path) -> Result<Option<Self>, KeyRingError> {
        let files = key_files(directory)?;
        if files == self.files {
            return Ok(None);
        }
        let keys = files.iter().filter_map(|file| {
            let key = read_key(&file.path);
            key.inspect_err(|cause| tracing::error!(%cause, "skipped a signing key"))
                .ok()
        });
        Self::from_keys(keys.collect(), files, self.verified.emptied()).map(Some)
    }

    fn from_keys(
        keys: Vec<(SigningKey, Jwk)>,
        files: Vec<KeyFile>,
        verified: VerifiedTokenCache,
    ) -> Result<Self, KeyRingError> {
        let mut ring = Self {
            files,
            ..Self::empty(verified)
        };
        for (key, jwk) in keys {
            let verifying = DecodingKey::from_jwk(&jwk).map_err(|_| KeyRingError::NotGenerated)?;
            ring.by_id.insert(key.id.clone(), verifying);
            ring.public.keys.push(jwk);
            ring.newest = Some(key);
        }
        Ok(ring)
    }

    /// The newest key; `None` if there is none any more.
    #[must_use]
    pub fn signing_key(&self) -> Option<&SigningKey> {
        self.newest.as_ref()
    }

    #[must_use]
    pub fn verifying_key(&self, id: &str) -> Option<&DecodingKey> {
        self.by_id.get(id)
    }

    /// The tokens that were verified by the keys of this ring.
    pub(super) fn verified(&self) -> &VerifiedTokenCache {
        &self.verified
    }

    /// The ids of all keys.
    #[must_use]
    pub fn ids(&self) -> BTreeSet<String> {
        self.by_id.keys().cloned().collect()
    }

    /// Generates a key that is newer than all others, and returns its file.
    ///
    /// # Errors
    /// When the file can't be written.
    pub fn add_key(directory: &Path, now: Timestamp) -> Result<PathBuf, KeyRingError> {
        let document = Ed25519KeyPair::generate_pkcs8v1(&SystemRandom::new())
            .map_err(|_| KeyRingError::NotGenerated)?;
        let text = pem::encode(&pem::Pem::new("PRIVATE KEY", document.as_ref()));
        let newest = key_files(directory)?.pop().map(|file| file.path);
        let name = |number: i64| directory.join(format!("signing-{number:012}.pem"));
        // The name sorts after all others, also when several keys are made within a second or the
        // clock was set back.
        let path = match newest {
            Some(newest) if newest >= name(LAST_NUMBER) => {
                return Err(KeyRingError::SortsLast(newest));
            }
            Some(newest) if newest >= name(now.0) => {
                let stem = newest.file_stem().and_then(|stem| stem.to_str());
                let number = stem.and_then(|stem| stem.strip_prefix("signing-")?.parse().ok());
                name(number.map_or(now.0, |number: i64| number.saturating_add(1)))
            }
            _ => name(now.0),
        };
        keys::create(&path, text.as_bytes()).map_err(|cause| KeyRingError::Io {
            path: path.clone(),
            cause,
        })?;
        Ok(path)
    }

    /// The public keys, for services that verify tokens themselves (RFC 7517 §5).
    #[must_use]
    pub fn public_keys(&self) -> &JwkSet {
        &self.public
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyRing")
            .field("ids", &self.by_id.keys())
            .finish_non_exhaustive()
    }
}

/// The key files, the newest last.
fn key_files(directory: &Path) -> Result<Vec<KeyFile>, KeyRingError> {
    let failed = |cause| KeyRingError::Io {
        path: directory.to_owned(),
        cause,
    };
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|extension| extension == "pem") {
            // A change of mode or owner changes the change time.
            let state = fs::metadata(&path).ok();
            let state = state.map(|meta| (meta.ino(), meta.ctime(), meta.ctime_nsec(), meta.len()));
            files.push(KeyFile { path, state });
        }
    }
    files.sort();
    Ok(files)
}

fn read_key(path: &Path) -> Result<(SigningKey, Jwk), KeyRingError> {
    let failed = |cause| KeyRingError::Io {
        path: path.to_owned(),
        cause,
    };
    if keys::is_exposed(&fs::metadata(path).map_err(failed)?) {
        return Err(KeyRingError::Exposed(path.to_owned()));
    }
    let text = fs::read(path).map_err(failed)?;
    parse_key(&text).ok_or_else(|| KeyRingError::NotAKey(path.to_owned()))
}

fn parse_key(text: &[u8]) -> Option<(SigningKey, Jwk)> {
    let pem = pem::parse(text)
        .ok()
        .filter(|pem| pem.tag() == "PRIVATE KEY")?;
    let pair = Ed25519KeyPair::from_pkcs8(pem.contents()).ok()?;
    // jsonwebtoken takes the short form, without the public key.
    let private = EncodingKey::from_ed_der(pair.to_pkcs8v1().ok()?.as_ref());
    let mut jwk = Jwk::from_encoding_key(&private, Algorithm::EdDSA).ok()?;
    let id = jwk.thumbprint(ThumbprintHash::SHA256).ok()?;
    jwk.common.key_id = Some(id.clone());
    jwk.common.public_key_use = Some(PublicKeyUse::Signature);
    Some((SigningKey { id, private }, jwk))
}
