use std::{
    num::NonZeroUsize,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use thiserror::Error;
use tokio::{
    sync::{AcquireError, Semaphore},
    task::{self, JoinError},
};

use crate::domain::PreparedPassword;

/// Hashes and verifies passwords with argon2id, a bounded number at a time, off the threads that serve requests.
#[derive(Debug)]
pub struct Passwords {
    permits: Arc<Semaphore>,
    /// Verified against when there is no user, so that an unknown name costs what a known one does.
    decoy: String,
    computed: Arc<AtomicU64>,
}

/// Why hashing failed. Never that a password is wrong: that is an answer.
#[derive(Debug, Error)]
pub enum HashError {
    #[error("argon2 failed: {0}")]
    Argon2(#[from] argon2::Error),
    #[error("argon2 failed: {0}")]
    Hash(#[from] argon2::password_hash::Error),
    #[error("a stored password hash is damaged: {0}")]
    Stored(#[from] argon2::password_hash::phc::Error),
    #[error("the hashing task ended early: {0}")]
    Task(#[from] JoinError),
    #[error("hashing has stopped: {0}")]
    Stopped(#[from] AcquireError),
}

/// OWASP Password Storage: argon2id with 19 MiB (19456 KiB), two passes, one lane.
fn argon2() -> Result<Argon2<'static>, HashError> {
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(19_456, 2, 1, None)?))
}

impl Passwords {
    /// # Errors
    /// When argon2 does not work on this machine.
    pub fn new(at_once: NonZeroUsize) -> Result<Self, HashError> {
        let decoy = argon2()?.hash_password(&rand::random::<[u8; 32]>())?.to_string();
        Ok(Self { permits: Arc::new(Semaphore::new(at_once.get())), decoy, computed: Arc::default() })
    }

    /// Hashes a password for storing, as a PHC string.
    ///
    /// # Errors
    /// When argon2 fails or the server is stopping.
    pub async fn hash(&self, password: PreparedPassword) -> Result<String, HashError> {
        self.run(move || Ok(argon2()?.hash_password(password.expose())?.to_string())).await
    }

    /// Whether the password is the one that `stored` is the hash of. With `None` the same work is done for nothing.
    ///
    /// # Errors
    /// When the stored hash is damaged, argon2 fails, or the server is stopping.
    pub async fn verify(&self, password: PreparedPassword, stored: Option<String>) -> Result<bool, HashError> {
        let known = stored.is_some();
        let stored = stored.unwrap_or_else(|| self.decoy.clone());
        let matches = self
            .run(move || {
                let stored = PasswordHash::new(&stored)?;
                Ok(argon2()?.verify_password(password.expose(), &stored).is_ok())
            })
            .await?;
        Ok(matches && known)
    }

    /// How many hashes were computed since the start.
    #[must_use]
    pub fn computed(&self) -> u64 {
        self.computed.load(Ordering::Relaxed)
    }

    /// The permit belongs to the work, not to the request: a client that hangs up frees nothing early.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, HashError> + Send + 'static,
    ) -> Result<T, HashError> {
        let permit = Arc::clone(&self.permits).acquire_owned().await?;
        let computed = Arc::clone(&self.computed);
        task::spawn_blocking(move || {
            let result = work();
            computed.fetch_add(1, Ordering::Relaxed);
            drop(permit);
            result
        })
        .await?
    }
}
