use leptos::prelude::*;
use server_fn::codec::{Json, PostUrl};

use crate::{
    browser::OwnClient,
    domain::{self, AuthError},
};

/// What the user sees of their own account: `POST /api/account`.
///
/// # Errors
/// `InvalidToken` and `Unavailable`.
#[server(prefix = "/api", endpoint = "account", input = PostUrl, output = Json, client = OwnClient)]
pub async fn own_account() -> Result<domain::OwnAccount, AuthError> {
    crate::http::own_account().await
}
