use leptos::prelude::*;
use server_fn::codec::{Json, PostUrl};

use crate::{browser::FarewellClient, domain::AuthError};

/// Signs out: `POST /api/logout`, by the access token, or by the renewal cookie when there is no token that counts. Also for a
/// token that has expired, and as often as one likes.
///
/// # Errors
/// `InvalidToken` when neither is this server's, and `Unavailable`: then the session may live on.
#[server(prefix = "/api", endpoint = "logout", input = PostUrl, output = Json, client = FarewellClient)]
pub async fn log_out() -> Result<(), AuthError> {
    use crate::server::{LogOut, Rejection, http};

    let (vault, headers) = http::request_context().await?;
    let by_token = match http::bearer_token(&headers) {
        Some(token) => vault.log_out(&token).await.map_err(http::unavailable)?,
        None => LogOut::Refused(Rejection::Malformed),
    };
    // A token that is refused must not hide the cookie, by which the session would live on.
    let ended = match by_token {
        LogOut::Confirmed(session) => session,
        LogOut::Refused(rejection) => {
            let by_cookie = vault.log_out_by_cookie(&headers).await.map_err(http::unavailable)?;
            by_cookie.ok_or_else(|| {
                tracing::info!(%rejection, "sign-out refused");
                AuthError::InvalidToken
            })?
        }
    };
    // Whatever session this browser has by now: its user has said that they are gone.
    http::end_if_noted(&vault, &headers).await?;
    http::forget(vault.forget_cookies(&headers, ended));
    Ok(())
}
