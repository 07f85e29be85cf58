use leptos::prelude::*;
use server_fn::codec::{Json, PostUrl};

use crate::{browser::BearerClient, domain::AuthError};

/// Signs out: `POST /api/logout`. Also for a token that has expired, and as often as one likes.
///
/// # Errors
/// `InvalidToken` when the token is not one of this server's, and `Unavailable`: then the session may live on.
#[server(prefix = "/api", endpoint = "logout", input = PostUrl, output = Json, client = BearerClient)]
pub async fn log_out() -> Result<(), AuthError> {
    use crate::server::{LogOut, http};

    let (vault, headers) = http::request_context().await?;
    let token = http::bearer_token(&headers).ok_or(AuthError::InvalidToken)?;
    match vault.log_out(&token).await.map_err(http::unavailable)? {
        LogOut::Confirmed(_) => Ok(()),
        LogOut::Refused(rejection) => {
            tracing::info!(%rejection, "sign-out refused");
            Err(AuthError::InvalidToken)
        }
    }
}
