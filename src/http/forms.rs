use axum::{
    Form, Router,
    extract::{FromRequest, Request, State},
    http::Uri,
    middleware::{Next, from_fn_with_state},
    response::Response,
    routing::{get, post},
};
use serde::Deserialize;

use super::{
    RequestContext, SignedIn, account_forms,
    application::pass_on,
    contract::require_own_form,
    cookies::{append_cookies, append_headers},
    edge_state::EdgeState,
    error_response::error_response,
    log_in, log_out,
    logout::clear_browser,
    pages::{accepts_pages, next_path},
    password_forms,
    preference_forms::{choose_language, choose_theme},
    redirects::see_other,
    refused_form::{Typed, page_of, render_refusal},
    session_forms, sign_up_forms,
};
use crate::domain::{AuthError, AuthState, FailedLogin, InitialState, InputError, Password, paths};

/// Sign-in, sign-out and preferences for a browser without scripts, or before they have loaded.
/// They call the same functions as the server functions, and answer with a page or a 303.
pub(super) fn routes(state: EdgeState) -> Router {
    Router::new()
        .route(paths::LOGIN, post(plain_log_in))
        .route(paths::LOGOUT, post(plain_log_out))
        .route(paths::LANGUAGE, post(choose_language))
        .route(paths::THEME, post(choose_theme))
        .route(paths::FORGOT_PASSWORD, post(password_forms::request_reset))
        .route(paths::RESET_PASSWORD, post(password_forms::reset))
        .route(paths::CONFIRM_EMAIL, post(account_forms::confirm_email))
        .route(paths::RESTORE_EMAIL, post(password_forms::reset))
        .route(paths::SIGN_UP, post(sign_up_forms::request_sign_up))
        .route(paths::CREATE_ACCOUNT, post(sign_up_forms::create_account))
        .route(paths::ACCOUNT, post(account_forms::change_profile))
        .route(paths::CHANGE_EMAIL, post(account_forms::change_email))
        .route(paths::CHANGE_PASSWORD, post(password_forms::change))
        .route(paths::DELETE_ACCOUNT, post(account_forms::delete_account))
        .route(paths::SESSIONS, post(session_forms::change_sessions))
        .layer(from_fn_with_state(state.clone(), require_own_form))
        .layer(from_fn_with_state(state.clone(), show_refusal))
        .route(paths::LOGIN, get(pass_on))
        .route(paths::FORGOT_PASSWORD, get(pass_on))
        .route(paths::RESET_PASSWORD, get(pass_on))
        .route(paths::CONFIRM_EMAIL, get(pass_on))
        .route(paths::RESTORE_EMAIL, get(pass_on))
        .route(paths::SIGN_UP, get(pass_on))
        .route(paths::CREATE_ACCOUNT, get(pass_on))
        .route(paths::ACCOUNT, get(pass_on))
        .route(paths::CHANGE_EMAIL, get(pass_on))
        .route(paths::CHANGE_PASSWORD, get(pass_on))
        .route(paths::DELETE_ACCOUNT, get(pass_on))
        .route(paths::SESSIONS, get(pass_on))
        .route(
            paths::WELL_KNOWN_CHANGE_PASSWORD,
            get(password_forms::well_known_change_password),
        )
        .with_state(state)
}

#[derive(Debug, Deserialize)]
struct LoginForm {
    #[serde(default)]
    username: String,
    password: Option<Password>,
    #[serde(default)]
    remember: Remember,
}

/// The values that the server function reads too: for it, an empty field is absent.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize)]
enum Remember {
    #[serde(rename = "true")]
    Yes,
    #[default]
    #[serde(rename = "false", alias = "")]
    No,
}

async fn plain_log_in(State(state): State<EdgeState>, request: Request) -> Response {
    let next = next_path(&request);
    let context = RequestContext::new(&state, &request);
    let page = page_of(&request);
    let form = Form::<LoginForm>::from_request(request, &()).await;
    let Ok(Form(form)) = form else {
        return error_response(&AuthError::InvalidInput(InputError::Field), false);
    };
    let remember = form.remember == Remember::Yes;
    match submit(&context, &form, remember).await {
        Ok(signed_in) => {
            let mut response = see_other(&next.address());
            append_cookies(&mut response, signed_in.cookies);
            response
        }
        Err(error) => {
            let failed_login = FailedLogin {
                username: form.username,
                remember,
                error,
            };
            failed(&state, failed_login, context, page).await
        }
    }
}

async fn submit(
    context: &RequestContext,
    form: &LoginForm,
    remember: bool,
) -> Result<SignedIn, AuthError> {
    let empty = Password::new(String::new());
    let password = form.password.as_ref().unwrap_or(&empty);
    log_in(context, &form.username, password, remember).await
}

/// The login page with the error, and with the status and headers that the contract has for it.
async fn failed(
    state: &EdgeState,
    failed_login: FailedLogin,
    context: RequestContext,
    page: Request,
) -> Response {
    let contract = error_response(&failed_login.error, false);
    let initial = InitialState {
        failed_login: Some(failed_login),
        ..AuthState::Anonymous.into()
    };
    render_refusal(state, initial, context, contract, page).await
}

/// Gives people a page with a way on where programs get JSON: when a form is refused, and at the
/// address of a form that is not a page.
async fn show_refusal(State(state): State<EdgeState>, request: Request, next: Next) -> Response {
    if !accepts_pages(request.headers()) {
        return next.run(request).await;
    }
    let context = RequestContext::new(&state, &request);
    let mut page = page_of(&request);
    let response = next.run(request).await;
    let Some(error) = response.extensions().get::<AuthError>().cloned() else {
        return response;
    };
    let mut initial = InitialState::from(AuthState::Anonymous);
    if page.uri().path() == paths::LOGIN {
        initial.failed_login = Some(FailedLogin {
            username: String::new(),
            remember: false,
            error,
        });
    } else if error != AuthError::MethodNotAllowed {
        initial.refused = Some(error);
        let typed = response.extensions().get::<Typed>();
        initial.typed = typed.map(|Typed(text)| text.clone());
    }
    // The guard of the page would lead to the login page, which does not say why.
    if page.uri().path().starts_with(paths::ACCOUNT) {
        *page.uri_mut() = Uri::from_static(paths::LOGOUT);
    }
    render_refusal(&state, initial, context, response, page).await
}

async fn plain_log_out(State(state): State<EdgeState>, request: Request) -> Response {
    let context = RequestContext::new(&state, &request);
    match log_out(&context).await {
        Ok(headers) => {
            let mut response = see_other(&format!("{}?signed-out", paths::LOGIN));
            append_headers(&mut response, headers);
            response
        }
        // There is no session to end.
        Err(AuthError::InvalidToken) => {
            let mut response = see_other(paths::LOGIN);
            append_headers(&mut response, clear_browser(&context, &[]));
            response
        }
        // As when the page signs out by script: the browser keeps the logout, and the next request
        // tries again. The login page says so.
        Err(_) => {
            let mut response = see_other(paths::LOGIN);
            append_cookies(&mut response, state.cookies.set_pending_logout());
            response
        }
    }
}
