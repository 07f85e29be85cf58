use leptos::prelude::*;
use server_fn::codec::{Json, PostUrl};

use crate::{
    browser::BearerClient,
    domain::{AuthError, OwnSession, Password, SessionId},
};

/// The user's live sessions, the newest first: `POST /api/sessions`.
///
/// # Errors
/// `InvalidToken` and `Unavailable`.
#[server(prefix = "/api", endpoint = "sessions", input = PostUrl, output = Json, client = BearerClient)]
pub async fn own_sessions() -> Result<Vec<OwnSession>, AuthError> {
    use crate::server::http;

    let (user, session) = http::signed_in().await?;
    http::asked()
        .await?
        .vault
        .own_sessions(&user, session.id)
        .await
        .map_err(http::unavailable)
}

/// Ends one of the user's sessions: `POST /api/end_session`. Doing it twice is no error.
///
/// # Errors
/// `InvalidToken` and `Unavailable`: then the session may live on.
#[server(prefix = "/api", endpoint = "end_session", input = PostUrl, output = Json, client = BearerClient)]
pub async fn end_session(id: SessionId) -> Result<(), AuthError> {
    use crate::server::http;

    let (user, _) = http::signed_in().await?;
    let http::Asked { vault, client, .. } = http::asked().await?;
    vault
        .end_own_session(&user, id, &client)
        .await
        .map_err(http::unavailable)?;
    Ok(())
}

/// Ends all of the user's sessions but this one, and gives how many there were: `POST /api/end_other_sessions`. Asks for
/// the password again.
///
/// # Errors
/// `InvalidToken`; `InvalidInput` when the password can't be one, `WrongPassword` when it is wrong, `Throttled`,
/// `Busy`, and `Unavailable`: then the others may live on.
#[server(prefix = "/api", endpoint = "end_other_sessions", input = PostUrl, output = Json, client = BearerClient)]
pub async fn end_other_sessions(password: Password) -> Result<usize, AuthError> {
    use crate::server::{EndedOthers, http};

    let (user, session) = http::signed_in().await?;
    let password = password
        .prepare()
        .map_err(|error| AuthError::InvalidInput(error.into()))?;
    let http::Asked { vault, client, .. } = http::asked().await?;
    match vault
        .end_other_sessions(&user, session.id, password, &client)
        .await
        .map_err(http::unavailable)?
    {
        EndedOthers::Ended(number) => Ok(number),
        EndedOthers::WrongPassword => Err(AuthError::WrongPassword),
        EndedOthers::Throttled { wait_seconds } => Err(AuthError::Throttled { wait_seconds }),
        EndedOthers::Busy => Err(AuthError::Busy),
    }
}
