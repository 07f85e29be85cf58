//! The plain forms by which a password is reset and changed.

use axum::{
    Form,
    extract::{FromRequest, Request, State},
    response::Response,
};
use serde::Deserialize;

use super::{
    RequestContext, SignedIn,
    cookies::append_cookies,
    edge_state::EdgeState,
    error_response::{error_response, unavailable},
    pages::{accepts_pages, link_token, viewer},
    redirects::see_other,
    refused_form::{page_of, render_refusal},
};
use crate::{
    auth::{ChangeOutcome, ResetOutcome, ResetRequestOutcome},
    domain::{
        AuthError, AuthState, InitialState, InputError, InvalidUsername, NextPath, Password,
        SessionInfo, User, Username, paths,
    },
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

async fn read<T: for<'de> Deserialize<'de>>(request: Request) -> Result<T, AuthError> {
    let form = Form::<T>::from_request(request, &()).await;
    form.map(|Form(form)| form)
        .map_err(|_| AuthError::InvalidInput(InputError::Field))
}

/// Asks for the mail with a link. The answer is the same whether or not there is such an account.
pub(super) async fn request_reset(State(state): State<EdgeState>, request: Request) -> Response {
    let context = RequestContext::new(&state, &request);
    match submit_request(&state, &context, request).await {
        Ok(()) => see_other(&format!("{}?sent", paths::FORGOT_PASSWORD)),
        Err(error) => error_response(&error, false),
    }
}

async fn submit_request(
    state: &EdgeState,
    context: &RequestContext,
    request: Request,
) -> Result<(), AuthError> {
    let form: ForgotForm = read(request).await?;
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
    match outcome.map_err(unavailable)? {
        ResetRequestOutcome::Queued => Ok(()),
        ResetRequestOutcome::Throttled { wait_seconds } => {
            Err(AuthError::Throttled { wait_seconds })
        }
        ResetRequestOutcome::NoMail => Err(AuthError::NotFound),
    }
}

/// Sets a new password by the link whose token is in the address.
pub(super) async fn reset(State(state): State<EdgeState>, request: Request) -> Response {
    let context = RequestContext::new(&state, &request);
    let token = link_token(&request).unwrap_or_default();
    match submit_reset(&state, &context, &token, request).await {
        Ok(device_cookie) => {
            let mut response = see_other(&format!("{}?reset", paths::LOGIN));
            append_cookies(&mut response, state.cookies.set_device(&device_cookie));
            response
        }
        Err(error) => error_response(&error, false),
    }
}

async fn submit_reset(
    state: &EdgeState,
    context: &RequestContext,
    token: &str,
    request: Request,
) -> Result<secrecy::SecretString, AuthError> {
    let form: ResetForm = read(request).await?;
    let language = state.cookies.language(&context.headers);
    let outcome = context
        .auth
        .reset_password(token, &form.new_password, language, &context.client)
        .await;
    match outcome.map_err(unavailable)? {
        ResetOutcome::Reset { device_cookie } => Ok(device_cookie),
        ResetOutcome::InvalidLink => Err(AuthError::InvalidLink),
        ResetOutcome::InvalidPassword(error) => Err(AuthError::InvalidInput(error.into())),
        ResetOutcome::Busy => Err(AuthError::Busy),
    }
}

/// Changes the password of the session of the refresh cookie, for which the form has the current
/// password.
pub(super) async fn change(State(state): State<EdgeState>, request: Request) -> Response {
    let context = RequestContext::new(&state, &request);
    let page = page_of(&request);
    let (user, session) = match viewer(&context).await {
        Ok((Some(signed_in), _)) => signed_in,
        Ok((None, _)) => return to_login(),
        Err(error) => return error_response(&error, false),
    };
    match submit_change(&state, &context, &user, &session, request).await {
        Ok(Some(signed_in)) => {
            let mut response = see_other(&format!("{}?changed", paths::CHANGE_PASSWORD));
            append_cookies(&mut response, signed_in.cookies);
            response
        }
        Ok(None) => to_login(),
        Err(error) => {
            let contract = error_response(&error, false);
            if !accepts_pages(&context.headers) {
                return contract;
            }
            let auth = AuthState::SignedIn {
                user: user.clone(),
                session: session.id,
            };
            let initial = InitialState {
                refused: Some(error),
                ..auth.into()
            };
            let context = RequestContext {
                page_session: Some((user, session)),
                ..context
            };
            render_refusal(&state, initial, context, contract, page).await
        }
    }
}

/// `None` if the session was ended in the meantime.
async fn submit_change(
    state: &EdgeState,
    context: &RequestContext,
    user: &User,
    session: &SessionInfo,
    request: Request,
) -> Result<Option<SignedIn>, AuthError> {
    let form: ChangeForm = read(request).await?;
    let language = state.cookies.language(&context.headers);
    let outcome = context
        .auth
        .change_password(
            user,
            session.id,
            &form.password,
            &form.new_password,
            language,
            &context.client,
        )
        .await;
    match outcome.map_err(unavailable)? {
        ChangeOutcome::Changed(issued) => Ok(Some(SignedIn::new(context, *issued))),
        ChangeOutcome::SessionOver => Ok(None),
        ChangeOutcome::NotConfirmed(error) => Err(error.into()),
        ChangeOutcome::InvalidPassword(error) => Err(AuthError::InvalidInput(error.into())),
    }
}

/// To the login page, and from there to the page of the form.
fn to_login() -> Response {
    let page = NextPath::parse(paths::CHANGE_PASSWORD).unwrap_or_default();
    see_other(&page.login_address())
}

/// Where password managers look for the page (W3C, A Well-Known URL for Changing Passwords).
pub(super) async fn well_known_change_password() -> Response {
    see_other(paths::CHANGE_PASSWORD)
}
