//! Limits on requests, beside those of the connections.

/// How many requests are handled at the same time, over all connections. An HTTP/2 client opens
/// many on each, and keeps their memory by sending the bodies slowly.
pub(super) const MAX_CONCURRENT_REQUESTS: usize = 1024;
/// How many header fields a request may have; browsers send about 20. HPACK lets a client send a
/// thousand of them for a byte each (RFC 9113 §10.5.1), and hyper limits HTTP/1 only.
pub(super) const MAX_HEADERS: usize = 100;
