use std::{
    net::{IpAddr, Ipv6Addr},
    num::NonZeroUsize,
    sync::{Mutex, MutexGuard, PoisonError},
};

use lru::LruCache;

use super::{Counted, Failures, count_for_address};
use crate::domain::Timestamp;

/// How many addresses are remembered, about 100 bytes each. Beyond it the one that was quiet for longest is forgotten:
/// what an attacker with so many addresses can't get around is the count for each user name.
const CAPACITY: NonZeroUsize = NonZeroUsize::new(65_536).unwrap();

/// The failed sign-ins of each address, in bounded memory.
pub struct Addresses(Mutex<LruCache<IpAddr, Record>>);

#[derive(Clone, Copy)]
struct Record {
    failures: Failures,
    /// Whether the current wait is among the security events.
    reported: bool,
}

impl Addresses {
    /// Lets an attempt begin, or says for how many seconds none is looked at.
    ///
    /// Many people behind one address may sign in at the same time, so an attempt that is still looked at has not failed.
    /// How many that can be is bounded by the queue for hashing; how many for one user name, by the count for that.
    ///
    /// # Errors
    /// The seconds to wait.
    pub fn begin(&self, address: IpAddr, now: Timestamp) -> Result<Attempt<'_>, i64> {
        let address = network(address);
        let before = self.lock().get(&address).map(|record| record.failures);
        match count_for_address(before, now) {
            Counted::Yes(_) => Ok(Attempt { addresses: self, address, now, failed: true }),
            Counted::TooEarly { wait_seconds } => Err(wait_seconds),
        }
    }

    /// Whether the current wait of an address is still to be reported: `true` once for each wait.
    pub fn report(&self, address: IpAddr) -> bool {
        let mut addresses = self.lock();
        addresses.get_mut(&network(address)).is_some_and(|record| !std::mem::replace(&mut record.reported, true))
    }

    fn count(&self, address: IpAddr, now: Timestamp) {
        let mut addresses = self.lock();
        let before = addresses.get(&address).map(|record| record.failures);
        let failures = match (count_for_address(before, now), before) {
            (Counted::Yes(failures), _) => failures,
            // One of several that were looked at together.
            (Counted::TooEarly { .. }, before) => {
                Failures { number: before.map_or(1, |before| before.number + 1), last_at: now }
            }
        };
        addresses.put(address, Record { failures, reported: false });
    }

    /// Nothing that is done under the lock can leave half a change behind.
    fn lock(&self) -> MutexGuard<'_, LruCache<IpAddr, Record>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An attempt from an address that is being looked at. It counts as failed when it is dropped, also when its client hangs
/// up, unless it was forgiven.
#[derive(Debug)]
#[must_use]
pub struct Attempt<'a> {
    addresses: &'a Addresses,
    address: IpAddr,
    now: Timestamp,
    failed: bool,
}

impl Attempt<'_> {
    /// The password was right, or was not looked at. Failures before it still count: an attacker may have an account of
    /// their own.
    pub fn forgive(mut self) {
        self.failed = false;
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        if self.failed {
            self.addresses.count(self.address, self.now);
        }
    }
}

impl Default for Addresses {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(CAPACITY)))
    }
}

impl std::fmt::Debug for Addresses {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Addresses").field(&self.lock().len()).finish()
    }
}

/// What one customer of a provider has: an IPv4 address, or a /64 of IPv6 (RFC 6177). An IPv4 address in IPv6's clothes
/// is the same one.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_customer_are_one() {
        let network = |text: &str| network(text.parse().unwrap());
        assert_eq!(network("2001:db8::1"), network("2001:db8::ffff:1"));
        assert_ne!(network("2001:db8::1"), network("2001:db8:0:1::1"));
        assert_eq!(network("::ffff:192.0.2.1"), network("192.0.2.1"));
        assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
    }

    #[test]
    fn a_flood_of_addresses_takes_bounded_memory() {
        let addresses = Addresses::default();
        for number in 0..200_000_u32 {
            drop(addresses.begin(IpAddr::from(number.to_be_bytes()), Timestamp(0)));
        }
        assert_eq!(addresses.lock().len(), CAPACITY.get());
        assert_eq!(format!("{addresses:?}"), "Addresses(65536)", "and no address gets into a log");
    }

    #[test]
    fn a_success_is_no_failure_and_forgives_no_other() {
        let (addresses, here) = (Addresses::default(), "192.0.2.1".parse().unwrap());
        for _ in 0..30 {
            for _ in 0..10 {
                addresses.begin(here, Timestamp(0)).unwrap().forgive();
            }
            drop(addresses.begin(here, Timestamp(0)).unwrap());
        }
        assert_eq!(addresses.begin(here, Timestamp(0)).unwrap_err(), 5);
        assert_eq!([addresses.report(here), addresses.report(here)], [true, false], "one report for each wait");
    }

    #[test]
    fn many_people_may_sign_in_at_once_and_many_who_fail_at_once_all_count() {
        let (addresses, here) = (Addresses::default(), "192.0.2.1".parse().unwrap());
        let at_once: Vec<_> = (0..100).map(|_| addresses.begin(here, Timestamp(0)).unwrap()).collect();
        at_once.into_iter().for_each(Attempt::forgive);
        let at_once: Vec<_> = (0..34).map(|_| addresses.begin(here, Timestamp(0)).unwrap()).collect();
        drop(at_once);
        assert_eq!(addresses.begin(here, Timestamp(0)).unwrap_err(), 5 << 4);
    }
}
