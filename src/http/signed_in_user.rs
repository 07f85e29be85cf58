use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
    response::Response,
};

use super::{
    RequestContext, check::authenticate, error_response::error_response, page_request::PageRequest,
    pages::accepts_pages, redirects::see_other,
};
use crate::domain::{AuthError, AuthState, NextPath, User, paths};

/// Extracts the user of the access token, for axum handlers.
///
/// Without one, the answer is that of the HTTP contract: 401 `invalid_token`, or 503 when the
/// database does not answer, or when the handler is not behind the edge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CurrentUser(pub User);

/// Extracts the user who is signed in in this browser, for axum handlers that are opened like pages:
/// downloads and pictures. The handler must not change anything, since a page of another site can
/// have a browser ask for it. Only requests by `GET` and `HEAD` have such a user.
///
/// Without one, a browser that asks for a page is led to the login page, and back afterwards, for
/// which the router of the pages needs [`NotFound`](crate::NotFound) as its fallback. Anything else
/// gets 401 `invalid_token`, or 503 as for [`CurrentUser`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageUser(pub User);

impl<S: Send + Sync> FromRequestParts<S> for CurrentUser {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        let user = match RequestContext::of(parts) {
            Ok(context) => authenticate(&context.auth, &parts.headers).await,
            Err(error) => Err(error),
        };
        let token_was_sent = parts.headers.contains_key(header::AUTHORIZATION);
        user.map(|(user, _)| Self(user))
            .map_err(|error| error_response(&error, token_was_sent))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for PageUser {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        let context = RequestContext::of(parts).map_err(|error| error_response(&error, false))?;
        page_user(parts, &context).map_err(|error| match error {
            AuthError::InvalidToken if accepts_pages(&parts.headers) => see_other(&login(parts)),
            error => error_response(&error, false),
        })
    }
}

fn page_user(parts: &Parts, context: &Arc<RequestContext>) -> Result<PageUser, AuthError> {
    let page = parts.extensions.get::<PageRequest>();
    if page.is_some_and(|page| page.initial.auth == AuthState::Unknown) {
        return Err(AuthError::Unavailable);
    }
    let session = context.page_session.as_ref();
    let (user, _) = session.ok_or(AuthError::InvalidToken)?;
    Ok(PageUser(user.clone()))
}

/// The login page, which leads back to the address that was asked for.
fn login(parts: &Parts) -> String {
    let here = parts.uri.path_and_query().map(ToString::to_string);
    here.and_then(|here| NextPath::parse(&here))
        .map_or_else(|| paths::LOGIN.to_owned(), |next| next.login_address())
}
