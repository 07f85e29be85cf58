use leptos::prelude::*;
use server_fn::codec::{Json, PostUrl};

use crate::{browser::LogoutClient, domain::AuthError};

/// Signs out: `POST /api/logout`, by the access token, or by the refresh cookie when no token is
/// accepted. An expired token is enough, and doing it twice is no error.
///
/// # Errors
/// `InvalidToken` when neither is this server's, and `Unavailable`: the session may still be live.
#[server(prefix = "/api", endpoint = "logout", input = PostUrl, output = Json, client = LogoutClient)]
pub async fn log_out() -> Result<(), AuthError> {
    use crate::http;

    let context = http::request_context()?;
    let headers = http::log_out(&context).await?;
    http::append_headers(headers);
    Ok(())
}
