use leptos::prelude::*;
use server_fn::codec::{Json, PostUrl};

use crate::domain::{AuthError, TokenResponse};

/// Gives the next access token of the session whose renewal cookie the browser sends: `POST /api/renew`.
///
/// # Errors
/// `InvalidToken` when there is no cookie or its session is over, and `Unavailable`.
#[server(prefix = "/api", endpoint = "renew", input = PostUrl, output = Json)]
pub async fn renew() -> Result<TokenResponse, AuthError> {
    use crate::server::{Renewal, http};

    let asked = http::asked().await?;
    if http::end_if_noted(&asked).await? {
        return Err(AuthError::InvalidToken);
    }
    match asked
        .vault
        .renew(&asked.headers, &asked.client)
        .await
        .map_err(http::unavailable)?
    {
        Renewal::Granted(grant) => Ok(http::hand_out(*grant)),
        Renewal::Refused => Err(AuthError::InvalidToken),
    }
}
