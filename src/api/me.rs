use leptos::prelude::*;
use server_fn::codec::{Json, PostUrl};

use crate::{
    browser::BearerClient,
    domain::{AuthError, User},
};

/// Who the token's user is: `POST /api/me`.
///
/// # Errors
/// `InvalidToken` and `Unavailable`.
#[server(prefix = "/api", endpoint = "me", input = PostUrl, output = Json, client = BearerClient)]
pub async fn me() -> Result<User, AuthError> {
    Ok(crate::server::http::signed_in().await?.0)
}
