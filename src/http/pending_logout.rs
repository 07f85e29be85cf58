use axum::http::HeaderValue;

use super::{RequestContext, error_response::unavailable};
use crate::domain::{AuthError, CookieName};

/// Ends the session of the refresh cookie first, if the browser says that its user has signed out
/// of it while the server could not be reached. Returns the cookie to clear, `None` if the browser
/// did not say so.
///
/// # Errors
/// `Unavailable`: then nothing else may be done for this request.
pub(super) async fn finish_pending_logout(
    context: &RequestContext,
) -> Result<Option<HeaderValue>, AuthError> {
    if !context
        .cookies
        .has(&context.headers, CookieName::PendingLogout)
    {
        return Ok(None);
    }
    if let Some(token) = context.refresh_token() {
        let ended = context
            .auth
            .log_out_by_refresh_token(&token, &context.client)
            .await;
        ended.map_err(unavailable)?;
    }
    Ok(context.cookies.clear_pending_logout())
}
