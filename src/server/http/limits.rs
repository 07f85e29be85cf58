use axum::http::{HeaderMap, HeaderValue, header};

/// How many requests are worked on at the same time, over all connections. An HTTP/2 client sends many on each, and keeps
/// their memory by sending their bodies slowly.
pub(super) const REQUESTS_AT_ONCE: usize = 1024;
/// How many header fields a request may have; browsers send about 20. HPACK lets a client send a thousand of them for a
/// byte each (RFC 9113 §10.5.1), and hyper's own limit of 100 is for HTTP/1 only.
pub(super) const MOST_HEADERS: usize = 100;
/// How many header fields an answer has beside those of every answer, as a rule.
pub(super) const OWN_HEADERS: usize = 8;
/// Pages and answers are about one person at one moment (OWASP ASVS 14.3.2).
const NEVER: HeaderValue = HeaderValue::from_static("no-store");

/// Lets nothing be kept that does not say itself for how long, as files do.
pub(super) fn set_cache_control(headers: &mut HeaderMap) {
    headers.insert(header::CACHE_CONTROL, NEVER);
}
