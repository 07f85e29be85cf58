use axum::{Extension, http::HeaderMap};
use leptos::prelude::use_context;

use super::{bearer_token, unavailable};
use crate::{
    domain::{AuthError, SessionView, User},
    server::{Authentication, Client, Vault},
};

/// What a server function has before it: who is asked, what was sent, and by whom.
#[derive(Debug)]
pub struct Asked {
    pub vault: Vault,
    pub headers: HeaderMap,
    pub client: Client,
}

/// The vault and the request, from within a server function.
///
/// # Errors
/// `Unavailable` when called from anywhere else.
pub async fn asked() -> Result<Asked, AuthError> {
    let vault = use_context().ok_or_else(|| unavailable("no vault in this context"))?;
    let (headers, Extension(client)) = leptos_axum::extract().await.map_err(unavailable)?;
    Ok(Asked {
        vault,
        headers,
        client,
    })
}

/// The guard of a server function: who sends this request, in which session. It stands inside the function, because
/// what Leptos calls middleware does not run when a page is rendered on the server.
///
/// # Errors
/// `InvalidToken` when there is no token or it is not accepted, and `Unavailable`.
pub async fn signed_in() -> Result<(User, SessionView), AuthError> {
    let Asked { vault, headers, .. } = asked().await?;
    sender(&vault, &headers).await
}

/// Who sends a request with these headers, in which session.
///
/// # Errors
/// `InvalidToken` when there is no token or it is not accepted, and `Unavailable`.
pub(super) async fn sender(
    vault: &Vault,
    headers: &HeaderMap,
) -> Result<(User, SessionView), AuthError> {
    let token = bearer_token(headers).ok_or(AuthError::InvalidToken)?;
    match vault.authenticate(&token).await.map_err(unavailable)? {
        Authentication::Valid { user, session } => Ok((user, session)),
        Authentication::Refused(rejection) => {
            tracing::info!(%rejection, "token refused");
            Err(AuthError::InvalidToken)
        }
    }
}
