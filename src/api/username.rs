use leptos::prelude::*;
use server_fn::codec::{Json, PostUrl};

use crate::{browser::PlainClient, domain::AuthError};

/// Whether the account that a mailed link creates can have this name: `POST /api/username`. Nobody without
/// such a link learns who exists.
///
/// # Errors
/// `InvalidLink`, `InvalidInput` when the name is not valid or is taken, and `Unavailable`.
#[server(prefix = "/api", endpoint = "username", input = PostUrl, output = Json, client = PlainClient)]
pub async fn check_username(token: String, username: String) -> Result<(), AuthError> {
    crate::http::check_username(&token, &username).await
}
