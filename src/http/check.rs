use axum::{
    Json,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, header},
    response::{IntoResponse, Response},
};

use super::{
    RequestContext,
    app_state::AppState,
    bearer::bearer_token,
    error_response::{error_response, unavailable},
    request_context,
};
use crate::{
    auth::{AuthService, TokenCheck},
    domain::{AuthError, SessionInfo, User},
};

/// `GET` and `POST /api/me`: the user of the access token. For pages, proxies and other services
/// alike, so there is nothing of Leptos in between. It reads no cookie, which is why it needs no
/// cross-site check (ADR 12).
pub(super) async fn me(State(state): State<AppState>, request: Request) -> Response {
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

/// The user who is signed in, for reading: by the access token, or during the render of a page by
/// the session of its cookie. It is called inside a server function, because what Leptos calls
/// middleware does not run during a render.
///
/// # Errors
/// `InvalidToken` when nobody is signed in, and `Unavailable`.
pub async fn require_user() -> Result<User, AuthError> {
    Ok(require_session().await?.0)
}

/// As [`require_user`], with the session.
///
/// # Errors
/// `InvalidToken` when nobody is signed in, and `Unavailable`.
pub async fn require_session() -> Result<(User, SessionInfo), AuthError> {
    let context = request_context()?;
    match context.page_session {
        Some(session) => Ok(session),
        None => authenticate(&context.auth, &context.headers).await,
    }
}

/// The user and session of the access token, for server functions that change something.
///
/// # Errors
/// `InvalidToken` when there is no token or it is rejected, and `Unavailable`.
pub async fn require_bearer(context: &RequestContext) -> Result<(User, SessionInfo), AuthError> {
    authenticate(&context.auth, &context.headers).await
}

async fn authenticate(
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
