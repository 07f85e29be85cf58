use axum::http::{HeaderName, HeaderValue, header};

use super::{
    RequestContext, bearer::bearer_token, error_response::unavailable,
    security_headers::CLEAR_STORAGE,
};
use crate::{
    auth::LogoutOutcome,
    domain::{AuthError, SessionId},
};

/// Ends the session of the access token, or of the refresh cookie when no token is accepted.
/// Returns headers of the response.
///
/// # Errors
/// `InvalidToken` when neither is this server's, and `Unavailable`: the session may still be live.
pub async fn log_out(
    context: &RequestContext,
) -> Result<Vec<(HeaderName, HeaderValue)>, AuthError> {
    let mut ended = by_access_token(context).await?;
    // A token that is rejected must not hide the cookie, by which the session would stay live. And
    // a browser with a pending logout keeps no session, whichever its cookie names by now.
    if ended.is_none() || context.has_pending_logout() {
        ended = ended.or(by_refresh_cookie(context).await?);
    }
    let ended = ended.ok_or(AuthError::InvalidToken)?;
    Ok(clear_browser(context, Some(ended)))
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

/// Has the browser clear its refresh cookie and what the site has stored in it, if the request sent
/// a cookie of the session that was ended. The response may come late, when the browser has the
/// cookie of a later session, perhaps of another user. Another server's cookie is left alone.
pub(super) fn clear_browser(
    context: &RequestContext,
    ended: Option<SessionId>,
) -> Vec<(HeaderName, HeaderValue)> {
    let mut own = context.own_refresh_tokens().map(|(_, session)| session);
    let is_over = match (own.next(), own.next()) {
        // With a pending logout, the session of the cookie was ended too.
        (Some(session), None) => Some(session) == ended || context.has_pending_logout(),
        (first, _) => first.is_some(),
    };
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
