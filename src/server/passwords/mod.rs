//! Hashing passwords: what is computed, and how many at a time.

mod hashing;
mod threads;

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

pub use hashing::{Argon2Error, Verdict};

use super::throttle::{Crowd, Present, customer, site};
use crate::domain::{Password, PreparedPassword};
use hashing::Hashing;
use threads::Threads;

/// Hashes and verifies passwords with argon2id, a bounded number at a time, off the threads that serve requests. As many
/// more may wait in a queue, which is bounded too: who comes beyond it is told so at once.
#[derive(Debug)]
pub struct Passwords {
    hashing: Arc<Hashing>,
    threads: Threads,
    places: Arc<Semaphore>,
    of_customers: Crowd,
    of_sites: Crowd,
    /// Verified against when there is no user, so that an unknown name costs what a known one does.
    decoy: String,
    computed: Arc<AtomicU64>,
}

/// A place among those whose passwords are looked at or wait for it.
#[derive(Debug)]
#[must_use]
pub struct Place {
    _permit: OwnedSemaphorePermit,
    _among: [Option<Present>; 2],
}

/// So many places one network may always have, however short the queue is.
const FEW: usize = 8;

/// Why a password could not be looked at.
#[derive(Debug, Error)]
pub enum HashError {
    #[error(transparent)]
    Argon2(#[from] Argon2Error),
    #[error("the hashing task ended early: {0}")]
    Task(#[from] JoinError),
    #[error("hashing has stopped: {0}")]
    Stopped(#[from] AcquireError),
    #[error("the threads that hash could not be started: {0}")]
    Threads(#[from] std::io::Error),
}

impl Passwords {
    /// Hashes `at_once` passwords at a time, while up to `waiting` others wait.
    ///
    /// # Errors
    /// When argon2 does not work on this machine.
    pub fn new(at_once: NonZeroUsize, waiting: usize) -> Result<Self, HashError> {
        let hashing = Hashing::default();
        let nobodys = Password::new(format!("{:032x}", rand::random::<u128>()));
        let decoy = match nobodys.prepare() {
            Ok(password) => hashing.hash(&password)?,
            Err(_) => return Err(Argon2Error::Incomplete.into()),
        };
        let places = at_once
            .get()
            .saturating_add(waiting)
            .min(Semaphore::MAX_PERMITS);
        Ok(Self {
            hashing: Arc::new(hashing),
            threads: Threads::start(at_once)?,
            places: Arc::new(Semaphore::new(places)),
            // One customer gets a quarter of the places, and all networks of a site half of them.
            of_customers: Crowd::of_at_most((places / 4).max(FEW)),
            of_sites: Crowd::of_at_most((places / 2).max(FEW)),
            decoy,
            computed: Arc::default(),
        })
    }

    /// A place in the queue; `None` when it is full, or when enough from the same network stand in it.
    #[must_use]
    pub fn queue_up(&self, address: IpAddr) -> Option<Place> {
        let of_customer = self.of_customers.enter(customer(address))?;
        let of_site = match site(address) {
            Some(site) => Some(self.of_sites.enter(site)?),
            None => None,
        };
        let permit = Arc::clone(&self.places).try_acquire_owned().ok()?;
        Some(Place {
            _permit: permit,
            _among: [Some(of_customer), of_site],
        })
    }

    /// Hashes a password for storing, as a PHC string. Waits for its turn, however long.
    ///
    /// # Errors
    /// When argon2 fails or the server is stopping.
    pub async fn hash(&self, password: PreparedPassword) -> Result<String, HashError> {
        let permit = Arc::clone(&self.places).acquire_owned().await?;
        let place = Place {
            _permit: permit,
            _among: [None, None],
        };
        self.run(place, move |hashing| hashing.hash(&password))
            .await
    }

    /// Whether the password is the one that `stored` is the hash of. With `None` the same work is done for nothing.
    ///
    /// # Errors
    /// When the stored hash is damaged or asks for too much, argon2 fails, or the server is stopping.
    pub async fn verify(
        &self,
        place: Place,
        password: PreparedPassword,
        stored: Option<String>,
    ) -> Result<Verdict, HashError> {
        let known = stored.is_some();
        let stored = stored.unwrap_or_else(|| self.decoy.clone());
        let verdict = self
            .run(place, move |hashing| hashing.verify(&password, &stored))
            .await?;
        Ok(if known { verdict } else { Verdict::Wrong })
    }

    /// How many hashes were computed since the start.
    #[must_use]
    pub fn computed(&self) -> u64 {
        self.computed.load(Ordering::Relaxed)
    }

    /// The place belongs to the work, not to the request: a client that hangs up frees nothing early. What was not begun
    /// when its client hung up is left out when its turn comes.
    async fn run<T: Send + 'static>(
        &self,
        place: Place,
        work: impl FnOnce(&Hashing) -> Result<T, Argon2Error> + Send + 'static,
    ) -> Result<T, HashError> {
        let (hashing, computed) = (Arc::clone(&self.hashing), Arc::clone(&self.computed));
        let work = self.threads.run(move || {
            let result = work(&hashing);
            computed.fetch_add(1, Ordering::Relaxed);
            drop(place);
            result
        });
        Ok(work.await??)
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
    async fn who_comes_beyond_the_queue_gets_no_place_until_one_is_free() {
        let passwords = Passwords::new(NonZeroUsize::MIN, 1).unwrap();
        let (first, second) = (
            passwords.queue_up(SOMEBODY).unwrap(),
            passwords.queue_up(SOMEBODY).unwrap(),
        );
        assert!(passwords.queue_up(SOMEBODY).is_none());
        let wrong = passwords
            .verify(first, prepared("analytical engine"), None)
            .await
            .unwrap();
        assert!(wrong == Verdict::Wrong);
        assert!(passwords.queue_up(SOMEBODY).is_some());
        drop(second);
    }

    #[test]
    fn one_network_does_not_take_all_the_places() {
        let passwords = Passwords::new(NonZeroUsize::MIN, 99).unwrap();
        let crowd = |address: fn(u16) -> IpAddr| -> Vec<Place> {
            (0..200)
                .filter_map(|number| passwords.queue_up(address(number)))
                .collect()
        };
        let customer = crowd(|_| IpAddr::from([192, 0, 2, 1]));
        assert_eq!(customer.len(), 25);
        let site = crowd(|number| IpAddr::from([0x2001, 0xdb8, 7, number, 0, 0, 0, 1]));
        assert_eq!(site.len(), 50, "networks of one /48");
        assert!(
            passwords.queue_up(SOMEBODY).is_some(),
            "and others have theirs"
        );
        drop((customer, site));
        assert_eq!(
            crowd(|number| IpAddr::from([0x2001, 0xdb8, number, 0, 0, 0, 0, 1])).len(),
            100
        );
    }

    /// Work that says when it begins, and ends when it is told to.
    fn held() -> (
        impl FnOnce(&Hashing) -> Result<(), Argon2Error> + Send,
        mpsc::Receiver<()>,
        mpsc::Sender<()>,
    ) {
        let ((starts, begun), (end, told)) = (mpsc::channel(), mpsc::channel());
        let work = move |_: &Hashing| {
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
        let mut request = Box::pin(passwords.run(passwords.queue_up(SOMEBODY).unwrap(), work));
        assert!(futures::poll!(&mut request).is_pending());
        begun.recv().unwrap();
        drop(request);
        assert!(
            passwords.queue_up(SOMEBODY).is_none(),
            "the hash holds its place to its end"
        );
        end.send(()).unwrap();
        while passwords.queue_up(SOMEBODY).is_none() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        assert_eq!(passwords.computed(), 1);
    }

    #[tokio::test]
    async fn nothing_is_computed_for_who_hung_up_before_it_began() {
        let passwords = Passwords::new(NonZeroUsize::MIN, 1).unwrap();
        let (work, begun, end) = held();
        let mut first = Box::pin(passwords.run(passwords.queue_up(SOMEBODY).unwrap(), work));
        assert!(futures::poll!(&mut first).is_pending());
        begun.recv().unwrap();
        let place = passwords.queue_up(SOMEBODY).unwrap();
        let mut second = Box::pin(passwords.verify(place, prepared("analytical engine"), None));
        assert!(futures::poll!(&mut second).is_pending());
        drop(second);
        end.send(()).unwrap();
        first.await.unwrap();
        while passwords.queue_up(SOMEBODY).is_none() || passwords.places.available_permits() < 2 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        assert_eq!(passwords.computed(), 1);
    }
}
