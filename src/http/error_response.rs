use std::fmt::Display;

use axum::{
    Json,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::domain::AuthError;

/// The response of the HTTP contract for an error: status, headers and JSON body.
///
/// The challenge of a 401 carries no error code when no token was sent (RFC 6750 §3.1). The error
/// is in the extensions too, for whoever shows it to people instead.
#[must_use]
pub(super) fn error_response(error: &AuthError, token_was_sent: bool) -> Response {
    let mut response = (status(error), Json(error)).into_response();
    if let Some((name, value)) = extra_header(error, token_was_sent) {
        response.headers_mut().insert(name, value);
    }
    response.extensions_mut().insert(error.clone());
    response
}

pub(super) fn status(error: &AuthError) -> StatusCode {
    match error {
        AuthError::InvalidCredentials | AuthError::InvalidToken => StatusCode::UNAUTHORIZED,
        AuthError::CrossSite | AuthError::WrongPassword | AuthError::PasswordRequired => {
            StatusCode::FORBIDDEN
        }
        AuthError::InvalidInput(_) => StatusCode::UNPROCESSABLE_ENTITY,
        AuthError::InvalidLink => StatusCode::GONE,
        AuthError::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        AuthError::NotFound => StatusCode::NOT_FOUND,
        AuthError::PayloadTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        AuthError::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
        AuthError::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        AuthError::Throttled { .. } => StatusCode::TOO_MANY_REQUESTS,
        AuthError::Busy | AuthError::Unavailable | AuthError::Unreachable => {
            StatusCode::SERVICE_UNAVAILABLE
        }
    }
}

pub(super) fn extra_header(
    error: &AuthError,
    token_was_sent: bool,
) -> Option<(HeaderName, HeaderValue)> {
    match error {
        AuthError::InvalidToken => {
            let challenge = if token_was_sent {
                r#"Bearer realm="countersign", error="invalid_token""#
            } else {
                r#"Bearer realm="countersign""#
            };
            Some((
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static(challenge),
            ))
        }
        AuthError::MethodNotAllowed => Some((header::ALLOW, HeaderValue::from_static("POST"))),
        _ => error
            .retry_after()
            .map(|seconds| (header::RETRY_AFTER, seconds.into())),
    }
}

/// Logs why a request could not be answered. The client is told only that it could not.
pub(super) fn unavailable(cause: impl Display) -> AuthError {
    tracing::error!(%cause, "a request could not be answered");
    AuthError::Unavailable
}
