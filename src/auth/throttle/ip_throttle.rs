use std::{
    fmt,
    net::IpAddr,
    sync::{Mutex, MutexGuard, PoisonError},
};

use quick_cache::unsync::Cache;

use super::{client_prefix, networks::Network, site_prefix};
use crate::domain::{BackoffPolicy, FailureCount, Timestamp};

/// How many networks are remembered, at about 100 bytes each. An attacker with more of them still
/// meets the limit for each user name.
const CAPACITY: usize = 65_536;

/// Counts the failed logins of each client prefix, and of each site prefix, in bounded memory.
pub struct IpThrottle(Mutex<Cache<Network, Record>>);

#[derive(Clone, Copy)]
struct Record {
    count: FailureCount,
    /// The current delay is in the audit log.
    reported: bool,
}

impl IpThrottle {
    /// For how many seconds attempts from an address are refused; 0 when the next one is allowed.
    #[must_use]
    pub fn wait_seconds(&self, ip: IpAddr, now: Timestamp) -> i64 {
        let records = self.lock();
        let delays = policies(ip).map(|(network, policy)| {
            policy.wait_seconds(records.get(&network).map(|record| record.count), now)
        });
        delays.max().unwrap_or_default()
    }

    /// Begins an attempt. An undecided attempt is no failure, since many people behind one address
    /// may sign in at the same time. The hash queue bounds how many that can be, and the count for
    /// each user name how many for one user.
    pub fn begin(&self, ip: IpAddr, now: Timestamp) -> IpAttempt<'_> {
        IpAttempt {
            throttle: self,
            ip,
            now,
            failed: true,
        }
    }

    /// Whether the current delay of an address is still to be reported: `true` once per delay.
    pub fn report(&self, ip: IpAddr) -> bool {
        let mut records = self.lock();
        // All records of the address are marked.
        policies(ip).fold(false, |unreported, (network, _)| {
            let record = records.get_mut(&network);
            record.is_some_and(|mut record| !std::mem::replace(&mut record.reported, true))
                || unreported
        })
    }

    fn count_failure(&self, ip: IpAddr, now: Timestamp) {
        let mut records = self.lock();
        for (network, policy) in policies(ip) {
            let before = records.get(&network).map(|record| record.count);
            let record = Record {
                count: policy.failed(before, now),
                reported: false,
            };
            records.insert(network, record);
        }
    }

    /// No change under the lock can be left half done, so a poisoned lock is usable.
    fn lock(&self) -> MutexGuard<'_, Cache<Network, Record>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The networks that an address belongs to, each with its policy.
fn policies(ip: IpAddr) -> impl Iterator<Item = (Network, BackoffPolicy)> {
    let site = site_prefix(ip).map(|site| (site, BackoffPolicy::SITE));
    [(client_prefix(ip), BackoffPolicy::ADDRESS)]
        .into_iter()
        .chain(site)
}

/// An attempt from an address. It is counted as failed when it is dropped, also when its client
/// hangs up, unless it was cancelled.
#[derive(Debug)]
#[must_use]
pub struct IpAttempt<'a> {
    throttle: &'a IpThrottle,
    ip: IpAddr,
    now: Timestamp,
    failed: bool,
}

impl IpAttempt<'_> {
    /// For an attempt whose password was right, or was not checked. Earlier failures remain: an
    /// attacker may have an account of their own.
    pub fn cancel(&mut self) {
        self.failed = false;
    }
}

impl Drop for IpAttempt<'_> {
    fn drop(&mut self) {
        if self.failed {
            self.throttle.count_failure(self.ip, self.now);
        }
    }
}

impl Default for IpThrottle {
    fn default() -> Self {
        Self(Mutex::new(Cache::new(CAPACITY)))
    }
}

impl fmt::Debug for IpThrottle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("IpThrottle")
            .field(&self.lock().len())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_addresses_takes_bounded_memory() {
        let throttle = IpThrottle::default();
        for number in 0..200_000_u32 {
            drop(throttle.begin(IpAddr::from(number.to_be_bytes()), Timestamp(0)));
        }
        assert_eq!(throttle.lock().len(), CAPACITY);
        assert_eq!(
            format!("{throttle:?}"),
            "IpThrottle(65536)",
            "and no address gets into a log"
        );
    }

    #[test]
    fn a_success_is_no_failure_and_forgives_no_other() {
        let (throttle, here) = (IpThrottle::default(), "192.0.2.1".parse().unwrap());
        for _ in 0..30 {
            assert_eq!(throttle.wait_seconds(here, Timestamp(0)), 0);
            for _ in 0..10 {
                throttle.begin(here, Timestamp(0)).cancel();
            }
            drop(throttle.begin(here, Timestamp(0)));
        }
        assert_eq!(throttle.wait_seconds(here, Timestamp(0)), 5);
        assert_eq!(
            [throttle.report(here), throttle.report(here)],
            [true, false],
            "one report for each wait"
        );
    }

    #[test]
    fn many_people_may_sign_in_at_once_and_many_who_fail_at_once_all_count() {
        let (throttle, here) = (IpThrottle::default(), "192.0.2.1".parse().unwrap());
        let at_once: Vec<_> = (0..100)
            .map(|_| throttle.begin(here, Timestamp(0)))
            .collect();
        for mut attempt in at_once {
            attempt.cancel();
        }
        assert_eq!(throttle.wait_seconds(here, Timestamp(0)), 0);
        let at_once: Vec<_> = (0..34)
            .map(|_| throttle.begin(here, Timestamp(0)))
            .collect();
        drop(at_once);
        assert_eq!(throttle.wait_seconds(here, Timestamp(0)), 5 << 4);
    }

    #[test]
    fn who_fails_from_many_networks_of_one_site_waits_in_all_of_them() {
        let throttle = IpThrottle::default();
        let of_site = |number: u16| IpAddr::from([0x2001, 0xdb8, 7, number, 0, 0, 0, 1]);
        for number in 0..120 {
            assert_eq!(
                throttle.wait_seconds(of_site(number), Timestamp(0)),
                0,
                "{number}"
            );
            drop(throttle.begin(of_site(number), Timestamp(0)));
        }
        assert_eq!(throttle.wait_seconds(of_site(200), Timestamp(0)), 5);
        assert_eq!(
            [throttle.report(of_site(200)), throttle.report(of_site(201))],
            [true, false]
        );
        assert_eq!(
            throttle.wait_seconds("2001:db8:8::1".parse().unwrap(), Timestamp(0)),
            0
        );
    }
}
