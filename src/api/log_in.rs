use leptos::prelude::*;
use server_fn::codec::{Json, PostUrl};

use crate::{
    browser::PlainClient,
    domain::{AuthError, Password, TokenResponse},
};

/// Signs in: `POST /api/login`. `remember` keeps the session for longer.
///
/// # Errors
/// `InvalidInput` when a field is empty or can't be one, `InvalidCredentials` when they are wrong, `Throttled` when too
/// many were, `Busy` when too many people sign in at once, and `Unavailable`.
#[server(prefix = "/api", endpoint = "login", input = PostUrl, output = Json, client = PlainClient)]
pub async fn log_in(
    username: String,
    password: Password,
    remember: Option<bool>,
) -> Result<TokenResponse, AuthError> {
    use crate::server::http;

    let asked = http::asked().await?;
    let grant = http::log_in(&asked, &username, &password, remember.unwrap_or_default()).await?;
    Ok(http::hand_out(grant))
}
