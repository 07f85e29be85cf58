use leptos::prelude::*;
use server_fn::codec::{Json, PostUrl};

use crate::{
    browser::BearerClient,
    domain::{AccountEvent, AuthError},
};

/// What has happened to the user's account lately, the newest first: `POST /api/events`.
///
/// # Errors
/// `InvalidToken` and `Unavailable`.
#[server(prefix = "/api", endpoint = "events", input = PostUrl, output = Json, client = BearerClient)]
pub async fn account_events() -> Result<Vec<AccountEvent>, AuthError> {
    use crate::server::http;

    let (user, _) = http::signed_in().await?;
    http::asked()
        .await?
        .vault
        .account_events(&user)
        .await
        .map_err(http::unavailable)
}
