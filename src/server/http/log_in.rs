use super::{Asked, end_if_noted, unavailable};
use crate::{
    domain::{AuthError, Credentials, Password},
    server::{Grant, LogIn},
};

/// Signs in, for the server function and for the plain form: the same checks in the same order, and the same errors.
///
/// # Errors
/// `InvalidInput` when a field is empty or can't be one, `InvalidCredentials` when they are wrong, `Throttled`, `Busy`,
/// and `Unavailable`.
pub async fn log_in(
    asked: &Asked,
    username: &str,
    password: &Password,
    remember: bool,
) -> Result<Grant, AuthError> {
    let credentials =
        Credentials::parse(username, password, remember).map_err(AuthError::InvalidInput)?;
    end_if_noted(asked).await?;
    match asked
        .vault
        .log_in(credentials, &asked.headers, &asked.client)
        .await
        .map_err(unavailable)?
    {
        LogIn::Granted(grant) => Ok(*grant),
        LogIn::Refused => Err(AuthError::InvalidCredentials),
        LogIn::Throttled { wait_seconds } => Err(AuthError::Throttled { wait_seconds }),
        LogIn::Busy => Err(AuthError::Busy),
    }
}
