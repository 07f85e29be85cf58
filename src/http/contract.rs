use std::error::Error;

use axum::{
    body::{Body, Bytes, HttpBody, to_bytes},
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::Response,
};
use http_body_util::LengthLimitError;
use server_fn::error::{FromServerFnError, SERVER_FN_ERROR_HEADER};
use tokio::time::timeout;

use super::{
    HttpSettings, RequestContext,
    cross_site::{check_site, is_own, log_refusal},
    edge_state::EdgeState,
    error_response::{error_response, unavailable},
    limits::HandledPermit,
};
use crate::domain::{AuthError, InputError};

/// The maximum body of a server function or plain form of ours.
const MAX_BODY_BYTES: usize = 16 * 1024;
const FORM: HeaderValue = HeaderValue::from_static("application/x-www-form-urlencoded");

/// Holds our server functions to the HTTP contract: a request that does not fit never reaches one,
/// and every error, also one from Leptos, gets its own status, headers and JSON body.
pub(super) async fn call_server_function(state: &EdgeState, request: Request) -> Response {
    let token_was_sent = request.headers().contains_key(header::AUTHORIZATION);
    if request.method() != Method::POST {
        return error_response(&AuthError::MethodNotAllowed, token_was_sent);
    }
    check_site(state, request, async |request| {
        match accept(request, state).await {
            Ok((mut request, _permit)) => {
                // With these two, Leptos would redirect a plain form to the page that it came
                // from. Here the answer is always JSON.
                request.headers_mut().remove(header::ACCEPT);
                request.headers_mut().remove(header::REFERER);
                let context = RequestContext::new(state, &request);
                translate(state.call(Some(context), request).await, token_was_sent).await
            }
            Err(error) => error_response(&error, token_was_sent),
        }
    })
    .await
}

/// Accepts forms of this site only, for the plain forms.
pub(super) async fn require_own_form(
    State(state): State<EdgeState>,
    request: Request,
    next: Next,
) -> Response {
    let accepted = if request.method() != Method::POST {
        Err(AuthError::MethodNotAllowed)
    } else if is_own(request.headers(), &state.settings) {
        accept(request, &state).await
    } else {
        log_refusal(request.headers());
        Err(AuthError::CrossSite)
    };
    match accepted {
        Ok((request, _permit)) => next.run(request).await,
        Err(error) => error_response(&error, false),
    }
}

/// The request with its body read completely, if it is a form. A request that had to wait for its
/// body is handled from now on; the others are since they came.
async fn accept(
    request: Request,
    state: &EdgeState,
) -> Result<(Request, Option<HandledPermit>), AuthError> {
    let (mut parts, body) = request.into_parts();
    let is_complete = body.is_end_stream();
    let body = read(&parts, body, &state.settings).await?;
    // Other code compares it in lower case.
    if let Some(media_type) = parts.headers.get_mut(header::CONTENT_TYPE) {
        *media_type = FORM;
    }
    let permit = (!is_complete).then(|| state.limits.handle()).transpose()?;
    Ok((Request::from_parts(parts, Body::from(body)), permit))
}

async fn read(parts: &Parts, body: Body, settings: &HttpSettings) -> Result<Bytes, AuthError> {
    let body = if body.is_end_stream() {
        Bytes::new()
    } else {
        // One deadline for the whole body: with one for each chunk, a byte now and then would keep
        // the request open for hours.
        let body = timeout(settings.body_timeout, to_bytes(body, MAX_BODY_BYTES)).await;
        body.map_err(|_| AuthError::RequestTimeout)?
            .map_err(|error| unreadable(&error))?
    };
    let media_type = parts.headers.get(header::CONTENT_TYPE);
    match media_type.map(|value| value.to_str().unwrap_or_default()) {
        Some(value) if is_form(value) => {}
        None if body.is_empty() => {}
        _ => return Err(AuthError::UnsupportedMediaType),
    }
    if !is_utf8_form(&body) {
        return Err(AuthError::InvalidInput(InputError::Encoding));
    }
    Ok(body)
}

/// Why a body could not be read: it is too long, or it is not what HTTP calls a body.
fn unreadable(error: &axum::Error) -> AuthError {
    match error.source() {
        Some(cause) if cause.is::<LengthLimitError>() => AuthError::PayloadTooLarge,
        _ => AuthError::InvalidInput(InputError::Field),
    }
}

fn is_form(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default();
    essence
        .trim()
        .as_bytes()
        .eq_ignore_ascii_case(FORM.as_bytes())
}

/// Whether the percent-decoded form is UTF-8. A decoder that replaces bad bytes by U+FFFD would
/// make two different passwords equal.
fn is_utf8_form(body: &Bytes) -> bool {
    std::str::from_utf8(body).is_ok()
        && percent_encoding::percent_decode(body).decode_utf8().is_ok()
}

/// Replaces a response that Leptos marked as an error. Cookies that were set stay set.
async fn translate(response: Response, token_was_sent: bool) -> Response {
    let is_error = response.headers().contains_key(SERVER_FN_ERROR_HEADER);
    // Leptos answers 400 when no server function has the path.
    if !is_error && response.status() != StatusCode::BAD_REQUEST {
        return response;
    }
    let (parts, body) = response.into_parts();
    let error = match to_bytes(body, MAX_BODY_BYTES).await {
        Ok(body) if is_error => AuthError::de(body),
        Ok(_) => AuthError::NotFound,
        Err(cause) => unavailable(cause),
    };
    let mut response = error_response(&error, token_was_sent);
    for cookie in parts.headers.get_all(header::SET_COOKIE) {
        response
            .headers_mut()
            .append(header::SET_COOKIE, cookie.clone());
    }
    response
}
