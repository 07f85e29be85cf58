use std::{
    net::IpAddr,
    num::NonZeroUsize,
    sync::{Mutex, MutexGuard, PoisonError},
};

use lru::LruCache;

use super::{Failures, Limit, customer, networks::Network, site};
use crate::domain::Timestamp;

/// How many networks are remembered, about 100 bytes each. Beyond it the one that was quiet for longest is forgotten:
/// what an attacker with so many addresses can't get around is the count for each user name.
const CAPACITY: NonZeroUsize = NonZeroUsize::new(65_536).unwrap();

/// The failed sign-ins of each address, and of each site that has many, in bounded memory.
pub struct Addresses(Mutex<LruCache<Network, Record>>);

#[derive(Clone, Copy)]
struct Record {
    failures: Failures,
    /// Whether the current wait is among the security events.
    reported: bool,
}

impl Addresses {
    /// For how many seconds no attempt from an address is looked at; 0: it may go on.
    #[must_use]
    pub fn wait_seconds(&self, address: IpAddr, now: Timestamp) -> i64 {
        let mut records = self.lock();
        let waits = limits(address).map(|(network, limit)| {
            limit.wait_seconds(records.get(&network).map(|record| record.failures), now)
        });
        waits.max().unwrap_or_default()
    }

    /// Lets an attempt begin that need not wait.
    ///
    /// Many people behind one address may sign in at the same time, so an attempt that is still looked at has not failed.
    /// How many that can be is bounded by the queue for hashing; how many for one user name, by the count for that.
    pub fn begin(&self, address: IpAddr, now: Timestamp) -> Attempt<'_> {
        Attempt {
            addresses: self,
            address,
            now,
            failed: true,
        }
    }

    /// Whether the current wait of an address is still to be reported: `true` once for each wait.
    pub fn report(&self, address: IpAddr) -> bool {
        let mut records = self.lock();
        // All that have it are marked.
        limits(address).fold(false, |unreported, (network, _)| {
            let record = records.get_mut(&network);
            record.is_some_and(|record| !std::mem::replace(&mut record.reported, true))
                || unreported
        })
    }

    fn count(&self, address: IpAddr, now: Timestamp) {
        let mut records = self.lock();
        for (network, limit) in limits(address) {
            let before = records.get(&network).map(|record| record.failures);
            records.put(
                network,
                Record {
                    failures: limit.failed(before, now),
                    reported: false,
                },
            );
        }
    }

    /// Nothing that is done under the lock can leave half a change behind.
    fn lock(&self) -> MutexGuard<'_, LruCache<Network, Record>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What an address is counted among.
fn limits(address: IpAddr) -> impl Iterator<Item = (Network, Limit)> {
    let of_site = site(address).map(|site| (site, Limit::SITE));
    [(customer(address), Limit::ADDRESS)]
        .into_iter()
        .chain(of_site)
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
        f.debug_tuple("Addresses")
            .field(&self.lock().len())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_addresses_takes_bounded_memory() {
        let addresses = Addresses::default();
        for number in 0..200_000_u32 {
            drop(addresses.begin(IpAddr::from(number.to_be_bytes()), Timestamp(0)));
        }
        assert_eq!(addresses.lock().len(), CAPACITY.get());
        assert_eq!(
            format!("{addresses:?}"),
            "Addresses(65536)",
            "and no address gets into a log"
        );
    }

    #[test]
    fn a_success_is_no_failure_and_forgives_no_other() {
        let (addresses, here) = (Addresses::default(), "192.0.2.1".parse().unwrap());
        for _ in 0..30 {
            assert_eq!(addresses.wait_seconds(here, Timestamp(0)), 0);
            for _ in 0..10 {
                addresses.begin(here, Timestamp(0)).forgive();
            }
            drop(addresses.begin(here, Timestamp(0)));
        }
        assert_eq!(addresses.wait_seconds(here, Timestamp(0)), 5);
        assert_eq!(
            [addresses.report(here), addresses.report(here)],
            [true, false],
            "one report for each wait"
        );
    }

    #[test]
    fn many_people_may_sign_in_at_once_and_many_who_fail_at_once_all_count() {
        let (addresses, here) = (Addresses::default(), "192.0.2.1".parse().unwrap());
        let at_once: Vec<_> = (0..100)
            .map(|_| addresses.begin(here, Timestamp(0)))
            .collect();
        at_once.into_iter().for_each(Attempt::forgive);
        assert_eq!(addresses.wait_seconds(here, Timestamp(0)), 0);
        let at_once: Vec<_> = (0..34)
            .map(|_| addresses.begin(here, Timestamp(0)))
            .collect();
        drop(at_once);
        assert_eq!(addresses.wait_seconds(here, Timestamp(0)), 5 << 4);
    }

    #[test]
    fn who_fails_from_many_networks_of_one_site_waits_in_all_of_them() {
        let addresses = Addresses::default();
        let of_site = |number: u16| IpAddr::from([0x2001, 0xdb8, 7, number, 0, 0, 0, 1]);
        for number in 0..120 {
            assert_eq!(
                addresses.wait_seconds(of_site(number), Timestamp(0)),
                0,
                "{number}"
            );
            drop(addresses.begin(of_site(number), Timestamp(0)));
        }
        assert_eq!(addresses.wait_seconds(of_site(200), Timestamp(0)), 5);
        assert_eq!(
            [
                addresses.report(of_site(200)),
                addresses.report(of_site(201))
            ],
            [true, false]
        );
        assert_eq!(
            addresses.wait_seconds("2001:db8:8::1".parse().unwrap(), Timestamp(0)),
            0
        );
    }
}
