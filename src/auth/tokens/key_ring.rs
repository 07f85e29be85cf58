use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    fs::{self, File},
    io,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use arc_swap::ArcSwapOption;
use aws_lc_rs::{rand::SystemRandom, signature::Ed25519KeyPair};
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey,
    jwk::{Jwk, JwkSet, PublicKeyUse, ThumbprintHash},
};
use rustix::fs::{Mode, OFlags, open};
use thiserror::Error;

use super::verified::VerifiedTokenCache;
use crate::{
    auth::keys::{self, FileState, KeyFileError, directory_of, require_guarded},
    domain::Timestamp,
    store::{give_to_owner_of, lock_directory},
};

/// The signing keys of a directory. One signs and all verify, so a key is rotated by adding one, and
/// retired by removing its file.
///
/// The number in the name of a file is the time at which its key begins to sign. So a new key is
/// published before that, and verifiers elsewhere know it when they first need it.
pub struct KeyRing {
    /// By the times of their files, the earliest first.
    signing: Vec<(Timestamp, Arc<SigningKey>)>,
    /// When keys begin to sign on all servers; `None`: by their files.
    recorded: ArcSwapOption<BTreeMap<String, Timestamp>>,
    by_id: HashMap<String, DecodingKey>,
    public: JwkSet,
    files: Vec<KeyFile>,
    /// Whether some of the keys could not be read.
    is_incomplete: bool,
    verified: VerifiedTokenCache,
}

/// A key file and its state.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct KeyFile {
    signs_from: Timestamp,
    path: PathBuf,
    state: Option<FileState>,
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
    #[error(transparent)]
    File(#[from] KeyFileError),
    #[error(
        "{0} is not an Ed25519 private key in PEM (PKCS#8): remove it, or restore the right file"
    )]
    NotAKey(PathBuf),
    #[error("a new signing key could not be generated")]
    NotGenerated,
}

/// Begins the names of key files, before the time in seconds.
const PREFIX: &str = "signing-";

impl KeyRing {
    fn empty(verified: VerifiedTokenCache) -> Self {
        Self {
            signing: Vec::new(),
            recorded: ArcSwapOption::empty(),
            by_id: HashMap::new(),
            public: JwkSet { keys: Vec::new() },
            files: Vec::new(),
            is_incomplete: false,
            verified,
        }
    }

    /// A ring that signs and accepts nothing, for a process that does neither.
    #[must_use]
    pub fn without_keys() -> Self {
        Self::empty(VerifiedTokenCache::new(0))
    }

    /// The same ring without its keys, which can't be read.
    #[must_use]
    pub fn emptied(&self) -> Self {
        let mut ring = Self::empty(self.verified.emptied());
        ring.is_incomplete = true;
        ring.sign_as(self);
        ring
    }

    /// As [`read`](Self::read), creating the directory and a first key if needed.
    ///
    /// # Errors
    /// Also when they can't be created.
    pub fn open(directory: &Path, cache_size: usize, now: Timestamp) -> Result<Self, KeyRingError> {
        let failed = |cause| failed(directory, cause);
        create_directory(directory).map_err(failed)?;
        require_guarded(directory)?;
        let _lock = lock_directory(directory).map_err(failed)?;
        if key_files(directory)?.is_empty() {
            Self::add_key(directory, now)?;
        }
        Self::read(directory, cache_size)
    }

    /// Reads every `*.pem` of `directory`. Up to `cache_size` tokens are remembered as verified by
    /// these keys.
    ///
    /// # Errors
    /// When a file can't be read, can be read by others, or is not a key. A bad file is never
    /// skipped, since the tokens of that key would silently become invalid.
    pub fn read(directory: &Path, cache_size: usize) -> Result<Self, KeyRingError> {
        require_guarded(directory)?;
        let files = key_files(directory)?;
        let keys = files.iter().map(read_key).collect::<Result<Vec<_>, _>>()?;
        Self::from_keys(keys, files, VerifiedTokenCache::new(cache_size))
    }

    /// The ring for the current state of the directory; `None` if nothing has changed. A running
    /// server skips a bad file and logs it. Without any key it signs and accepts nothing.
    ///
    /// # Errors
    /// When the directory can't be read, or others can replace it.
    pub fn reload(&self, directory: &Path) -> Result<Option<Self>, KeyRingError> {
        let files = key_files(directory)?;
        if files == self.files {
            return Ok(None);
        }
        // Another directory may be in the place of the one that was opened.
        require_guarded(directory)?;
        let keys = files.iter().filter_map(|file| {
            let key = read_key(file);
            key.inspect_err(|cause| tracing::error!(%cause, "skipped a signing key"))
                .ok()
        });
        let keys: Vec<_> = keys.collect();
        let is_incomplete = keys.len() < files.len();
        let ring = Self::from_keys(keys, files, self.verified.emptied())?;
        Ok(Some(Self {
            is_incomplete,
            ..ring
        }))
    }

