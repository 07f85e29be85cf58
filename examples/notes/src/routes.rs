//! Routes without Leptos: a download for browsers, and one for other programs.

use axum::{
    Json, Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use countersign::{CurrentUser, PageUser};

use crate::{note::NoteError, store::NoteStore};

const AS_FILE: &str = "attachment; filename=\"notes.txt\"";

pub fn routes(notes: NoteStore) -> Router {
    Router::new()
        .route("/notes.txt", get(download))
        .route("/api/notes/import", post(import))
        .with_state(notes)
}

/// A browser that follows a link sends no token, so the user is that of its cookie.
async fn download(
    PageUser(user): PageUser,
    State(notes): State<NoteStore>,
) -> Result<impl IntoResponse, NoteError> {
    let notes = notes.list(user.id).await?;
    let texts: Vec<_> = notes.into_iter().map(|note| note.text).collect();
    Ok(([(header::CONTENT_DISPOSITION, AS_FILE)], texts.join("\n")))
}

/// It changes something, so it asks for a token. The user comes first: nobody else's body is read.
async fn import(
    CurrentUser(user): CurrentUser,
    State(notes): State<NoteStore>,
    Json(texts): Json<Vec<String>>,
) -> Result<StatusCode, NoteError> {
    notes.add(user.id, &texts).await?;
    Ok(StatusCode::CREATED)
}

impl IntoResponse for NoteError {
    fn into_response(self) -> Response {
        (self.status(), Json(self)).into_response()
    }
}
