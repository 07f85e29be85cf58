use leptos::prelude::*;
use server_fn::codec::{Json, PostUrl};

use crate::{
    browser::BearerClient,
    domain::{AuthError, SessionView},
};

/// The token's session: `POST /api/session`.
///
/// # Errors
/// `InvalidToken` and `Unavailable`.
#[server(prefix = "/api", endpoint = "session", input = PostUrl, output = Json, client = BearerClient)]
pub async fn current_session() -> Result<SessionView, AuthError> {
    Ok(crate::server::http::signed_in().await?.1)
}
