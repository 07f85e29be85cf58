//! The plain forms of the page with a user's sessions.

use axum::{
    extract::{Request, State},
    response::Response,
};
use serde::Deserialize;

use super::{
    edge_state::EdgeState,
    error_response::unavailable,
    own_sessions::revoke_others,
    redirects::see_other,
    signed_in_form::{PlainForm, Sender, signed_in_form},
};
use crate::domain::{AuthError, DisplayName, Password, SessionId, paths};

/// A form of the page, which says in a hidden field what it does.
#[derive(Deserialize)]
#[serde(tag = "action", rename_all = "kebab-case")]
enum SessionsForm {
    Name { id: SessionId, name: String },
    End { id: SessionId },
    EndOthers { password: Option<Password> },
}

impl PlainForm for SessionsForm {}

pub(super) async fn change_sessions(State(state): State<EdgeState>, request: Request) -> Response {
    let submit = async |sender: &Sender, form: SessionsForm| {
        let (is_done, done) = match form {
            SessionsForm::Name { id, name } => (name_session(sender, id, &name).await?, "named"),
            SessionsForm::End { id } => (end_session(sender, id).await?, "ended"),
            SessionsForm::EndOthers { password } => {
                end_other_sessions(sender, password).await?;
                (true, "ended-others")
            }
        };
        // One that is over is not in the list any more.
        let query = if is_done { done } else { "" };
        let page = format!("{}?{query}", paths::SESSIONS);
        Ok(see_other(page.trim_end_matches('?')))
    };
    signed_in_form(&state, request, paths::SESSIONS, submit).await
}

/// `false` if the session is not one of the user's, or is over.
async fn name_session(sender: &Sender, id: SessionId, name: &str) -> Result<bool, AuthError> {
    let name = DisplayName::parse(name);
    let name = name.map_err(|error| AuthError::InvalidInput(error.into()))?;
    let Sender { context, user, .. } = sender;
    let named = context.auth.name_session(user, id, name.as_ref());
    named.await.map_err(unavailable)
}

/// `false` if the session is not one of the user's, or was over already.
async fn end_session(sender: &Sender, id: SessionId) -> Result<bool, AuthError> {
    let Sender { context, user, .. } = sender;
    let ended = context.auth.revoke_own_session(user, id, &context.client);
    ended.await.map_err(unavailable)
}

async fn end_other_sessions(
    sender: &Sender,
    password: Option<Password>,
) -> Result<usize, AuthError> {
    // Without scripts, the field may be there and empty.
    let password = password.filter(|password| !password.is_empty());
    let Sender {
        context,
        user,
        session,
        ..
    } = sender;
    revoke_others(context, user, session, password.as_ref()).await
}
