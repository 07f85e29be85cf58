use super::{
    RequestContext, error_response::unavailable, request_context, require_bearer, require_session,
};
use crate::{
    auth::RevokeOthersOutcome,
    domain::{AccountEvent, AuthError, Password, SessionId, SessionInfo, SessionSummary, User},
};

/// The live sessions of the user, the newest first.
///
/// # Errors
/// `InvalidToken` and `Unavailable`.
pub async fn own_sessions() -> Result<Vec<SessionSummary>, AuthError> {
    let (user, session) = require_session().await?;
    let sessions = request_context()?
        .auth
        .own_sessions(&user, session.id)
        .await;
    sessions.map_err(unavailable)
}

/// The newest security events of the user.
///
/// # Errors
/// `InvalidToken` and `Unavailable`.
pub async fn account_events() -> Result<Vec<AccountEvent>, AuthError> {
    let (user, _) = require_session().await?;
    let events = request_context()?.auth.account_events(&user).await;
    events.map_err(unavailable)
}

/// Ends one of the user's sessions. Doing it twice is no error.
///
/// # Errors
/// `InvalidToken`, and `Unavailable`: the session may still be live.
pub async fn revoke_session(id: SessionId) -> Result<(), AuthError> {
    let context = request_context()?;
    let (user, _) = require_bearer(&context).await?;
    let revoked = context
        .auth
        .revoke_own_session(&user, id, &context.client)
        .await;
    revoked.map(|_| ()).map_err(unavailable)
}

/// Ends all sessions of the user but this one, and returns how many there were.
///
/// # Errors
/// `InvalidToken`; `PasswordRequired` if it is not given and was not lately; `InvalidInput`,
/// `WrongPassword`, `Throttled` and `Busy` for the password; and `Unavailable`: the others may still
/// be live.
pub async fn revoke_other_sessions(password: Option<&Password>) -> Result<usize, AuthError> {
    let context = request_context()?;
    let (user, session) = require_bearer(&context).await?;
    revoke_others(&context, &user, &session, password).await
}

/// For the server function and for the plain form.
pub(super) async fn revoke_others(
    context: &RequestContext,
    user: &User,
    session: &SessionInfo,
    password: Option<&Password>,
) -> Result<usize, AuthError> {
    let password = password
        .map(Password::prepare)
        .transpose()
        .map_err(|error| AuthError::InvalidInput(error.into()))?;
    let outcome = context
        .auth
        .revoke_other_sessions(user, session, password, &context.client)
        .await;
    match outcome.map_err(unavailable)? {
        RevokeOthersOutcome::Revoked(number) => Ok(number),
        RevokeOthersOutcome::SessionOver => Err(AuthError::InvalidToken),
        RevokeOthersOutcome::PasswordRequired => Err(AuthError::PasswordRequired),
        RevokeOthersOutcome::NotConfirmed(error) => Err(error.into()),
    }
}
