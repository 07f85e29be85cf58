use axum::http::{HeaderMap, HeaderValue, header};
use cookie::Cookie;

/// Every cookie of a request by itself: one of another host or port of this domain may hold bytes that are no text, on the
/// same line.
pub fn cookies(headers: &HeaderMap) -> impl Iterator<Item = Cookie<'_>> {
    let lines = headers
        .get_all(header::COOKIE)
        .into_iter()
        .map(HeaderValue::as_bytes);
    let pairs = lines.flat_map(|line| line.split(|byte| *byte == b';'));
    pairs.filter_map(|pair| Cookie::parse(std::str::from_utf8(pair).ok()?.trim()).ok())
}
