use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{Limiter, Permit};

/// Addresses that are likely to belong to one party: a prefix of so many bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Network {
    first: IpAddr,
    bits: u8,
}

/// Limits each network, so that one can't take all permits.
pub type NetworkLimiter = Limiter<Network>;
pub type NetworkPermit = Permit<Network>;

/// The well-known prefix of NAT64, `64:ff9b::/96`, without its last 32 bits (RFC 6052 §2.1).
const NAT64: u128 = 0x0064_ff9b << 96;

/// The address of a client. An IPv4 client is known by its IPv4 address, also where it is written as
/// an IPv6 address: by a listener for both families (`::ffff:0:0/96`), or by NAT64, where all IPv4
/// clients would share one network.
#[must_use]
pub fn canonical_ip(ip: IpAddr) -> IpAddr {
    let canonical = ip.to_canonical();
    let IpAddr::V6(v6) = canonical else {
        return canonical;
    };
    let without_prefix = u32::try_from(v6.to_bits() ^ NAT64);
    without_prefix.map_or(canonical, |bits| Ipv4Addr::from_bits(bits).into())
}

/// The network of one customer of a provider: an IPv4 address, or an IPv6 /64.
#[must_use]
pub fn client_prefix(ip: IpAddr) -> Network {
    match canonical_ip(ip) {
        IpAddr::V6(ip) => prefix(ip, 64),
        first @ IpAddr::V4(_) => Network { first, bits: 32 },
    }
}

/// The network of one site (RFC 6177): an IPv6 /48, which has 65,536 client prefixes. `None` for
/// IPv4.
#[must_use]
pub fn site_prefix(ip: IpAddr) -> Option<Network> {
    match canonical_ip(ip) {
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
        assert_eq!(
            client_prefix("64:ff9b::192.0.2.1"),
            client_prefix("192.0.2.1")
        );
        assert_eq!(
            client_prefix("64:ff9b::1:192.0.2.1"),
            client_prefix("64:ff9b::2:192.0.2.1"),
            "not of NAT64"
        );
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
}
