use leptos::prelude::*;
use server_fn::codec::{Json, PostUrl};

use crate::domain::{AuthError, Password, TokenResponse};

/// Signs in: `POST /api/login`. `remember` keeps the session for longer.
///
/// # Errors
/// `InvalidInput` when a field is empty or can't be one, `InvalidCredentials` when they are wrong, and
/// `Unavailable`.
#[server(prefix = "/api", endpoint = "login", input = PostUrl, output = Json)]
pub async fn log_in(username: String, password: Password, remember: Option<bool>) -> Result<TokenResponse, AuthError> {
    use crate::{
        domain::Credentials,
        server::{LogIn, http},
    };

    let remember = remember.unwrap_or_default();
    let credentials = Credentials::parse(&username, &password, remember).map_err(AuthError::InvalidInput)?;
    let (vault, headers) = http::request_context().await?;
    http::end_if_noted(&vault, &headers).await?;
    match vault.log_in(credentials, http::device_label(&headers)).await.map_err(http::unavailable)? {
        LogIn::Granted(grant) => {
            vault.end_previous(&headers, grant.session).await;
            Ok(http::hand_out(*grant))
        }
        LogIn::Refused => Err(AuthError::InvalidCredentials),
    }
}
