use axum::{Json, Router, extract::State, http::StatusCode, response::IntoResponse, routing::get};

use crate::server::Vault;

/// The addresses for machines: is it running, can it answer, and which keys verify its tokens.
pub fn probes(vault: Vault) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/.well-known/jwks.json", get(public_keys))
        .with_state(vault)
}

async fn ready(State(vault): State<Vault>) -> impl IntoResponse {
    match vault.ready().await {
        Ok(()) => (StatusCode::OK, "ok\n"),
        Err(cause) => {
            tracing::error!(%cause, "not ready");
            (
                StatusCode::SERVICE_UNAVAILABLE,
                "the database does not answer\n",
            )
        }
    }
}

async fn public_keys(State(vault): State<Vault>) -> impl IntoResponse {
    Json(vault.public_keys())
}
