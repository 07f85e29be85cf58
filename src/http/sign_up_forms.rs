//! The plain forms by which somebody signs up: for the mail with a link, and on the page of that.

use axum::{
    extract::{Request, State},
    response::Response,
};
use serde::Deserialize;

use super::{
    RequestContext, SignedIn,
    cookies::append_cookies,
    edge_state::EdgeState,
    error_response::{error_response, unavailable},
    pages::link_token,
    pending_logout::finish_pending_logout,
    redirects::see_other,
    refused_form::{mail_requested, refuse},
    request_context,
    signed_in_form::read_form,
};
use crate::{
    auth::CreateAccountOutcome,
    domain::{AuthError, EmailAddress, InputError, Password, Username, paths},
};

#[derive(Deserialize)]
struct SignUpForm {
    email: String,
}

#[derive(Deserialize)]
struct AccountForm {
    username: String,
    new_password: Password,
}

/// Asks for the mail with a link. The answer is the same for an address that an account has.
pub(super) async fn request_sign_up(State(state): State<EdgeState>, request: Request) -> Response {
    let context = RequestContext::new(&state, &request);
    let form: SignUpForm = match read_form(request).await {
        Ok(form) => form,
        Err(error) => return error_response(&error, false),
    };
    match submit_request(&state, &context, &form).await {
        Ok(()) => see_other(&format!("{}?sent", paths::SIGN_UP)),
        Err(error) => refuse(&error, form.email),
    }
}

async fn submit_request(
    state: &EdgeState,
    context: &RequestContext,
    form: &SignUpForm,
) -> Result<(), AuthError> {
    let email = EmailAddress::parse(&form.email);
    let email = email.map_err(|error| AuthError::InvalidInput(error.into()))?;
    let language = state.cookies.language(&context.headers);
    let outcome = context
        .auth
        .request_sign_up(email, language, &context.client)
        .await;
    mail_requested(outcome.map_err(unavailable)?)
}

/// Creates an account by the link whose token is in the address, and signs its owner in. The login page
/// leads on from there.
pub(super) async fn create_account(State(state): State<EdgeState>, request: Request) -> Response {
    let context = RequestContext::new(&state, &request);
    let token = link_token(&request).map(|(token, _)| token);
    let form: AccountForm = match read_form(request).await {
        Ok(form) => form,
        Err(error) => return error_response(&error, false),
    };
    match submit_account(&context, token, &form).await {
        Ok(signed_in) => {
            let mut response = see_other(paths::LOGIN);
            append_cookies(&mut response, signed_in.cookies);
            response
        }
        Err(error) => refuse(&error, form.username),
    }
}

async fn submit_account(
    context: &RequestContext,
    token: Option<String>,
    form: &AccountForm,
) -> Result<SignedIn, AuthError> {
    let token = token.ok_or(AuthError::InvalidLink)?;
    let username = Username::parse(&form.username);
    let username = username.map_err(|error| AuthError::InvalidInput(error.into()))?;
    let pending_logout = finish_pending_logout(context).await?;
    let refresh_token = context.refresh_token()?;
    let outcome = context
        .auth
        .create_account(
            &token,
            username,
            &form.new_password,
            refresh_token.as_deref(),
            &context.client,
        )
        .await;
    let input = |error| Err(AuthError::InvalidInput(error));
    match outcome.map_err(unavailable)? {
        CreateAccountOutcome::Created(issued) => {
            let mut signed_in = SignedIn::new(context, *issued);
            signed_in.cookies.extend(pending_logout);
            Ok(signed_in)
        }
        CreateAccountOutcome::InvalidLink => Err(AuthError::InvalidLink),
        CreateAccountOutcome::InvalidPassword(error) => input(error.into()),
        CreateAccountOutcome::NameTaken => input(InputError::UsernameTaken),
        CreateAccountOutcome::EmailTaken => input(InputError::EmailTaken),
        CreateAccountOutcome::Busy => Err(AuthError::Busy),
    }
}

/// Whether the account that a mailed link creates can have this name.
///
/// # Errors
/// `InvalidLink`, `InvalidInput` when the name is not valid or is taken, and `Unavailable`.
pub async fn check_username(token: &str, username: &str) -> Result<(), AuthError> {
    let username = Username::parse(username);
    let username = username.map_err(|error| AuthError::InvalidInput(error.into()))?;
    let auth = &request_context()?.auth;
    match auth
        .is_name_free(token, &username)
        .await
        .map_err(unavailable)?
    {
        Some(true) => Ok(()),
        Some(false) => Err(AuthError::InvalidInput(InputError::UsernameTaken)),
        None => Err(AuthError::InvalidLink),
    }
}
