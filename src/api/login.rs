use leptos::prelude::*;
use server_fn::codec::{Json, PostUrl};

use crate::{
    browser::PlainClient,
    domain::{AuthError, Password, TokenResponse},
};

/// Signs in: `POST /api/login`. With `remember` the session lasts longer.
///
/// # Errors
/// `InvalidInput` when a field is empty or not valid, `InvalidCredentials`, `Throttled`, `Busy`
/// and `Unavailable`.
#[server(prefix = "/api", endpoint = "login", input = PostUrl, output = Json, client = PlainClient)]
pub async fn log_in(
    username: String,
    password: Password,
    remember: Option<bool>,
) -> Result<TokenResponse, AuthError> {
    use crate::http;

    let context = http::request_context()?;
    let remember = remember.unwrap_or_default();
    let signed_in = http::log_in(&context, &username, &password, remember).await?;
    http::set_cookies(signed_in.cookies);
    Ok(signed_in.response)
}
