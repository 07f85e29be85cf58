use axum::http::HeaderMap;
use leptos::prelude::use_context;

use super::{bearer_token, unavailable};
use crate::{
    domain::{AuthError, SessionView, User},
    server::{Authentication, Vault},
};

/// The vault and the request's headers, from within a server function.
///
/// # Errors
/// `Unavailable` when called from anywhere else.
pub async fn request_context() -> Result<(Vault, HeaderMap), AuthError> {
    let vault = use_context().ok_or_else(|| unavailable("no vault in this context"))?;
    let headers = leptos_axum::extract().await.map_err(unavailable)?;
    Ok((vault, headers))
}

/// The guard of a server function: who sends this request, in which session. It stands inside the function, because
/// what Leptos calls middleware does not run when a page is rendered on the server.
///
/// # Errors
/// `InvalidToken` when there is no token or it is not accepted, and `Unavailable`.
pub async fn signed_in() -> Result<(User, SessionView), AuthError> {
    let (vault, headers) = request_context().await?;
    let token = bearer_token(&headers).ok_or(AuthError::InvalidToken)?;
    match vault.authenticate(&token).await.map_err(unavailable)? {
        Authentication::Valid { user, session } => Ok((user, session)),
        Authentication::Refused(rejection) => {
            tracing::info!(%rejection, "token refused");
            Err(AuthError::InvalidToken)
        }
    }
}
