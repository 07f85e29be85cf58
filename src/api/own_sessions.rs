use leptos::prelude::*;
use server_fn::codec::{Json, PostUrl};

use crate::{
    browser::OwnClient,
    domain::{AccountEvent, AuthError, Password, SessionId, SessionSummary},
};

/// The user's live sessions, the newest first: `POST /api/sessions`.
///
/// # Errors
/// `InvalidToken` and `Unavailable`.
#[server(prefix = "/api", endpoint = "sessions", input = PostUrl, output = Json, client = OwnClient)]
pub async fn own_sessions() -> Result<Vec<SessionSummary>, AuthError> {
    crate::http::own_sessions().await
}

/// Ends one of the user's sessions: `POST /api/revoke_session`. Doing it twice is no error.
///
/// # Errors
/// `InvalidToken`, and `Unavailable`: the session may still be live.
#[server(prefix = "/api", endpoint = "revoke_session", input = PostUrl, output = Json, client = OwnClient)]
pub async fn revoke_session(id: SessionId) -> Result<(), AuthError> {
    crate::http::revoke_session(id).await
}

/// Ends all of the user's sessions but this one, and returns how many there were:
/// `POST /api/revoke_other_sessions`. The password is needed unless it was given lately.
///
/// # Errors
/// `InvalidToken`; `PasswordRequired`; `InvalidInput`, `WrongPassword`, `Throttled` and `Busy` for the password; and
/// `Unavailable`: the others may still be live.
#[server(prefix = "/api", endpoint = "revoke_other_sessions", input = PostUrl, output = Json, client = OwnClient)]
pub async fn revoke_other_sessions(password: Option<Password>) -> Result<usize, AuthError> {
    crate::http::revoke_other_sessions(password.as_ref()).await
}

/// What has happened to the user's account lately, the newest first: `POST /api/events`.
///
/// # Errors
/// `InvalidToken` and `Unavailable`.
#[server(prefix = "/api", endpoint = "events", input = PostUrl, output = Json, client = OwnClient)]
pub async fn account_events() -> Result<Vec<AccountEvent>, AuthError> {
    crate::http::account_events().await
}
