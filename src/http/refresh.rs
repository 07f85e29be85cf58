use super::{
    RequestContext, SignedIn, error_response::unavailable, pending_logout::finish_pending_logout,
    set_cookies,
};
use crate::{auth::RefreshOutcome, domain::AuthError};

/// Issues the next tokens of the session whose refresh cookie was sent.
///
/// # Errors
/// `InvalidToken` when there is no cookie or its session is over, and `Unavailable`.
pub async fn refresh(context: &RequestContext) -> Result<SignedIn, AuthError> {
    if let Some(cleared) = finish_pending_logout(context).await? {
        set_cookies(vec![cleared]);
        return Err(AuthError::InvalidToken);
    }
    let token = context.refresh_token()?.ok_or(AuthError::InvalidToken)?;
    match context
        .auth
        .refresh(&token, &context.client)
        .await
        .map_err(unavailable)?
    {
        RefreshOutcome::Refreshed(issued) => Ok(SignedIn::new(context, *issued)),
        RefreshOutcome::Rejected => Err(AuthError::InvalidToken),
    }
}
