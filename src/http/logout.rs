use axum::http::{HeaderName, HeaderValue, header};

use super::{
    RequestContext, bearer::bearer_token, error_response::unavailable,
    security_headers::CLEAR_STORAGE,
};
use crate::{
    auth::LogoutOutcome,
    domain::{AuthError, SessionId},
};

/// Ends the session of the access token, or those of the refresh cookies when no token is accepted.
/// Returns headers of the response.
///
/// # Errors
/// `InvalidToken` when neither is this server's, and `Unavailable`: the session may still be live.
pub async fn log_out(
    context: &RequestContext,
) -> Result<Vec<(HeaderName, HeaderValue)>, AuthError> {
    let by_token = by_access_token(context).await;
    let mut ended: Vec<_> = by_token.iter().copied().flatten().collect();
    // A token that is rejected must not hide the cookie, by which the session would stay live. And
    // a browser with a pending logout keeps no session, whichever its cookie names by now.
    if ended.is_empty() || context.has_pending_logout() {
        ended.extend(by_refresh_cookies(context).await?);
    }
    // The session of a token that can't be checked may be another one than the cookie's.
    by_token?;
    if ended.is_empty() {
        return Err(AuthError::InvalidToken);
    }
    Ok(clear_browser(context, &ended))
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

/// Ends the sessions of the first refresh cookies that this server has signed. Another host of the
/// domain may have set one beside the user's, of a session of its own: then nobody can say which is
/// the user's, and the user has signed out all the same.
pub(super) async fn by_refresh_cookies(
    context: &RequestContext,
) -> Result<Vec<SessionId>, AuthError> {
    let tokens = context.own_refresh_tokens().map(|(token, _)| token);
    let ended = context
        .auth
        .log_out_by_refresh_tokens(tokens, &context.client)
        .await;
    ended.map_err(unavailable)
}

/// Has the browser clear its refresh cookie and what the site has stored in it, if the request sent
/// a cookie of a session that was ended. The response may come late, when the browser has the
/// cookie of a later session, perhaps of another user. Another server's cookie is left alone.
pub(super) fn clear_browser(
    context: &RequestContext,
    ended: &[SessionId],
) -> Vec<(HeaderName, HeaderValue)> {
    let mut own = context.own_refresh_tokens();
    // With a pending logout, the sessions of all cookies were ended.
    let is_over = own.any(|(_, session)| ended.contains(&session) || context.has_pending_logout());
    let mut headers = Vec::new();
    if is_over {
        let cookie = context.cookies.clear_refresh();
        headers.extend(cookie.map(|cookie| (header::SET_COOKIE, cookie)));
        let clear_site_data = HeaderName::from_static("clear-site-data");
        headers.push((clear_site_data, CLEAR_STORAGE));
    }
    let pending = context.clear_pending_logout();
    headers.extend(pending.map(|cookie| (header::SET_COOKIE, cookie)));
    headers
}
