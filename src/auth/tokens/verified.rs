use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use quick_cache::sync::Cache;

use super::Claims;
use crate::domain::{AccessToken, SessionId, Timestamp, UserId};

/// The content of an access token whose signature, header and identity were verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VerifiedToken {
    pub user: UserId,
    pub session: SessionId,
    pub issued_at: Timestamp,
    pub expires_at: Timestamp,
}

impl From<Claims> for VerifiedToken {
    fn from(claims: Claims) -> Self {
        Self {
            user: claims.sub,
            session: claims.sid,
            issued_at: claims.iat,
            expires_at: claims.exp,
        }
    }
}

/// SHA-256 of the whole token.
type Digest = [u8; 32];

/// Remembers verified tokens, so that a signature is verified once (ADR 11).
///
/// A cache belongs to one key ring and is dropped with it, so a token is forgotten with its key.
/// Only what can never change is remembered: times and the session are checked each time.
pub(super) struct VerifiedTokenCache(Cache<Digest, VerifiedToken>);

/// The key under which a token that was not found will be remembered.
pub(super) struct NotCached(Digest);

impl VerifiedTokenCache {
    /// `capacity` is in tokens.
    pub fn new(capacity: usize) -> Self {
        Self(Cache::new(capacity))
    }

    pub fn find(&self, token: &AccessToken) -> Result<VerifiedToken, NotCached> {
        let mut key = Digest::default();
        key.copy_from_slice(digest(&SHA256, token.expose().as_bytes()).as_ref());
        self.0.get(&key).ok_or(NotCached(key))
    }

    pub fn insert(&self, NotCached(key): NotCached, token: VerifiedToken) {
        self.0.insert(key, token);
    }

    /// An empty cache of the same capacity.
    pub fn emptied(&self) -> Self {
        Self::new(usize::try_from(self.0.capacity()).unwrap_or(usize::MAX))
    }
}

impl fmt::Debug for VerifiedTokenCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedTokenCache")
            .field("len", &self.0.len())
            .finish_non_exhaustive()
    }
}
