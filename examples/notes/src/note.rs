//! Notes, and the server functions for them. Each begins by asking who is there, and works on the
//! notes of that user alone.

use countersign::{AuthError, BearerClient};
use leptos::{
    prelude::*,
    server_fn::{
        codec::{GetUrl, JsonEncoding},
        error::ServerFnErrorErr,
    },
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

#[cfg(feature = "ssr")]
use {
    crate::store::NoteStore, axum::http::StatusCode, countersign::require_user,
    leptos_axum::ResponseOptions,
};

/// In characters.
pub const MAX_LENGTH: usize = 1000;
pub const MAX_NOTES: i64 = 100;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct Note {
    pub id: i64,
    pub text: String,
}

/// What can go wrong. The page shows the text, and other programs get the name as JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoteError {
    #[error("You are signed out.")]
    SignedOut,
    #[error("A note has 1 to {MAX_LENGTH} characters.")]
    Length,
    #[error("You have {MAX_NOTES} notes, which is the limit. Delete one first.")]
    TooMany,
    #[error("That did not work. Try again in a moment.")]
    Unavailable,
}

impl From<AuthError> for NoteError {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::InvalidToken => Self::SignedOut,
            _ => Self::Unavailable,
        }
    }
}

impl FromServerFnError for NoteError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(_: ServerFnErrorErr) -> Self {
        Self::Unavailable
    }
}

#[server(endpoint = "notes/list", input = GetUrl, client = BearerClient)]
pub async fn list_notes() -> Result<Vec<Note>, NoteError> {
    let user = require_user().await?;
    let notes = expect_context::<NoteStore>();
    notes.list(user.id).await.map_err(with_status)
}

#[server(endpoint = "notes/add", client = BearerClient)]
pub async fn add_note(text: String) -> Result<(), NoteError> {
    let user = require_user().await?;
    let notes = expect_context::<NoteStore>();
    notes.add(user.id, &[text]).await.map_err(with_status)
}

#[server(endpoint = "notes/delete", client = BearerClient)]
pub async fn delete_note(id: i64) -> Result<(), NoteError> {
    let user = require_user().await?;
    let notes = expect_context::<NoteStore>();
    notes.delete(user.id, id).await.map_err(with_status)
}

#[cfg(feature = "ssr")]
impl NoteError {
    pub fn status(self) -> StatusCode {
        match self {
            Self::SignedOut => StatusCode::UNAUTHORIZED,
            Self::Length => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooMany => StatusCode::CONFLICT,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

/// Leptos answers with 500 to every error, unless it is told another status.
#[cfg(feature = "ssr")]
fn with_status(error: NoteError) -> NoteError {
    expect_context::<ResponseOptions>().set_status(error.status());
    error
}
