use std::sync::Once;

use axum::{
    Json,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, header, request::Parts},
    response::{IntoResponse, Response},
};
use leptos::prelude::{use_context, with_context};
use leptos_axum::ResponseOptions;
use leptos_router::location::RequestUrl;

use super::{
    RequestContext,
    bearer::bearer_token,
    edge_state::EdgeState,
    error_response::{error_response, extra_header, status, unavailable},
    pages::accepts_pages,
    request_context,
};
use crate::{
    auth::{AuthService, TokenCheck},
    domain::{AuthError, SessionInfo, User},
};

/// `GET` and `POST /api/me`: the user of the access token. For pages, proxies and other services
/// alike, so there is nothing of Leptos in between. It reads no cookie, which is why it needs no
/// cross-site check (ADR 12).
pub(super) async fn me(State(state): State<EdgeState>, request: Request) -> Response {
    let headers = request.headers();
    if ![Method::GET, Method::HEAD, Method::POST].contains(request.method()) {
        let mut response = error_response(&AuthError::MethodNotAllowed, false);
        let allowed = HeaderValue::from_static("GET, HEAD, POST");
        response.headers_mut().insert(header::ALLOW, allowed);
        return response;
    }
    match authenticate(&state.auth, headers).await {
        Ok((user, _)) => Json(user).into_response(),
        Err(error) => error_response(&error, headers.contains_key(header::AUTHORIZATION)),
    }
}

/// The user who is signed in, for server functions: by the access token, or for one that is called
/// during the render of a page by the session of its cookie. Call it first inside of the function,
/// because what Leptos calls middleware does not run during a render.
///
/// The answer gets the status and the headers of an error, whatever the function makes of it. That
/// to a plain form is Leptos' own: a redirect to its page, which has the error.
///
/// # Errors
/// `InvalidToken` when nobody is signed in. `Unavailable` when the database does not answer, and
/// without the edge around the application; the log says which.
pub async fn require_user() -> Result<User, AuthError> {
    let signed_in = require_session().await;
    if signed_in == Err(AuthError::InvalidToken) {
        warn_of_another_client(&*request_context()?).await;
    }
    Ok(signed_in?.0)
}

/// Warns once when a page of a browser that is signed in calls a server function without a token:
/// the page can't tell the 401 from that of a session that is over. Plain forms (they ask for a
/// page) and browsers that have signed out send none either.
async fn warn_of_another_client(context: &RequestContext) {
    static WARNING: Once = Once::new();
    let headers = &context.headers;
    if WARNING.is_completed()
        || headers.contains_key(header::AUTHORIZATION)
        || accepts_pages(headers)
        || context.has_pending_logout()
    {
        return;
    }
    let Ok(Some(token)) = context.refresh_token() else {
        return;
    };
    if let Ok(Some(_)) = context.auth.page_session(&token).await {
        let path = with_context(|parts: &Parts| parts.uri.path().to_owned());
        WARNING.call_once(|| {
            tracing::warn!(
                path,
                "a page has called this server function without its user's access token: write \
                 #[server(client = countersign::BearerClient)]"
            );
        });
    }
}

/// As [`require_user`], with the session.
///
/// # Errors
/// The same.
pub async fn require_session() -> Result<(User, SessionInfo), AuthError> {
    let context = request_context().inspect_err(answer_with)?;
    match &context.page_session {
        Some(session) if is_page_render() => Ok(session.clone()),
        _ => require_bearer(&context).await,
    }
}

/// The user and session of the access token, for server functions that change something.
///
/// # Errors
/// `InvalidToken` when there is no token or it is rejected, and `Unavailable`.
pub async fn require_bearer(context: &RequestContext) -> Result<(User, SessionInfo), AuthError> {
    let authenticated = authenticate(&context.auth, &context.headers).await;
    authenticated.inspect_err(answer_with)
}

/// Whether a page is being rendered. A server function that is asked for by HTTP has no address to
/// route to.
fn is_page_render() -> bool {
    use_context::<RequestUrl>().is_some()
}

/// Gives the answer to a server function the status and the headers of an error. In a page, the
/// error is only the function's result. A plain form is led back to its page by Leptos, with the
/// error for the page's action, which a status would prevent.
fn answer_with(error: &AuthError) {
    let (token_was_sent, asks_for_page) = with_context(|Parts { headers, .. }: &Parts| {
        let token_was_sent = headers.contains_key(header::AUTHORIZATION);
        (token_was_sent, accepts_pages(headers))
    })
    .unwrap_or_default();
    let is_plain_form = asks_for_page && !token_was_sent;
    let response = use_context::<ResponseOptions>();
    if let Some(response) = response.filter(|_| !is_page_render() && !is_plain_form) {
        response.set_status(status(error));
        if let Some((name, value)) = extra_header(error, token_was_sent) {
            response.insert_header(name, value);
        }
    }
}

pub(super) async fn authenticate(
    auth: &AuthService,
    headers: &HeaderMap,
) -> Result<(User, SessionInfo), AuthError> {
    let token = bearer_token(headers).ok_or(AuthError::InvalidToken)?;
    match auth.check(&token).await.map_err(unavailable)? {
        TokenCheck::Valid { user, session } => Ok((user, session)),
        TokenCheck::Rejected(rejection) => {
            tracing::info!(%rejection, "rejected a token");
            Err(AuthError::InvalidToken)
        }
    }
}
