//! The plain forms by which a password is reset and changed.

use axum::{
    extract::{Request, State},
    response::Response,
};
use secrecy::SecretString;
use serde::Deserialize;

use super::{
    RequestContext, SignedIn,
    cookies::append_cookies,
    edge_state::EdgeState,
    error_response::{error_response, unavailable},
    pages::link_token,
    redirects::see_other,
    refused_form::{mail_requested, refuse},
    signed_in_form::{PlainForm, Sender, read_form, signed_in_form},
};
use crate::{
    auth::{ChangeOutcome, ResetOutcome},
    domain::{AuthError, InvalidUsername, Password, TokenPurpose, Username, paths},
};

#[derive(Debug, Deserialize)]
struct ForgotForm {
    username: String,
}

#[derive(Debug, Deserialize)]
struct ResetForm {
    new_password: Password,
}

#[derive(Debug, Deserialize)]
struct ChangeForm {
    password: Password,
    new_password: Password,
}

impl PlainForm for ChangeForm {}

/// Asks for the mail with a link. The answer is the same whether or not there is such an account.
pub(super) async fn request_reset(State(state): State<EdgeState>, request: Request) -> Response {
    let context = RequestContext::new(&state, &request);
    let form: ForgotForm = match read_form(request).await {
        Ok(form) => form,
        Err(error) => return error_response(&error, false),
    };
    match submit_request(&state, &context, &form).await {
        Ok(()) => see_other(&format!("{}?sent", paths::FORGOT_PASSWORD)),
        Err(error) => refuse(&error, form.username),
    }
}

async fn submit_request(
    state: &EdgeState,
    context: &RequestContext,
    form: &ForgotForm,
) -> Result<(), AuthError> {
    let typed = form.username.trim();
    let invalid = |error: InvalidUsername| AuthError::InvalidInput(error.into());
    if typed.is_empty() {
        return Err(invalid(InvalidUsername::Empty));
    }
    if typed.chars().any(char::is_control) {
        return Err(invalid(InvalidUsername::Characters));
    }
    if typed.chars().count() > Username::MAX_CODE_POINTS {
        return Err(invalid(InvalidUsername::TooLong));
    }
    let language = state.cookies.language(&context.headers);
    let outcome = context
        .auth
        .request_password_reset(typed, language, &context.client)
        .await;
    mail_requested(outcome.map_err(unavailable)?)
}

/// Sets a new password by the link whose token is in the address, and takes an e-mail address back if
/// that is what the link is for.
pub(super) async fn reset(State(state): State<EdgeState>, request: Request) -> Response {
    let context = RequestContext::new(&state, &request);
    let purpose = link_token(&request).map(|(_, purpose)| purpose);
    match submit_reset(&state, &context, request).await {
        Ok((device_cookie, has_address)) => {
            let is_restored = has_address && purpose == Some(TokenPurpose::EmailRestoration);
            let done = if is_restored { "restored" } else { "reset" };
            let mut response = see_other(&format!("{}?{done}", paths::LOGIN));
            append_cookies(&mut response, state.cookies.set_device(&device_cookie));
            response
        }
        Err(error) => error_response(&error, false),
    }
}

async fn submit_reset(
    state: &EdgeState,
    context: &RequestContext,
    request: Request,
) -> Result<(SecretString, bool), AuthError> {
    let (token, purpose) = link_token(&request).ok_or(AuthError::InvalidLink)?;
    let form: ResetForm = read_form(request).await?;
    let (password, client) = (&form.new_password, &context.client);
    let language = state.cookies.language(&context.headers);
    let outcome = context
        .auth
        .reset_password(&token, purpose, password, language, client)
        .await;
    match outcome.map_err(unavailable)? {
        ResetOutcome::Reset {
            device_cookie,
            has_address,
        } => Ok((device_cookie, has_address)),
        ResetOutcome::InvalidLink => Err(AuthError::InvalidLink),
        ResetOutcome::InvalidPassword(error) => Err(AuthError::InvalidInput(error.into())),
        ResetOutcome::Busy => Err(AuthError::Busy),
    }
}

/// Changes the password of the session of the refresh cookie, for which the form has the current
/// password.
pub(super) async fn change(State(state): State<EdgeState>, request: Request) -> Response {
    let submit = async |sender: &Sender, form: ChangeForm| {
        let Sender { context, user, .. } = sender;
        let outcome = context
            .auth
            .change_password(
                user,
                sender.session.id,
                &form.password,
                &form.new_password,
                sender.language,
                &context.client,
            )
            .await;
        match outcome.map_err(unavailable)? {
            ChangeOutcome::Changed(issued) => {
                let mut response = see_other(&format!("{}?changed", paths::CHANGE_PASSWORD));
                append_cookies(&mut response, SignedIn::new(context, *issued).cookies);
                Ok(response)
            }
            ChangeOutcome::SessionOver => Err(AuthError::InvalidToken),
            ChangeOutcome::NotConfirmed(error) => Err(error.into()),
            ChangeOutcome::InvalidPassword(error) => Err(AuthError::InvalidInput(error.into())),
        }
    };
    signed_in_form(&state, request, paths::CHANGE_PASSWORD, submit).await
}

/// Where password managers look for the page (W3C, A Well-Known URL for Changing Passwords).
pub(super) async fn well_known_change_password() -> Response {
    see_other(paths::CHANGE_PASSWORD)
}
