use axum::{
    Json,
    extract::{Request, State},
    http::header,
    response::{IntoResponse, Response},
};

use super::{answer, contract, guard};
use crate::{
    domain::{AuthError, User},
    server::Vault,
};

/// `POST /api/me`, without Leptos between: it is asked for each request of a signed-in user, by this server's pages and by
/// other services. It says the same as the server function of that name (ADR 12).
pub async fn me(State(vault): State<Vault>, request: Request) -> Response {
    let token_was_sent = request.headers().contains_key(header::AUTHORIZATION);
    match sender(&vault, request).await {
        Ok(user) => Json(user).into_response(),
        Err(error) => answer(&error, token_was_sent),
    }
}

async fn sender(vault: &Vault, request: Request) -> Result<User, AuthError> {
    let (parts, body) = request.into_parts();
    contract::read(&parts, body, vault).await?;
    Ok(guard::sender(vault, &parts.headers).await?.0)
}
