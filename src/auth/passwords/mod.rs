//! The rules for new passwords, and password hashing: argon2id, a bounded number at a time.

mod common_passwords;
mod hash_threads;
mod hashing;
mod new_password;

use std::{
    net::IpAddr,
    num::NonZeroUsize,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use thiserror::Error;
use tokio::{
    sync::{AcquireError, OwnedSemaphorePermit, Semaphore},
    task::JoinError,
};

pub use hashing::{Argon2Error, PasswordCheck};
pub use new_password::NewPassword;

use super::throttle::{NetworkLimiter, NetworkPermit, client_prefix, site_prefix};
use crate::domain::{Password, PreparedPassword};
use hash_threads::HashThreads;
use hashing::Hasher;

/// Hashes and verifies passwords off the threads that serve requests. The queue for it is bounded:
/// an attempt beyond it is refused at once.
#[derive(Debug)]
pub struct Passwords {
    hasher: Arc<Hasher>,
    threads: HashThreads,
    permits: Arc<Semaphore>,
    per_client: NetworkLimiter,
    per_site: NetworkLimiter,
    /// Verified against when there is no user, so that an unknown name takes as long as a known
    /// one.
    dummy_hash: String,
    computed: Arc<AtomicU64>,
}

/// The right to have a password hashed, or to wait for it.
#[derive(Debug)]
#[must_use]
pub struct HashPermit {
    _permit: OwnedSemaphorePermit,
    _network: [Option<NetworkPermit>; 2],
}

/// Each network may hold this many permits, however short the queue is.
const MIN_PERMITS_PER_NETWORK: usize = 8;

/// Why a password could not be hashed or verified.
#[derive(Debug, Error)]
pub enum HashError {
    #[error(transparent)]
    Argon2(#[from] Argon2Error),
    #[error("the hashing task ended early: {0}")]
    Task(#[from] JoinError),
    #[error("hashing has stopped: {0}")]
    Stopped(#[from] AcquireError),
    #[error("the hashing threads could not be started: {0}")]
    Threads(#[from] std::io::Error),
}

impl Passwords {
    /// Hashes `concurrency` passwords at a time, while up to `queue` others wait.
    ///
    /// # Errors
    /// When argon2 does not work on this machine.
    pub fn new(concurrency: NonZeroUsize, queue: usize) -> Result<Self, HashError> {
        let hasher = Hasher::default();
        let random = Password::new(format!("{:032x}", rand::random::<u128>()));
        let dummy_hash = match random.prepare() {
            Ok(password) => hasher.hash(&password)?,
            Err(_) => return Err(Argon2Error::Incomplete.into()),
        };
        let permits = concurrency
            .get()
            .saturating_add(queue)
            .min(Semaphore::MAX_PERMITS);
        Ok(Self {
            hasher: Arc::new(hasher),
            threads: HashThreads::start(concurrency)?,
            permits: Arc::new(Semaphore::new(permits)),
            per_client: NetworkLimiter::new((permits / 4).max(MIN_PERMITS_PER_NETWORK)),
            per_site: NetworkLimiter::new((permits / 2).max(MIN_PERMITS_PER_NETWORK)),
            dummy_hash,
            computed: Arc::default(),
        })
    }

    /// `None` when the queue is full, or when the network of this address holds its share of it.
    #[must_use]
    pub fn try_acquire(&self, ip: IpAddr) -> Option<HashPermit> {
        let client = self.per_client.try_acquire(client_prefix(ip))?;
        let site = match site_prefix(ip) {
            Some(site) => Some(self.per_site.try_acquire(site)?),
            None => None,
        };
        let permit = Arc::clone(&self.permits).try_acquire_owned().ok()?;
        Some(HashPermit {
            _permit: permit,
            _network: [Some(client), site],
        })
    }

    /// Hashes a password for storing, as a PHC string. Waits for its turn, however long.
    ///
    /// # Errors
    /// When argon2 fails or the server is stopping.
    pub async fn hash(&self, password: PreparedPassword) -> Result<String, HashError> {
        let permit = HashPermit {
            _permit: Arc::clone(&self.permits).acquire_owned().await?,
            _network: [None, None],
        };
        self.hash_with(permit, password).await
    }

    /// The same by a permit that was acquired before.
    ///
    /// # Errors
    /// When argon2 fails or the server is stopping.
    pub async fn hash_with(
        &self,
        permit: HashPermit,
        password: PreparedPassword,
    ) -> Result<String, HashError> {
        self.run(permit, move |hasher| hasher.hash(&password)).await
    }

    /// Whether `stored` is the hash of the password. `None` takes the same time and never matches.
    ///
    /// # Errors
    /// When the stored hash is damaged or its parameters are excessive, argon2 fails, or the
    /// server is stopping.
    pub async fn verify(
        &self,
        permit: HashPermit,
        password: PreparedPassword,
        stored: Option<String>,
    ) -> Result<PasswordCheck, HashError> {
        let is_known = stored.is_some();
        let stored = stored.unwrap_or_else(|| self.dummy_hash.clone());
        let verify = move |hasher: &Hasher| hasher.verify(&password, &stored);
        let check = self.run(permit, verify).await?;
        Ok(if is_known {
            check
        } else {
            PasswordCheck::Mismatch
        })
    }

    /// How many hashes were computed since the start.
    #[must_use]
    pub fn computed(&self) -> u64 {
        self.computed.load(Ordering::Relaxed)
    }

    /// The permit belongs to the task rather than the request: a client that hangs up frees
    /// nothing early. A task that has not begun by then is dropped when its turn comes.
    async fn run<T: Send + 'static>(
        &self,
        permit: HashPermit,
        work: impl FnOnce(&Hasher) -> Result<T, Argon2Error> + Send + 'static,
    ) -> Result<T, HashError> {
        let (hasher, computed) = (Arc::clone(&self.hasher), Arc::clone(&self.computed));
        let task = self.threads.run(move || {
            let result = work(&hasher);
            computed.fetch_add(1, Ordering::Relaxed);
            drop(permit);
            result
        });
        Ok(task.await??)
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::mpsc, time::Duration};

    use super::*;

    const SOMEBODY: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    fn prepared(password: &str) -> PreparedPassword {
        Password::new(password.to_owned()).prepare().unwrap()
    }

    #[tokio::test]
    async fn an_attempt_beyond_the_queue_is_refused_until_a_permit_is_free() {
        let passwords = Passwords::new(NonZeroUsize::MIN, 1).unwrap();
        let (first, second) = (
            passwords.try_acquire(SOMEBODY).unwrap(),
            passwords.try_acquire(SOMEBODY).unwrap(),
        );
        assert!(passwords.try_acquire(SOMEBODY).is_none());
        let wrong = passwords
            .verify(first, prepared("analytical engine"), None)
            .await
            .unwrap();
        assert!(wrong == PasswordCheck::Mismatch);
        assert!(passwords.try_acquire(SOMEBODY).is_some());
        drop(second);
    }

    #[test]
    fn one_network_does_not_take_all_permits() {
        let passwords = Passwords::new(NonZeroUsize::MIN, 99).unwrap();
        let acquire = |address: fn(u16) -> IpAddr| -> Vec<HashPermit> {
            (0..200)
                .filter_map(|number| passwords.try_acquire(address(number)))
                .collect()
        };
        let client_prefix = acquire(|_| IpAddr::from([192, 0, 2, 1]));
        assert_eq!(client_prefix.len(), 25);
        let site = acquire(|number| IpAddr::from([0x2001, 0xdb8, 7, number, 0, 0, 0, 1]));
        assert_eq!(site.len(), 50, "networks of one /48");
        assert!(
            passwords.try_acquire(SOMEBODY).is_some(),
            "and others have theirs"
        );
        drop((client_prefix, site));
        assert_eq!(
            acquire(|number| IpAddr::from([0x2001, 0xdb8, number, 0, 0, 0, 0, 1])).len(),
            100
        );
    }

    /// Work that says when it begins, and ends when it is told to.
    fn held() -> (
        impl FnOnce(&Hasher) -> Result<(), Argon2Error> + Send,
        mpsc::Receiver<()>,
        mpsc::Sender<()>,
    ) {
        let ((starts, begun), (end, told)) = (mpsc::channel(), mpsc::channel());
        let work = move |_: &Hasher| {
            starts.send(()).unwrap();
            told.recv().unwrap();
            Ok(())
        };
        (work, begun, end)
    }

    #[tokio::test]
    async fn a_client_that_hangs_up_frees_nothing_early() {
        let passwords = Passwords::new(NonZeroUsize::MIN, 0).unwrap();
        let (work, begun, end) = held();
        let mut request = Box::pin(passwords.run(passwords.try_acquire(SOMEBODY).unwrap(), work));
        assert!(futures::poll!(&mut request).is_pending());
        begun.recv().unwrap();
        drop(request);
        assert!(
            passwords.try_acquire(SOMEBODY).is_none(),
            "the task holds its permit to its end"
        );
        end.send(()).unwrap();
        while passwords.try_acquire(SOMEBODY).is_none() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        assert_eq!(passwords.computed(), 1);
    }

    #[tokio::test]
    async fn nothing_is_computed_for_a_client_that_hung_up_before_it_began() {
        let passwords = Passwords::new(NonZeroUsize::MIN, 1).unwrap();
        let (work, begun, end) = held();
        let mut first = Box::pin(passwords.run(passwords.try_acquire(SOMEBODY).unwrap(), work));
        assert!(futures::poll!(&mut first).is_pending());
        begun.recv().unwrap();
        let permit = passwords.try_acquire(SOMEBODY).unwrap();
        let mut second = Box::pin(passwords.verify(permit, prepared("analytical engine"), None));
        assert!(futures::poll!(&mut second).is_pending());
        drop(second);
        end.send(()).unwrap();
        first.await.unwrap();
        while passwords.try_acquire(SOMEBODY).is_none() || passwords.permits.available_permits() < 2
        {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        assert_eq!(passwords.computed(), 1);
    }
}
