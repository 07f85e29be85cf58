use leptos::prelude::*;
use server_fn::codec::{Json, PostUrl};

use crate::domain::{AuthError, TokenResponse};

/// Issues the next access token of the session whose refresh cookie is sent: `POST /api/refresh`.
///
/// # Errors
/// `InvalidToken` when there is no cookie or its session is over, and `Unavailable`.
#[server(prefix = "/api", endpoint = "refresh", input = PostUrl, output = Json)]
pub async fn refresh() -> Result<TokenResponse, AuthError> {
    use crate::http;

    let context = http::request_context()?;
    let signed_in = http::refresh(&context).await?;
    http::set_cookies(signed_in.cookies);
    Ok(signed_in.response)
}
