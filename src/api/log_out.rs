use leptos::prelude::*;
use server_fn::codec::{Json, PostUrl};

use crate::{browser::FarewellClient, domain::AuthError};

/// Signs out: `POST /api/logout`, by the access token, or by the renewal cookie when no token is sent. Also for a
/// token that has expired, and as often as one likes.
///
/// # Errors
/// `InvalidToken` when neither is this server's, and `Unavailable`: then the session may live on.
#[server(prefix = "/api", endpoint = "logout", input = PostUrl, output = Json, client = FarewellClient)]
pub async fn log_out() -> Result<(), AuthError> {
    use crate::server::{LogOut, http};

    let (vault, headers) = http::request_context().await?;
    let ended = if let Some(token) = http::bearer_token(&headers) {
        match vault.log_out(&token).await.map_err(http::unavailable)? {
            LogOut::Confirmed(session) => session,
            LogOut::Refused(rejection) => {
                tracing::info!(%rejection, "sign-out refused");
                return Err(AuthError::InvalidToken);
            }
        }
    } else {
        vault.log_out_by_cookie(&headers).await.map_err(http::unavailable)?.ok_or(AuthError::InvalidToken)?
    };
    http::forget(vault.forget_cookies(&headers, ended));
    Ok(())
}
