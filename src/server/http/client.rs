use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, header};

use crate::server::Client;

/// The longest agent that is kept, in bytes; a browser's own description has about 120.
const AGENT_BYTES: usize = 256;

/// Who sends a request: for everything behind the gate it is among the request's extensions.
pub(super) fn identify(
    peer: Option<SocketAddr>,
    headers: &HeaderMap,
    trusted_proxies: usize,
) -> Client {
    let address = client_address(peer.map(|peer| peer.ip()), headers, trusted_proxies);
    Client {
        address,
        agent: agent(headers).to_owned(),
    }
}

/// The address of a client behind so many proxies. Each of them appends the address that it was asked from to
/// `X-Forwarded-For`, so the entry counts that the first of them has written; what stands before it, anybody may have
/// made up. Without proxies the header is not looked at, and where it is too short, the peer is all that is known.
fn client_address(
    peer: Option<IpAddr>,
    headers: &HeaderMap,
    trusted_proxies: usize,
) -> Option<IpAddr> {
    let Some(nth) = trusted_proxies.checked_sub(1) else {
        return peer;
    };
    // What a client has sent need not be text; what the proxies have written behind it counts all the same.
    let lines: Vec<_> = headers.get_all("x-forwarded-for").into_iter().collect();
    let mut from_the_right = lines
        .iter()
        .rev()
        .flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b','));
    let entry = from_the_right
        .nth(nth)
        .and_then(|entry| std::str::from_utf8(entry).ok());
    entry.and_then(|entry| parse_address(entry.trim())).or(peer)
}

/// An address, with a port behind it or without one.
fn parse_address(entry: &str) -> Option<IpAddr> {
    let bare = entry
        .strip_prefix('[')
        .and_then(|entry| entry.strip_suffix(']'))
        .unwrap_or(entry);
    bare.parse()
        .ok()
        .or_else(|| entry.parse::<SocketAddr>().map(|address| address.ip()).ok())
}

/// What the browser says it is, cut to a length that is worth keeping.
fn agent(headers: &HeaderMap) -> &str {
    let agent = headers
        .get(header::USER_AGENT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    // `to_str` gives visible ASCII only, so every index is a character boundary.
    agent.get(..AGENT_BYTES).unwrap_or(agent)
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
        client_address("203.0.113.9".parse().ok(), &headers, trusted_proxies)
            .unwrap()
            .to_string()
    }

    #[test]
    fn forwarded_addresses_are_ignored_unless_proxies_are_trusted() {
        assert_eq!(address(&["192.0.2.1"], 0), "203.0.113.9");
    }

    #[test]
    fn what_the_first_trusted_proxy_has_written_counts() {
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
    fn without_a_readable_entry_the_peer_is_all_that_is_known() {
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
    fn a_long_agent_is_cut() {
        let mut headers = HeaderMap::new();
        headers.insert(header::USER_AGENT, "x".repeat(5000).parse().unwrap());
        assert_eq!(agent(&headers).len(), 256);
    }
}
