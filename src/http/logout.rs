use axum::http::HeaderValue;

use super::{RequestContext, bearer::bearer_token, error_response::unavailable};
use crate::{
    auth::LogoutOutcome,
    domain::{AuthError, SessionId},
};

/// Ends the session of the access token, or of the refresh cookie when no token is accepted.
/// Returns the cookies to set.
///
/// # Errors
/// `InvalidToken` when neither is this server's, and `Unavailable`: the session may still be live.
pub async fn log_out(context: &RequestContext) -> Result<Vec<HeaderValue>, AuthError> {
    let mut ended = by_access_token(context).await?;
    // A token that is rejected must not hide the cookie, by which the session would stay live. And
    // a browser with a pending logout keeps no session, whichever its cookie names by now.
    if ended.is_none() || context.has_pending_logout() {
        ended = ended.or(by_refresh_cookie(context).await?);
    }
    let ended = ended.ok_or(AuthError::InvalidToken)?;
    Ok(cleared_cookies(context, ended))
}

async fn by_access_token(context: &RequestContext) -> Result<Option<SessionId>, AuthError> {
    let Some(token) = bearer_token(&context.headers) else {
        return Ok(None);
    };
    match context
        .auth
        .log_out(&token, &context.client)
        .await
        .map_err(unavailable)?
    {
        LogoutOutcome::LoggedOut(session) => Ok(Some(session)),
        LogoutOutcome::Rejected(rejection) => {
            tracing::info!(%rejection, "rejected the token of a logout");
            Ok(None)
        }
    }
}

/// Ends the session of the refresh cookie.
pub(super) async fn by_refresh_cookie(
    context: &RequestContext,
) -> Result<Option<SessionId>, AuthError> {
    let Some(token) = context.refresh_token()? else {
        return Ok(None);
    };
    let ended = context
        .auth
        .log_out_by_refresh_token(&token, &context.client)
        .await;
    ended.map_err(unavailable)
}

/// Clears the refresh cookie, unless it is another server's, or of another session that the user
/// has opened since; with a pending logout, that one was ended too.
pub(super) fn cleared_cookies(context: &RequestContext, ended: SessionId) -> Vec<HeaderValue> {
    let mut own = context.own_refresh_tokens().map(|(_, session)| session);
    let is_over = match (own.next(), own.next()) {
        (Some(session), None) => session == ended || context.has_pending_logout(),
        (first, _) => first.is_some(),
    };
    let refresh = is_over.then(|| context.cookies.clear_refresh()).flatten();
    refresh
        .into_iter()
        .chain(context.cookies.clear_pending_logout())
        .collect()
}
