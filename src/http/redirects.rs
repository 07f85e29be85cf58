use axum::{
    http::{HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};

/// A 308 to the page that was asked for with a slash too many at its end. It is never made of the
/// path that was sent if that is no page: `//evil.example/` without its last slash is another site.
pub(super) fn without_slash(uri: &Uri, is_page: impl Fn(&str) -> bool) -> Option<Response> {
    let page = uri.path().strip_suffix('/').filter(|path| is_page(path))?;
    let query = uri.query().map(|query| format!("?{query}"));
    let address = format!("{page}{}", query.unwrap_or_default());
    let location = HeaderValue::from_maybe_shared(address).ok()?;
    Some(
        (
            StatusCode::PERMANENT_REDIRECT,
            [(header::LOCATION, location)],
        )
            .into_response(),
    )
}

/// An empty 303: nothing of any page is in it (RFC 9110 §15.4.4).
pub(super) fn see_other(address: &str) -> Response {
    // Neither `NextPath` nor our own addresses hold control characters.
    let location = HeaderValue::from_str(address).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
}
