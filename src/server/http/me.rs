use axum::{
    Json,
    extract::{Request, State},
    http::header,
    response::{IntoResponse, Response},
};

use super::{answer, guard};
use crate::server::Vault;

/// `POST /api/me`, without Leptos between: it is asked for each request of a signed-in user, by this server's pages and by
/// other services. It says the same as the server function of that name (ADR 12).
pub async fn me(State(vault): State<Vault>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    match guard::sender(&vault, &parts.headers).await {
        Ok((user, _)) => Json(user).into_response(),
        Err(error) => answer(&error, parts.headers.contains_key(header::AUTHORIZATION)),
    }
}
