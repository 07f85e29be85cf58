use axum::http::HeaderValue;

use super::{RequestContext, logout::by_refresh_cookies};
use crate::domain::AuthError;

/// Ends the sessions of the refresh cookies first, if the browser says that its user has signed out
/// of it while the server could not be reached. Returns the cookie to clear, `None` if the browser
/// did not say so.
///
/// # Errors
/// `Unavailable`: then nothing else may be done for this request.
pub(super) async fn finish_pending_logout(
    context: &RequestContext,
) -> Result<Option<HeaderValue>, AuthError> {
    if !context.has_pending_logout() {
        return Ok(None);
    }
    by_refresh_cookies(context).await?;
    Ok(context.clear_pending_logout())
}
