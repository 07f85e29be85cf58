use leptos::prelude::*;
use server_fn::codec::{Json, PostUrl};

use crate::domain::{AuthError, Password, TokenResponse};

/// Signs in: `POST /api/login`.
///
/// # Errors
/// `InvalidInput` when a field is empty or can't be one, `InvalidCredentials` when they are wrong, and
/// `Unavailable`.
#[server(prefix = "/api", endpoint = "login", input = PostUrl, output = Json)]
pub async fn log_in(username: String, password: Password) -> Result<TokenResponse, AuthError> {
    use crate::{
        domain::Username,
        server::{LogIn, http},
    };

    let invalid = |error: &dyn std::error::Error| AuthError::InvalidInput(error.to_string());
    let username = Username::parse(&username).map_err(|error| invalid(&error))?;
    let password = password.prepare().map_err(|error| invalid(&error))?;
    let (vault, headers) = http::request_context().await?;
    match vault.log_in(&username, password, http::device_label(&headers)).await.map_err(http::unavailable)? {
        LogIn::Granted(response) => Ok(*response),
        LogIn::Refused => Err(AuthError::InvalidCredentials),
    }
}
