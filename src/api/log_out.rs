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
    use crate::server::{LogOut, http};

    let http::Asked {
        vault,
        headers,
        client,
    } = http::asked().await?;
    let mut ended = None;
    if let Some(token) = http::bearer_token(&headers) {
        match vault
            .log_out(&token, &client)
            .await
            .map_err(http::unavailable)?
        {
            LogOut::Confirmed(session) => ended = Some(session),
            LogOut::Refused(rejection) => {
                tracing::info!(%rejection, "the token of a sign-out was refused")
            }
        }
    }
    // A token that is refused must not hide the cookie, by which the session would live on; and a browser that notes
    // a sign-out keeps no session at all, whichever its cookie names by now.
    if ended.is_none() || vault.cookies().is_ending(&headers) {
        ended = ended.or(vault
            .log_out_by_cookie(&headers, &client)
            .await
            .map_err(http::unavailable)?);
    }
    let ended = ended.ok_or(AuthError::InvalidToken)?;
    http::forget(vault.forget_cookies(&headers, ended));
    Ok(())
}
