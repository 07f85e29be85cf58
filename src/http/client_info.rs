use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::http::{HeaderMap, header};

use crate::{auth::canonical_ip, domain::ClientInfo};

/// How much of a user agent is kept; browsers send about 120 bytes.
const MAX_USER_AGENT_BYTES: usize = 256;

/// The client of a request. The edge puts it into the request's extensions.
pub(super) fn client_info(
    peer: Option<SocketAddr>,
    headers: &HeaderMap,
    trusted_proxies: usize,
) -> ClientInfo {
    let ip = client_ip(peer.map(|peer| peer.ip()), headers, trusted_proxies);
    ClientInfo {
        ip: canonical_ip(ip.unwrap_or(unknown().ip)),
        user_agent: user_agent(headers).to_owned(),
    }
}

/// A client about which nothing is known: the server runs without `ConnectInfo`. All of these
/// share one address.
pub(super) fn unknown() -> ClientInfo {
    ClientInfo {
        ip: IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        user_agent: String::new(),
    }
}

/// The address of a client behind so many proxies.
///
/// Each proxy appends the address that it was called from to `X-Forwarded-For`, so the entry of
/// the first proxy is the right one; anybody could have sent what precedes it. Without proxies the
/// header is ignored, and where it is too short, the peer is the client.
fn client_ip(peer: Option<IpAddr>, headers: &HeaderMap, trusted_proxies: usize) -> Option<IpAddr> {
    let Some(nth) = trusted_proxies.checked_sub(1) else {
        return peer;
    };
    // A client may have sent bytes that are not text; what the proxies appended is read anyway.
    let lines: Vec<_> = headers.get_all("x-forwarded-for").into_iter().collect();
    let entries = lines
        .iter()
        .rev()
        .flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b','));
    let entry = entries
        .skip(nth)
        .map(std::str::from_utf8)
        .next()
        .and_then(Result::ok);
    entry.and_then(|entry| parse_ip(entry.trim())).or(peer)
}

/// Reads an address with or without a port.
fn parse_ip(entry: &str) -> Option<IpAddr> {
    let bare = entry
        .strip_prefix('[')
        .and_then(|entry| entry.strip_suffix(']'))
        .unwrap_or(entry);
    let with_port = || entry.parse().map(|address: SocketAddr| address.ip()).ok();
    bare.parse().ok().or_else(with_port)
}

fn user_agent(headers: &HeaderMap) -> &str {
    let agent = headers
        .get(header::USER_AGENT)
        .and_then(|value| value.to_str().ok());
    let agent = agent.unwrap_or_default();
    // `to_str` returns visible ASCII only, so every index is a character boundary.
    agent.get(..MAX_USER_AGENT_BYTES).unwrap_or(agent)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(lines: &[&str], trusted_proxies: usize) -> String {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(
                "x-forwarded-for",
                axum::http::HeaderValue::from_bytes(line.as_bytes()).unwrap(),
            );
        }
        client_ip("203.0.113.9".parse().ok(), &headers, trusted_proxies)
            .unwrap()
            .to_string()
    }

    #[test]
    fn forwarded_addresses_are_ignored_unless_proxies_are_trusted() {
        assert_eq!(address(&["192.0.2.1"], 0), "203.0.113.9");
    }

    #[test]
    fn the_entry_of_the_first_trusted_proxy_is_used() {
        assert_eq!(address(&["198.51.100.66, 192.0.2.1"], 1), "192.0.2.1");
        assert_eq!(address(&["198.51.100.66", "192.0.2.1"], 1), "192.0.2.1");
        assert_eq!(
            address(&["198.51.100.66, 192.0.2.1, 10.0.0.1"], 2),
            "192.0.2.1"
        );
        assert_eq!(address(&["\u{e9}, 192.0.2.1"], 1), "192.0.2.1");
        assert_eq!(address(&["192.0.2.1:4711"], 1), "192.0.2.1");
        assert_eq!(address(&["[2001:db8::1]:4711"], 1), "2001:db8::1");
        assert_eq!(address(&["[2001:db8::1]"], 1), "2001:db8::1");
    }

    #[test]
    fn without_a_readable_entry_the_peer_is_the_client() {
        for lines in [
            &[][..],
            &["192.0.2.1"],
            &["unknown, 192.0.2.1"],
            &["_hidden,"],
            &[""],
        ] {
            assert_eq!(address(lines, 2), "203.0.113.9", "{lines:?}");
        }
    }

    #[test]
    fn a_long_user_agent_is_cut() {
        let mut headers = HeaderMap::new();
        headers.insert(header::USER_AGENT, "x".repeat(5000).parse().unwrap());
        assert_eq!(user_agent(&headers).len(), 256);
    }
}