    fn from_keys(
        keys: Vec<(Timestamp, SigningKey, Jwk)>,
        files: Vec<KeyFile>,
        verified: VerifiedTokenCache,
    ) -> Result<Self, KeyRingError> {
        let mut ring = Self {
            files,
            ..Self::empty(verified)
        };
        for (signs_from, key, jwk) in keys {
            let verifying = DecodingKey::from_jwk(&jwk).map_err(|_| KeyRingError::NotGenerated)?;
            ring.by_id.insert(key.id.clone(), verifying);
            ring.public.keys.push(jwk);
            ring.signing.push((signs_from, key.into()));
        }
        Ok(ring)
    }

    /// The last key that has begun to sign; before the first one has, that one. `None` if there is
    /// no key any more.
    #[must_use]
    pub fn signing_key(&self, now: Timestamp) -> Option<Arc<SigningKey>> {
        let recorded = self.recorded.load();
        let signs_from = |(from, key): &(Timestamp, Arc<SigningKey>)| match recorded.as_deref() {
            Some(times) => times.get(&key.id).copied(),
            None => Some(*from),
        };
        let mut keys: Vec<_> = self
            .signing
            .iter()
            .filter_map(|entry| Some((signs_from(entry)?, &entry.1)))
            .collect();
        keys.sort_by_key(|(from, _)| *from);
        let begun = keys.iter().rfind(|(from, _)| *from <= now);
        let (_, key) = begun.or(keys.first())?;
        Some(Arc::clone(key))
    }

    /// When each key begins to sign by its file, by its `kid`.
    #[must_use]
    pub fn signing_times(&self) -> BTreeMap<String, Timestamp> {
        let times = self.signing.iter();
        times.map(|(from, key)| (key.id.clone(), *from)).collect()
    }

    /// Signs from these times on, and not at all with a key that has none.
    pub fn sign_from(&self, times: &BTreeMap<String, Timestamp>) {
        self.recorded.store(Some(Arc::new(times.clone())));
    }

    /// Signs from the same times on as another ring.
    pub fn sign_as(&self, other: &Self) {
        self.recorded.store(other.recorded.load_full());
    }

    /// The key with this `kid`.
    #[must_use]
    pub fn verifying_key(&self, id: &str) -> Option<&DecodingKey> {
        self.by_id.get(id)
    }

    /// Whether some of the keys could not be read, so that a token of an unknown key may be valid.
    #[must_use]
    pub fn is_incomplete(&self) -> bool {
        self.is_incomplete
    }

    /// The tokens that were verified by the keys of this ring.
    pub(super) fn verified(&self) -> &VerifiedTokenCache {
        &self.verified
    }

    /// Generates a key that begins to sign at this time, or some seconds later if another key does
    /// at that time. Returns its file.
    ///
    /// # Errors
    /// When the file can't be written.
    pub fn add_key(directory: &Path, mut signs_from: Timestamp) -> Result<PathBuf, KeyRingError> {
        let document = Ed25519KeyPair::generate_pkcs8v1(&SystemRandom::new())
            .map_err(|_| KeyRingError::NotGenerated)?;
        let text = pem::encode(&pem::Pem::new("PRIVATE KEY", document.as_ref()));
        loop {
            let path = directory.join(format!("{PREFIX}{:012}.pem", signs_from.0));
            match keys::create(&path, text.as_bytes()) {
                Ok(()) => return Ok(path),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    signs_from = signs_from.plus_seconds(1);
                }
                Err(cause) => return Err(failed(&path, cause)),
            }
        }
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

fn failed(path: &Path, cause: io::Error) -> KeyRingError {
    let path = path.to_owned();
    KeyFileError::Io { path, cause }.into()
}

/// Creates the directory of the keys for the owner of the directory that it is in.
fn create_directory(directory: &Path) -> io::Result<()> {
    let parent = directory_of(directory);
    let mut builder = fs::DirBuilder::new();
    builder.mode(0o700).recursive(true).create(parent)?;
    match builder.recursive(false).create(directory) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
        Ok(()) => {
            // Not a link that somebody may have put there since.
            let flags = OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            let created = open(directory, flags, Mode::empty())?;
            give_to_owner_of(parent, &File::from(created))
        }
    }
}

/// The key files, by the time at which they begin to sign.
fn key_files(directory: &Path) -> Result<Vec<KeyFile>, KeyRingError> {
    let failed = |cause| failed(directory, cause);
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|extension| extension == "pem") {
            files.push(KeyFile {
                signs_from: signs_from(&path),
                state: FileState::of(&path),
                path,
            });
        }
    }
    files.sort();
    Ok(files)
}

/// A key with a name of another form gives way to every key with a time.
fn signs_from(path: &Path) -> Timestamp {
    let stem = path.file_stem().and_then(|stem| stem.to_str());
    let number = stem.and_then(|stem| stem.strip_prefix(PREFIX)?.parse().ok());
    Timestamp(number.unwrap_or(i64::MIN))
}

fn read_key(file: &KeyFile) -> Result<(Timestamp, SigningKey, Jwk), KeyRingError> {
    let text = keys::read(&file.path)?;
    let key = parse_key(&text).ok_or_else(|| KeyRingError::NotAKey(file.path.clone()));
    let (key, jwk) = key?;
    Ok((file.signs_from, key, jwk))
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
