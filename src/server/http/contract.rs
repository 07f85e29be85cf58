use axum::{
    body::{Body, Bytes, HttpBody, to_bytes},
    extract::{Request, State},
    http::{Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::Response,
};
use server_fn::error::{FromServerFnError, SERVER_FN_ERROR_HEADER};
use tokio::time::timeout;

use super::{answer, is_same_origin, unavailable};
use crate::{
    domain::{AuthError, Flaw},
    server::Vault,
};

/// The largest body that a server function takes, in bytes.
const BODY_LIMIT_BYTES: usize = 16 * 1024;
const FORM: &str = "application/x-www-form-urlencoded";

/// Holds the server functions to the HTTP contract: what does not fit never reaches one, and every error, also
/// one that Leptos made, leaves with its own status, headers and JSON body.
pub async fn hold_to_contract(
    State(vault): State<Vault>,
    request: Request,
    next: Next,
) -> Response {
    let token_was_sent = request.headers().contains_key(header::AUTHORIZATION);
    match accept(request, &vault).await {
        Ok(mut request) => {
            // With these two, Leptos would answer a plain form post by sending the browser back to the page that it
            // came from; our answers are JSON, always.
            request.headers_mut().remove(header::ACCEPT);
            request.headers_mut().remove(header::REFERER);
            translate(next.run(request).await, token_was_sent).await
        }
        Err(error) => answer(&error, token_was_sent),
    }
}

/// Lets only our own forms pass: what server functions and plain forms have in common.
pub async fn accept_own_forms(
    State(vault): State<Vault>,
    request: Request,
    next: Next,
) -> Response {
    match accept(request, &vault).await {
        Ok(request) => next.run(request).await,
        Err(error) => answer(&error, false),
    }
}

/// The request with its whole body read, if it is one that a server function can take.
async fn accept(request: Request, vault: &Vault) -> Result<Request, AuthError> {
    let (parts, body) = request.into_parts();
    let body = read(&parts, body, vault).await?;
    Ok(Request::from_parts(parts, Body::from(body)))
}

/// The whole body of such a request.
pub(super) async fn read(parts: &Parts, body: Body, vault: &Vault) -> Result<Bytes, AuthError> {
    if parts.method != Method::POST {
        return Err(AuthError::MethodNotAllowed);
    }
    if !is_same_origin(&parts.headers, vault.public_url()) {
        return Err(AuthError::CrossSite);
    }
    let body = if body.is_end_stream() {
        Bytes::new()
    } else {
        // The whole body has one deadline: with one for each piece, a byte now and then would keep it open for hours.
        let body = timeout(vault.body_time(), to_bytes(body, BODY_LIMIT_BYTES)).await;
        body.map_err(|_| AuthError::RequestTimeout)?
            .map_err(|_| AuthError::PayloadTooLarge)?
    };
    let media_type = parts
        .headers
        .get(header::CONTENT_TYPE)
        .map(|value| value.to_str().unwrap_or_default());
    match media_type {
        Some(value) if is_form(value) => {}
        None if body.is_empty() => {}
        _ => return Err(AuthError::UnsupportedMediaType),
    }
    if !is_utf8_form(&body) {
        return Err(AuthError::InvalidInput(Flaw::Encoding));
    }
    Ok(body)
}

fn is_form(media_type: &str) -> bool {
    media_type
        .split(';')
        .next()
        .is_some_and(|essence| essence.trim().eq_ignore_ascii_case(FORM))
}

/// Whether the form is UTF-8 once its percent signs are decoded. A decoder that puts U+FFFD in place of bad bytes
/// would let two different passwords become one.
fn is_utf8_form(body: &Bytes) -> bool {
    std::str::from_utf8(body).is_ok()
        && percent_encoding::percent_decode(body).decode_utf8().is_ok()
}

/// Gives an answer that Leptos marked as an error its own status, headers and body. Cookies that were set stay set.
async fn translate(response: Response, token_was_sent: bool) -> Response {
    let is_error = response.headers().contains_key(SERVER_FN_ERROR_HEADER);
    // Leptos answers 400 when no server function has the path.
    if !is_error && response.status() != StatusCode::BAD_REQUEST {
        return response;
    }
    let (parts, body) = response.into_parts();
    let error = match to_bytes(body, BODY_LIMIT_BYTES).await {
        Ok(body) if is_error => AuthError::de(body),
        Ok(_) => AuthError::NotFound,
        Err(cause) => unavailable(cause),
    };
    let mut answer = answer(&error, token_was_sent);
    for cookie in parts.headers.get_all(header::SET_COOKIE) {
        answer
            .headers_mut()
            .append(header::SET_COOKIE, cookie.clone());
    }
    answer
}
