use std::{
    collections::HashMap,
    fmt, fs, io,
    io::Write,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use aws_lc_rs::{rand::SystemRandom, signature::Ed25519KeyPair};
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey,
    jwk::{Jwk, JwkSet, PublicKeyUse, ThumbprintHash},
};
use thiserror::Error;

use crate::domain::Timestamp;

/// The signing keys in a directory. The newest signs, all verify: a key is rotated by adding one and retired
/// by taking its file away.
pub struct KeyRing {
    newest: SigningKey,
    by_id: HashMap<String, DecodingKey>,
    public: JwkSet,
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
    #[error("{0} can be read by others: run `chmod 600` on it, or replace it if others may have seen it")]
    Exposed(PathBuf),
    #[error("{0} is not an Ed25519 private key in PEM (PKCS#8): remove it, or put the right file back")]
    NotAKey(PathBuf),
    #[error(
        "{0} is not a renewal key of 32 bytes: remove it (who is signed in must sign in again), or put the right file back"
    )]
    NotARenewalKey(PathBuf),
    #[error("a new signing key could not be made")]
    NotMade,
}

impl KeyRing {
    /// Reads every `*.pem` of `directory`, making the directory and a first key where there is none.
    /// The file name that sorts last is the newest.
    ///
    /// # Errors
    /// When a file can't be read, can be read by others, or is not a key. A key is never silently left out:
    /// what it signed would end without a word.
    pub fn open(directory: &Path, now: Timestamp) -> Result<Self, KeyRingError> {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(directory)
            .map_err(|cause| KeyRingError::Io { path: directory.to_owned(), cause })?;
        let mut files = pem_files(directory)?;
        if files.is_empty() {
            files.push(make_key(directory, now)?);
        }
        let keys = files.iter().map(|path| read_key(path)).collect::<Result<Vec<_>, _>>()?;
        Self::from_keys(keys).ok_or(KeyRingError::NotMade)
    }

    fn from_keys(keys: Vec<(SigningKey, Jwk)>) -> Option<Self> {
        let mut by_id = HashMap::new();
        let mut public = JwkSet { keys: Vec::new() };
        let mut newest = None;
        for (key, jwk) in keys {
            by_id.insert(key.id.clone(), DecodingKey::from_jwk(&jwk).ok()?);
            public.keys.push(jwk);
            newest = Some(key);
        }
        Some(Self { newest: newest?, by_id, public })
    }

    #[must_use]
    pub fn signing_key(&self) -> &SigningKey {
        &self.newest
    }

    #[must_use]
    pub fn verifying_key(&self, id: &str) -> Option<&DecodingKey> {
        self.by_id.get(id)
    }

    /// The public halves, for services that verify tokens themselves (RFC 7517 §5).
    #[must_use]
    pub fn public_keys(&self) -> &JwkSet {
        &self.public
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyRing").field("ids", &self.by_id.keys()).finish_non_exhaustive()
    }
}

fn pem_files(directory: &Path) -> Result<Vec<PathBuf>, KeyRingError> {
    let failed = |cause| KeyRingError::Io { path: directory.to_owned(), cause };
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|extension| extension == "pem") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn read_key(path: &Path) -> Result<(SigningKey, Jwk), KeyRingError> {
    let failed = |cause| KeyRingError::Io { path: path.to_owned(), cause };
    let mode = fs::metadata(path).map_err(failed)?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(KeyRingError::Exposed(path.to_owned()));
    }
    let text = fs::read(path).map_err(failed)?;
    parse_key(&text).ok_or_else(|| KeyRingError::NotAKey(path.to_owned()))
}

fn parse_key(text: &[u8]) -> Option<(SigningKey, Jwk)> {
    let pem = pem::parse(text).ok().filter(|pem| pem.tag() == "PRIVATE KEY")?;
    let pair = Ed25519KeyPair::from_pkcs8(pem.contents()).ok()?;
    // The short form without the public half is the one that jsonwebtoken measures.
    let private = EncodingKey::from_ed_der(pair.to_pkcs8v1().ok()?.as_ref());
    let mut jwk = Jwk::from_encoding_key(&private, Algorithm::EdDSA).ok()?;
    let id = jwk.thumbprint(ThumbprintHash::SHA256).ok()?;
    jwk.common.key_id = Some(id.clone());
    jwk.common.public_key_use = Some(PublicKeyUse::Signature);
    Some((SigningKey { id, private }, jwk))
}

/// Makes a key under a name that sorts behind those of earlier seconds, durably, for its owner alone.
fn make_key(directory: &Path, now: Timestamp) -> Result<PathBuf, KeyRingError> {
    let document = Ed25519KeyPair::generate_pkcs8v1(&SystemRandom::new()).map_err(|_| KeyRingError::NotMade)?;
    let text = pem::encode(&pem::Pem::new("PRIVATE KEY", document.as_ref()));
    let path = directory.join(format!("signing-{:012}.pem", now.0));
    let failed = |cause| KeyRingError::Io { path: path.clone(), cause };
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path).map_err(failed)?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(failed)?;
    fs::File::open(directory).and_then(|directory| directory.sync_all()).map_err(failed)?;
    Ok(path)
}
