use axum::{
    body::{Body, Bytes, to_bytes},
    extract::Request,
    http::{Method, StatusCode, header},
    middleware::Next,
    response::Response,
};
use server_fn::error::{FromServerFnError, SERVER_FN_ERROR_HEADER};

use super::{answer, unavailable};
use crate::domain::AuthError;

/// The largest body that a server function takes, in bytes.
pub const BODY_LIMIT_BYTES: usize = 16 * 1024;
const FORM: &str = "application/x-www-form-urlencoded";

/// Holds the server functions to the HTTP contract: what does not fit never reaches one, and every error, also
/// one that Leptos made, leaves with its own status, headers and JSON body.
pub async fn hold_to_contract(request: Request, next: Next) -> Response {
    let token_was_sent = request.headers().contains_key(header::AUTHORIZATION);
    let outcome = match accept(request).await {
        Ok(request) => translate(next.run(request).await).await,
        Err(error) => Err(error),
    };
    outcome.unwrap_or_else(|error| answer(&error, token_was_sent))
}

/// The request with its whole body read, if it is one that a server function can take.
async fn accept(request: Request) -> Result<Request, AuthError> {
    if request.method() != Method::POST {
        return Err(AuthError::MethodNotAllowed);
    }
    let (mut parts, body) = request.into_parts();
    let body = to_bytes(body, BODY_LIMIT_BYTES).await.map_err(|_| AuthError::PayloadTooLarge)?;
    let media_type = parts.headers.get(header::CONTENT_TYPE).map(|value| value.to_str().unwrap_or_default());
    match media_type {
        Some(value) if is_form(value) => {}
        None if body.is_empty() => {}
        _ => return Err(AuthError::UnsupportedMediaType),
    }
    if !is_utf8_form(&body) {
        return Err(AuthError::InvalidInput("The form is not valid UTF-8.".to_owned()));
    }
    // With these two, Leptos would answer a plain form post by sending the browser back to the page that it
    // came from; our answers are JSON, always.
    parts.headers.remove(header::ACCEPT);
    parts.headers.remove(header::REFERER);
    Ok(Request::from_parts(parts, Body::from(body)))
}

fn is_form(media_type: &str) -> bool {
    media_type.split(';').next().is_some_and(|essence| essence.trim().eq_ignore_ascii_case(FORM))
}

/// Whether the form is UTF-8 once its percent signs are decoded. A decoder that puts U+FFFD in place of bad bytes
/// would let two different passwords become one.
fn is_utf8_form(body: &Bytes) -> bool {
    std::str::from_utf8(body).is_ok() && percent_encoding::percent_decode(body).decode_utf8().is_ok()
}

/// Takes the error out of an answer that Leptos marked as one.
async fn translate(response: Response) -> Result<Response, AuthError> {
    if response.headers().contains_key(SERVER_FN_ERROR_HEADER) {
        let body = to_bytes(response.into_body(), BODY_LIMIT_BYTES).await.map_err(unavailable)?;
        return Err(AuthError::de(body));
    }
    match response.status() {
        // No server function has this path.
        StatusCode::BAD_REQUEST => Err(AuthError::NotFound),
        _ => Ok(response),
    }
}
