use std::fmt::Display;

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::domain::AuthError;

/// Turns an error into the answer that the contract names for it.
///
/// The challenge of a 401 carries no error code when no token was sent (RFC 6750 §3.1).
#[must_use]
pub fn answer(error: &AuthError, token_was_sent: bool) -> Response {
    let status = match error {
        AuthError::InvalidCredentials | AuthError::InvalidToken => StatusCode::UNAUTHORIZED,
        AuthError::CrossSite | AuthError::WrongPassword => StatusCode::FORBIDDEN,
        AuthError::InvalidInput(_) => StatusCode::UNPROCESSABLE_ENTITY,
        AuthError::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        AuthError::NotFound => StatusCode::NOT_FOUND,
        AuthError::PayloadTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        AuthError::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
        AuthError::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        AuthError::Throttled { .. } => StatusCode::TOO_MANY_REQUESTS,
        AuthError::Busy
        | AuthError::Unavailable
        | AuthError::Unreachable
        | AuthError::StorageRefused => StatusCode::SERVICE_UNAVAILABLE,
    };
    let mut response = (status, Json(error)).into_response();
    let extra = match error {
        AuthError::InvalidToken if token_was_sent => (
            header::WWW_AUTHENTICATE,
            HeaderValue::from_static(r#"Bearer realm="countersign", error="invalid_token""#),
        ),
        AuthError::InvalidToken => (
            header::WWW_AUTHENTICATE,
            HeaderValue::from_static(r#"Bearer realm="countersign""#),
        ),
        AuthError::MethodNotAllowed => (header::ALLOW, HeaderValue::from_static("POST")),
        _ => match error.retry_after() {
            Some(seconds) => (header::RETRY_AFTER, seconds.into()),
            None => return response,
        },
    };
    response.headers_mut().insert(extra.0, extra.1);
    response
}

/// Logs why something could not be answered, and says only that it could not.
pub fn unavailable(cause: impl Display) -> AuthError {
    tracing::error!(%cause, "the request can't be answered");
    AuthError::Unavailable
}
