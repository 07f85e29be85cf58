use axum::{
    BoxError,
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::answer;
use crate::domain::AuthError;

/// How many requests are worked on at the same time, over all connections. An HTTP/2 client sends many on each, and keeps
/// their memory by sending their bodies slowly.
pub const REQUESTS_AT_ONCE: usize = 1024;
/// How many header fields a request may have; browsers send about 20. HPACK lets a client send a thousand of them for a
/// byte each (RFC 9113 §10.5.1), and hyper's own limit of 100 is for HTTP/1 only.
const MOST_HEADERS: usize = 100;
/// Pages and answers are about one person at one moment (OWASP ASVS 14.3.2).
const NEVER: HeaderValue = HeaderValue::from_static("no-store");

/// Sends a request away that has more header fields than anybody needs.
pub async fn limit_headers(request: Request, next: Next) -> Response {
    if request.headers().len() > MOST_HEADERS {
        return StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE.into_response();
    }
    next.run(request).await
}

/// The answer to a request beyond [`REQUESTS_AT_ONCE`].
pub async fn answer_overload(_: BoxError) -> Response {
    answer(&AuthError::Busy, false)
}

/// Lets nothing be kept that does not say itself for how long, as files do.
pub async fn set_cache_control(mut response: Response) -> Response {
    response.headers_mut().entry(header::CACHE_CONTROL).or_insert(NEVER);
    response
}
