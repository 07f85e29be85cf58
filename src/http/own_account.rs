use super::{error_response::unavailable, request_context, require_session};
use crate::domain::{AuthError, OwnAccount};

/// What the user sees of their own account.
///
/// # Errors
/// `InvalidToken` and `Unavailable`.
pub async fn own_account() -> Result<OwnAccount, AuthError> {
    let (user, _) = require_session().await?;
    let account = request_context()?.auth.own_account(&user).await;
    account.map_err(unavailable)
}
