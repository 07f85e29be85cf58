use std::{net::IpAddr, sync::Arc};

use axum::http::{HeaderMap, Version, header, uri::Authority};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{
    auth::{NetworkLimiter, NetworkPermit, client_prefix},
    domain::AuthError,
};

/// How many requests are handled at the same time, over all clients.
const MAX_HANDLED: usize = 1024;
/// How many requests of one network are in progress at the same time, from their head to the last
/// byte of the response. An HTTP/2 client opens 32 on each of its connections.
const MAX_PER_NETWORK: usize = 256;
/// How many header fields a request may have; browsers send about 20. HPACK lets a client send a
/// thousand of them for a byte each (RFC 9113 §10.5.1), and hyper limits HTTP/1 only.
const MAX_HEADERS: usize = 100;
/// How long all cookies together may be. Over HTTP/2, each may be a header field of its own (RFC
/// 9113 §8.2.3), so their number is not limited.
const MAX_COOKIE_BYTES: usize = 16 * 1024;

/// Limits how many requests are in progress.
///
/// A request that waits for its client holds a place of its network only. It takes one of the
/// shared places when it has arrived completely, so nobody can hold these by sending slowly.
#[derive(Debug, Clone)]
pub(super) struct RequestLimits {
    handled: Arc<Semaphore>,
    networks: NetworkLimiter,
}

/// A place among the requests that are handled, until it is dropped.
#[derive(Debug)]
#[must_use]
pub(super) struct HandledPermit(#[expect(dead_code, reason = "held")] OwnedSemaphorePermit);

impl RequestLimits {
    pub fn new() -> Self {
        Self {
            handled: Arc::new(Semaphore::new(MAX_HANDLED)),
            networks: NetworkLimiter::new(MAX_PER_NETWORK),
        }
    }

    /// For a request whose head has arrived.
    pub fn begin(&self, ip: IpAddr) -> Result<NetworkPermit, AuthError> {
        let permit = self.networks.try_acquire(client_prefix(ip));
        permit.ok_or(AuthError::Busy)
    }

    /// For a request that has arrived completely.
    pub fn handle(&self) -> Result<HandledPermit, AuthError> {
        let permit = Arc::clone(&self.handled).try_acquire_owned();
        permit.map(HandledPermit).map_err(|_| AuthError::Busy)
    }
}

/// Whether a request has more header fields, or longer cookies, than is allowed.
pub(super) fn are_too_large(headers: &HeaderMap) -> bool {
    let cookies = headers.get_all(header::COOKIE);
    let (number, bytes) = cookies.iter().fold((0, 0), |(number, bytes), cookie| {
        (number + 1, bytes + cookie.len())
    });
    let other_fields = headers.len() - number;
    other_fields + number.min(1) > MAX_HEADERS || bytes > MAX_COOKIE_BYTES
}

/// Whether a request says which host it is for, as every one of HTTP/1.1 has to (RFC 9112 §3.2):
/// `host` or `host:port`, once.
pub(super) fn has_valid_host(version: Version, headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(header::HOST).iter();
    match (hosts.next(), hosts.next()) {
        (None, _) => version != Version::HTTP_11,
        (Some(host), None) => is_host(host.as_bytes()),
        _ => false,
    }
}

fn is_host(value: &[u8]) -> bool {
    Authority::try_from(value).is_ok_and(|authority| {
        let rest = authority.as_str().strip_prefix(authority.host());
        // There is no user before the host, and the port is a number.
        rest.is_some_and(|port| {
            port.is_empty()
                || port
                    .strip_prefix(':')
                    .is_some_and(|port| port.bytes().all(|byte| byte.is_ascii_digit()))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bounded_number_of_requests_is_handled_at_the_same_time() {
        let limits = RequestLimits::new();
        let all: Vec<_> = (0..MAX_HANDLED).map(|_| limits.handle().unwrap()).collect();
        assert_eq!(limits.handle().unwrap_err(), AuthError::Busy);
        drop(all);
        assert!(limits.handle().is_ok(), "each returns its place");
    }
}
