//! The plain forms by which the owner of an account changes its profile and its e-mail address, and
//! deletes it.

use axum::{
    extract::{Request, State},
    response::Response,
};
use serde::Deserialize;

use super::{
    RequestContext,
    cookies::append_headers,
    edge_state::EdgeState,
    error_response::{error_response, unavailable},
    logout::clear_browser,
    pages::{link_token, viewer},
    redirects::see_other,
    signed_in_form::{PlainForm, Sender, signed_in_form},
};
use crate::{
    auth::{ConfirmEmailOutcome, DeletionOutcome, EmailChangeOutcome},
    domain::{
        AuthError, DisplayName, EmailAddress, InputError, Password, PreparedPassword, UserId, paths,
    },
};

#[derive(Debug, Deserialize)]
struct ProfileForm {
    name: String,
}

#[derive(Deserialize)]
struct DeletionForm {
    password: Password,
}

#[derive(Deserialize)]
struct EmailForm {
    password: Password,
    email: String,
}

impl PlainForm for ProfileForm {
    fn typed(&self) -> Option<&str> {
        Some(&self.name)
    }
}

impl PlainForm for EmailForm {
    fn typed(&self) -> Option<&str> {
        Some(&self.email)
    }
}

impl PlainForm for DeletionForm {}

fn prepare(password: &Password) -> Result<PreparedPassword, AuthError> {
    let prepared = password.prepare();
    prepared.map_err(|error| AuthError::InvalidInput(error.into()))
}

pub(super) async fn change_profile(State(state): State<EdgeState>, request: Request) -> Response {
    let submit = async |sender: &Sender, form: ProfileForm| {
        let name = DisplayName::parse(&form.name);
        let name = name.map_err(|error| AuthError::InvalidInput(error.into()))?;
        let Sender { context, user, .. } = sender;
        let set = context
            .auth
            .set_display_name(user, name.as_ref(), &context.client);
        set.await.map_err(unavailable)?;
        Ok(see_other(&format!("{}?saved", paths::ACCOUNT)))
    };
    signed_in_form(&state, request, paths::ACCOUNT, submit).await
}

/// Has the mail sent by which a new e-mail address is confirmed.
pub(super) async fn change_email(State(state): State<EdgeState>, request: Request) -> Response {
    let submit = async |sender: &Sender, form: EmailForm| {
        let email = EmailAddress::parse(&form.email);
        let email = email.map_err(|error| AuthError::InvalidInput(error.into()))?;
        let Sender {
            context,
            user,
            session,
            language,
        } = sender;
        let (password, client) = (prepare(&form.password)?, &context.client);
        let outcome = context
            .auth
            .request_email_change(user, session.id, password, email, *language, client)
            .await;
        match outcome.map_err(unavailable)? {
            EmailChangeOutcome::Queued => Ok(see_other(&format!("{}?sent", paths::CHANGE_EMAIL))),
            EmailChangeOutcome::Unchanged => {
                Err(AuthError::InvalidInput(InputError::EmailUnchanged))
            }
            EmailChangeOutcome::NotConfirmed(error) => Err(error.into()),
            EmailChangeOutcome::Throttled { wait_seconds } => {
                Err(AuthError::Throttled { wait_seconds })
            }
            EmailChangeOutcome::SessionOver => Err(AuthError::InvalidToken),
            EmailChangeOutcome::NoMail => Err(AuthError::NotFound),
        }
    };
    signed_in_form(&state, request, paths::CHANGE_EMAIL, submit).await
}

pub(super) async fn delete_account(State(state): State<EdgeState>, request: Request) -> Response {
    let submit = async |sender: &Sender, form: DeletionForm| {
        let Sender {
            context,
            user,
            session,
            language,
        } = sender;
        let password = prepare(&form.password)?;
        let outcome = context
            .auth
            .delete_own_account(user, session.id, password, *language, &context.client)
            .await;
        match outcome.map_err(unavailable)? {
            DeletionOutcome::Deleted => {
                let mut response = see_other(&format!("{}?deleted", paths::LOGIN));
                append_headers(&mut response, clear_browser(context, &[session.id]));
                Ok(response)
            }
            DeletionOutcome::NotConfirmed(error) => Err(error.into()),
            DeletionOutcome::SessionOver => Err(AuthError::InvalidToken),
            DeletionOutcome::EmailChanged => Err(AuthError::InvalidInput(InputError::EmailChanged)),
        }
    };
    signed_in_form(&state, request, paths::DELETE_ACCOUNT, submit).await
}

/// Sets the e-mail address of the link whose token is in the address of the page. Nobody needs to be
/// signed in: mails are read on other devices.
pub(super) async fn confirm_email(State(state): State<EdgeState>, request: Request) -> Response {
    let context = RequestContext::new(&state, &request);
    let token = link_token(&request).map(|(token, _)| token);
    match submit_confirmation(&state, &context, token).await {
        Ok(owner) => {
            let page = match viewer(&context).await {
                Ok((Some((user, _)), _)) if user.id == owner => paths::ACCOUNT,
                _ => paths::LOGIN,
            };
            see_other(&format!("{page}?confirmed"))
        }
        Err(error) => error_response(&error, false),
    }
}

async fn submit_confirmation(
    state: &EdgeState,
    context: &RequestContext,
    token: Option<String>,
) -> Result<UserId, AuthError> {
    let token = token.ok_or(AuthError::InvalidLink)?;
    let language = state.cookies.language(&context.headers);
    let confirmed = context
        .auth
        .confirm_email(&token, language, &context.client);
    match confirmed.await.map_err(unavailable)? {
        ConfirmEmailOutcome::Confirmed { user } => Ok(user),
        ConfirmEmailOutcome::InvalidLink => Err(AuthError::InvalidLink),
        ConfirmEmailOutcome::Taken => Err(AuthError::InvalidInput(InputError::EmailTaken)),
    }
}
