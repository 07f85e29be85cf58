use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use quick_cache::sync::Cache;

use super::Claims;
use crate::domain::{AccessToken, SessionId, Timestamp, UserId};

/// What a token says that was found to be ours, by a key of the ring that remembers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Genuine {
    pub user: UserId,
    pub session: SessionId,
    pub issued_at: Timestamp,
    pub expires_at: Timestamp,
}

impl From<Claims> for Genuine {
    fn from(claims: Claims) -> Self {
        Self {
            user: claims.sub,
            session: claims.sid,
            issued_at: claims.iat,
            expires_at: claims.exp,
        }
    }
}

/// SHA-256 of a whole token: nobody can make another one that has the same (FIPS 180-4).
type Digest = [u8; 32];

/// Tokens that were found genuine, so that a signature is checked once. It belongs to a key ring and goes with it: what a
/// key that was taken away has signed is not known any more. Nothing else is remembered of a token: its times and its
/// session are looked at each time (ADR 11).
pub(super) struct SeenTokens(Cache<Digest, Genuine>);

/// A token that was not seen before, and under what it will be remembered.
pub(super) struct Unseen(Digest);

impl SeenTokens {
    /// Remembers up to `capacity` tokens. Those that nobody shows make room first.
    pub fn new(capacity: usize) -> Self {
        Self(Cache::new(capacity))
    }

    pub fn find(&self, token: &AccessToken) -> Result<Genuine, Unseen> {
        let mut key = Digest::default();
        key.copy_from_slice(digest(&SHA256, token.expose().as_bytes()).as_ref());
        self.0.get(&key).ok_or(Unseen(key))
    }

    pub fn remember(&self, Unseen(key): Unseen, genuine: Genuine) {
        self.0.insert(key, genuine);
    }

    /// One for the same number of tokens, with none in it.
    pub fn emptied(&self) -> Self {
        Self::new(usize::try_from(self.0.capacity()).unwrap_or(usize::MAX))
    }
}

impl fmt::Debug for SeenTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SeenTokens")
            .field("number", &self.0.len())
            .finish_non_exhaustive()
    }
}
