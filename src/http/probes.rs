use axum::{Json, Router, extract::State, http::StatusCode, response::IntoResponse, routing::get};

use super::edge_state::EdgeState;
use crate::auth::ServiceError;

/// For machines: whether the process runs, whether it can answer, and its public keys.
pub(super) fn routes(state: EdgeState) -> Router {
    Router::new()
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready))
        .route("/.well-known/jwks.json", get(public_keys))
        .with_state(state)
}

async fn ready(State(state): State<EdgeState>) -> impl IntoResponse {
    match state.auth.ready().await {
        Ok(()) => (StatusCode::OK, "ok\n"),
        Err(cause) => {
            tracing::error!(%cause, "not ready");
            let reason = match cause {
                ServiceError::Store(_) => "the database does not answer\n",
                _ => "a key is missing\n",
            };
            (StatusCode::SERVICE_UNAVAILABLE, reason)
        }
    }
}

async fn public_keys(State(state): State<EdgeState>) -> impl IntoResponse {
    Json(state.auth.public_keys())
}
