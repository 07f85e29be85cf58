use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Addresses that are likely to be one party: the first so many bits of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Network {
    first: IpAddr,
    bits: u8,
}

/// What one customer of a provider has: an IPv4 address, or a /64 of IPv6. An IPv4 address in IPv6's clothes is the same
/// one.
#[must_use]
pub fn customer(address: IpAddr) -> Network {
    match address.to_canonical() {
        IpAddr::V6(address) => prefix(address, 64),
        first @ IpAddr::V4(_) => Network { first, bits: 32 },
    }
}

/// What one site may be given of IPv6 (RFC 6177): a /48, in which there are 65,536 networks to come from.
#[must_use]
pub fn site(address: IpAddr) -> Option<Network> {
    match address.to_canonical() {
        IpAddr::V6(address) => Some(prefix(address, 48)),
        IpAddr::V4(_) => None,
    }
}

fn prefix(address: Ipv6Addr, bits: u8) -> Network {
    let rest = 128 - u32::from(bits);
    Network {
        first: Ipv6Addr::from_bits(address.to_bits() >> rest << rest).into(),
        bits,
    }
}

/// How many of each network are here at the same time, so that one does not take every place.
#[derive(Debug, Clone)]
pub struct Crowd {
    most: usize,
    here: Arc<Mutex<HashMap<Network, usize>>>,
}

/// That somebody is here, until it is dropped.
#[derive(Debug)]
#[must_use]
pub struct Present {
    crowd: Crowd,
    network: Network,
}

impl Crowd {
    /// One that lets in so many of each network.
    #[must_use]
    pub fn of_at_most(most: usize) -> Self {
        Self {
            most,
            here: Arc::default(),
        }
    }

    /// `None` when there are enough of this network.
    #[must_use]
    pub fn enter(&self, network: Network) -> Option<Present> {
        let mut here = self.lock();
        let number = here.entry(network).or_default();
        if *number >= self.most {
            return None;
        }
        *number += 1;
        Some(Present {
            crowd: self.clone(),
            network,
        })
    }

    /// Nothing that is done under the lock can leave half a change behind.
    fn lock(&self) -> MutexGuard<'_, HashMap<Network, usize>> {
        self.here.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Present {
    fn drop(&mut self) {
        let mut here = self.crowd.lock();
        match here.get_mut(&self.network) {
            Some(number) if *number > 1 => *number -= 1,
            _ => {
                here.remove(&self.network);
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
        let customer = |text| customer(address(text));
        assert_eq!(customer("2001:db8::1"), customer("2001:db8::ffff:1"));
        assert_ne!(customer("2001:db8::1"), customer("2001:db8:0:1::1"));
        assert_eq!(customer("::ffff:192.0.2.1"), customer("192.0.2.1"));
        assert_ne!(customer("192.0.2.1"), customer("192.0.2.2"));
    }

    #[test]
    fn networks_of_one_site_are_one() {
        let site = |text| site(address(text));
        assert_eq!(site("2001:db8:1:2::1"), site("2001:db8:1:ffff::1"));
        assert_ne!(site("2001:db8:1::1"), site("2001:db8:2::1"));
        assert_eq!([site("192.0.2.1"), site("::ffff:192.0.2.1")], [None, None]);
        assert_ne!(
            site("2001:db8:1::1"),
            Some(customer(address("2001:db8:1::1"))),
            "a /48 is not its first /64"
        );
    }

    #[test]
    fn a_network_that_is_here_often_enough_keeps_no_other_out() {
        let crowd = Crowd::of_at_most(2);
        let (here, there) = (
            customer(address("192.0.2.1")),
            customer(address("192.0.2.2")),
        );
        let (first, second) = (crowd.enter(here).unwrap(), crowd.enter(here).unwrap());
        assert!(crowd.enter(here).is_none());
        assert!(crowd.enter(there).is_some());
        drop(first);
        let third = crowd.enter(here).unwrap();
        assert!(crowd.enter(here).is_none());
        drop((second, third));
        assert!(
            crowd.lock().is_empty(),
            "and nothing is kept of who has gone"
        );
    }
}
