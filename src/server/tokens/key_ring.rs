use std::{
    collections::{BTreeSet, HashMap},
    fmt, fs, io,
    os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
};

use aws_lc_rs::{rand::SystemRandom, signature::Ed25519KeyPair};
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey,
    jwk::{Jwk, JwkSet, PublicKeyUse, ThumbprintHash},
};
use thiserror::Error;

use super::seen::SeenTokens;
use crate::{domain::Timestamp, server::private_file};

/// The signing keys in a directory. The newest signs, all verify: a key is rotated by adding one and retired
/// by taking its file away.
pub struct KeyRing {
    newest: Option<SigningKey>,
    by_id: HashMap<String, DecodingKey>,
    public: JwkSet,
    files: Vec<FileState>,
    seen: SeenTokens,
}

/// A key file, and what tells that it was changed: its inode, its change time in seconds and nanoseconds, and its length.
/// `None` if that can't be told; such a file is no key, and says nothing about the others.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct FileState {
    path: PathBuf,
    state: Option<(u64, i64, i64, u64)>,
}

/// A private key and its name.
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
        "{0} can be read by others: run `chmod 600` on it, or replace it if others may have seen it"
    )]
    Exposed(PathBuf),
    #[error(
        "{0} is not an Ed25519 private key in PEM (PKCS#8): remove it, or put the right file back"
    )]
    NotAKey(PathBuf),
    #[error(
        "{0} sorts behind every name that a new key can get, and so it would go on signing: give it another name"
    )]
    SortsLast(PathBuf),
    #[error("a new signing key could not be made")]
    NotMade,
}

/// The number of the name that sorts last.
const LAST_NUMBER: i64 = 999_999_999_999;

impl KeyRing {
    fn empty(seen: SeenTokens) -> Self {
        Self {
            newest: None,
            by_id: HashMap::new(),
            public: JwkSet { keys: Vec::new() },
            files: Vec::new(),
            seen,
        }
    }

    /// One in this one's place that signs nothing and believes nothing.
    #[must_use]
    pub fn emptied(&self) -> Self {
        Self::empty(self.seen.emptied())
    }

    /// Reads every `*.pem` of `directory`, making the directory and a first key where there is none.
    /// The file name that sorts last is the newest. Of up to `tokens_remembered` tokens it is remembered that these
    /// keys have signed them.
    ///
    /// # Errors
    /// When a file can't be read, can be read by others, or is not a key. A key is never silently left out:
    /// what it signed would end without a word.
    pub fn open(
        directory: &Path,
        tokens_remembered: usize,
        now: Timestamp,
    ) -> Result<Self, KeyRingError> {
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
        Self::from_keys(keys, files, SeenTokens::new(tokens_remembered))
    }

    /// The ring as the directory is by now; `None` if nothing has changed. A running server does not stop for a file that
    /// is no key: it goes on without it, and says so in the log. With no key at all it signs nothing and believes nothing.
    ///
    /// # Errors
    /// When the directory can't be read.
    pub fn changed(&self, directory: &Path) -> Result<Option<Self>, KeyRingError> {
        let files = key_files(directory)?;
        if files == self.files {
            return Ok(None);
        }
        let read = files.iter().filter_map(|file| {
            read_key(&file.path)
                .inspect_err(|cause| tracing::error!(%cause, "a signing key is left out"))
                .ok()
        });
        Self::from_keys(read.collect(), files, self.seen.emptied()).map(Some)
    }

    fn from_keys(
        keys: Vec<(SigningKey, Jwk)>,
        files: Vec<FileState>,
        seen: SeenTokens,
    ) -> Result<Self, KeyRingError> {
        let mut ring = Self {
            files,
            ..Self::empty(seen)
        };
        for (key, jwk) in keys {
            ring.by_id.insert(
                key.id.clone(),
                DecodingKey::from_jwk(&jwk).map_err(|_| KeyRingError::NotMade)?,
            );
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

    /// The tokens that were found to be signed by these keys, and by no others.
    pub(super) fn seen(&self) -> &SeenTokens {
        &self.seen
    }

    /// The names of all keys.
    #[must_use]
    pub fn ids(&self) -> BTreeSet<String> {
        self.by_id.keys().cloned().collect()
    }

    /// Makes a key that is newer than all the others, durably and for its owner alone, and gives its file.
    ///
    /// # Errors
    /// When the file can't be written.
    pub fn add_key(directory: &Path, now: Timestamp) -> Result<PathBuf, KeyRingError> {
        let document = Ed25519KeyPair::generate_pkcs8v1(&SystemRandom::new())
            .map_err(|_| KeyRingError::NotMade)?;
        let text = pem::encode(&pem::Pem::new("PRIVATE KEY", document.as_ref()));
        let newest = key_files(directory)?.pop().map(|file| file.path);
        let name = |number: i64| directory.join(format!("signing-{number:012}.pem"));
        // Its name sorts behind all others, also when several are made within a second or the clock was set back.
        let path = match newest {
            Some(newest) if newest >= name(LAST_NUMBER) => {
                return Err(KeyRingError::SortsLast(newest));
            }
            Some(newest) if newest >= name(now.0) => {
                let number = newest
                    .file_stem()
                    .and_then(|stem| stem.to_str()?.strip_prefix("signing-")?.parse().ok());
                name(number.map_or(now.0, |number: i64| number.saturating_add(1)))
            }
            _ => name(now.0),
        };
        let failed = |cause| KeyRingError::Io {
            path: path.clone(),
            cause,
        };
        private_file::create(&path, text.as_bytes()).map_err(failed)?;
        Ok(path)
    }

    /// The public halves, for services that verify tokens themselves (RFC 7517 §5).
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
fn key_files(directory: &Path) -> Result<Vec<FileState>, KeyRingError> {
    let failed = |cause| KeyRingError::Io {
        path: directory.to_owned(),
        cause,
    };
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|extension| extension == "pem") {
            // Mode and owner count by the change time.
            let state = fs::metadata(&path).ok();
            let state =
                state.map(|about| (about.ino(), about.ctime(), about.ctime_nsec(), about.len()));
            files.push(FileState { path, state });
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
    let mode = fs::metadata(path).map_err(failed)?.permissions().mode();
    if mode & 0o077 != 0 {
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
    // The short form without the public half is the one that jsonwebtoken measures.
    let private = EncodingKey::from_ed_der(pair.to_pkcs8v1().ok()?.as_ref());
    let mut jwk = Jwk::from_encoding_key(&private, Algorithm::EdDSA).ok()?;
    let id = jwk.thumbprint(ThumbprintHash::SHA256).ok()?;
    jwk.common.key_id = Some(id.clone());
    jwk.common.public_key_use = Some(PublicKeyUse::Signature);
    Some((SigningKey { id, private }, jwk))
}
