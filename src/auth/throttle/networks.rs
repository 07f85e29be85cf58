use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Addresses that are likely to belong to one party: a prefix of so many bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Network {
    first: IpAddr,
    bits: u8,
}

/// The network of one customer of a provider: an IPv4 address, or an IPv6 /64. IPv4-mapped IPv6
/// addresses are treated as IPv4.
#[must_use]
pub fn client_prefix(ip: IpAddr) -> Network {
    match ip.to_canonical() {
        IpAddr::V6(ip) => prefix(ip, 64),
        first @ IpAddr::V4(_) => Network { first, bits: 32 },
    }
}

/// The network of one site (RFC 6177): an IPv6 /48, which has 65,536 client prefixes. `None` for
/// IPv4.
#[must_use]
pub fn site_prefix(ip: IpAddr) -> Option<Network> {
    match ip.to_canonical() {
        IpAddr::V6(ip) => Some(prefix(ip, 48)),
        IpAddr::V4(_) => None,
    }
}

fn prefix(ip: Ipv6Addr, bits: u8) -> Network {
    let host_bits = 128 - u32::from(bits);
    Network {
        first: Ipv6Addr::from_bits(ip.to_bits() >> host_bits << host_bits).into(),
        bits,
    }
}

/// Limits how many permits each network holds at a time, so that one can't take them all.
#[derive(Debug, Clone)]
pub struct NetworkLimiter {
    max: usize,
    held: Arc<Mutex<HashMap<Network, usize>>>,
}

/// A permit of a [`NetworkLimiter`], until it is dropped.
#[derive(Debug)]
#[must_use]
pub struct NetworkPermit {
    limiter: NetworkLimiter,
    network: Network,
}

impl NetworkLimiter {
    /// `max` is the number of permits for each network.
    #[must_use]
    pub fn new(max: usize) -> Self {
        Self {
            max,
            held: Arc::default(),
        }
    }

    /// `None` when the network holds all of its permits.
    #[must_use]
    pub fn try_acquire(&self, network: Network) -> Option<NetworkPermit> {
        let mut held = self.lock();
        let number = held.entry(network).or_default();
        if *number >= self.max {
            return None;
        }
        *number += 1;
        Some(NetworkPermit {
            limiter: self.clone(),
            network,
        })
    }

    /// No change under the lock can be left half done, so a poisoned lock is usable.
    fn lock(&self) -> MutexGuard<'_, HashMap<Network, usize>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for NetworkPermit {
    fn drop(&mut self) {
        let mut held = self.limiter.lock();
        match held.get_mut(&self.network) {
            Some(number) if *number > 1 => *number -= 1,
            _ => {
                held.remove(&self.network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn addresses_of_one_customer_are_one() {
        let client_prefix = |text| client_prefix(address(text));
        assert_eq!(
            client_prefix("2001:db8::1"),
            client_prefix("2001:db8::ffff:1")
        );
        assert_ne!(
            client_prefix("2001:db8::1"),
            client_prefix("2001:db8:0:1::1")
        );
        assert_eq!(
            client_prefix("::ffff:192.0.2.1"),
            client_prefix("192.0.2.1")
        );
        assert_ne!(client_prefix("192.0.2.1"), client_prefix("192.0.2.2"));
    }

    #[test]
    fn networks_of_one_site_are_one() {
        let site = |text| site_prefix(address(text));
        assert_eq!(site("2001:db8:1:2::1"), site("2001:db8:1:ffff::1"));
        assert_ne!(site("2001:db8:1::1"), site("2001:db8:2::1"));
        assert_eq!([site("192.0.2.1"), site("::ffff:192.0.2.1")], [None, None]);
        assert_ne!(
            site("2001:db8:1::1"),
            Some(client_prefix(address("2001:db8:1::1"))),
            "a /48 is not its first /64"
        );
    }

    #[test]
    fn a_network_with_all_its_permits_keeps_no_other_out() {
        let limiter = NetworkLimiter::new(2);
        let (here, there) = (
            client_prefix(address("192.0.2.1")),
            client_prefix(address("192.0.2.2")),
        );
        let (first, second) = (
            limiter.try_acquire(here).unwrap(),
            limiter.try_acquire(here).unwrap(),
        );
        assert!(limiter.try_acquire(here).is_none());
        assert!(limiter.try_acquire(there).is_some());
        drop(first);
        let third = limiter.try_acquire(here).unwrap();
        assert!(limiter.try_acquire(here).is_none());
        drop((second, third));
        assert!(
            limiter.lock().is_empty(),
            "nothing is kept of networks without permits"
        );
    }
}
