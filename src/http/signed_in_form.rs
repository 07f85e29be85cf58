use axum::{
    Form,
    extract::{FromRequest, Request},
    http::Uri,
    response::Response,
};
use serde::de::DeserializeOwned;

use super::{
    RequestContext,
    edge_state::EdgeState,
    error_response::error_response,
    pages::{accepts_pages, viewer},
    redirects::see_other,
    refused_form::{page_of, render_refusal},
};
use crate::domain::{
    AuthError, AuthState, InitialState, InputError, Language, NextPath, SessionInfo, User,
};

/// Who has sent a plain form of ours: the user of the refresh cookie.
pub(super) struct Sender {
    pub context: RequestContext,
    pub user: User,
    pub session: SessionInfo,
    pub language: Language,
}

/// A plain form, whose text field is filled again when it is refused.
pub(super) trait PlainForm: DeserializeOwned {
    /// What was typed into it. A form of passwords alone has none.
    fn typed(&self) -> Option<&str> {
        None
    }
}

/// Answers a plain form of a signed-in user by `submit`, or by `page` with the error. `InvalidToken`
/// leads to the login page, and from there to `page`.
pub(super) async fn signed_in_form<T: PlainForm>(
    state: &EdgeState,
    request: Request,
    page: &'static str,
    submit: impl AsyncFnOnce(&Sender, T) -> Result<Response, AuthError>,
) -> Response {
    let context = RequestContext::new(state, &request);
    let (user, session) = match viewer(&context).await {
        Ok((Some(signed_in), _)) => signed_in,
        Ok((None, _)) => return to_login(page),
        Err(error) => return error_response(&error, false),
    };
    let mut page_request = page_of(&request);
    *page_request.uri_mut() = Uri::from_static(page);
    let sender = Sender {
        language: state.cookies.language(&context.headers),
        context,
        user,
        session,
    };
    let mut typed = None;
    let submitted = match read_form::<T>(request).await {
        Ok(form) => {
            typed = form.typed().map(str::to_owned);
            submit(&sender, form).await
        }
        Err(error) => Err(error),
    };
    let error = match submitted {
        Ok(response) => return response,
        Err(AuthError::InvalidToken) => return to_login(page),
        Err(error) => error,
    };
    let contract = error_response(&error, false);
    if !accepts_pages(&sender.context.headers) {
        return contract;
    }
    let auth = AuthState::SignedIn {
        user: sender.user.clone(),
        session: sender.session.id,
    };
    let initial = InitialState {
        refused: Some(error),
        typed,
        ..auth.into()
    };
    let context = RequestContext {
        page_session: Some((sender.user, sender.session)),
        ..sender.context
    };
    render_refusal(state, initial, context, contract, page_request).await
}

pub(super) async fn read_form<T: DeserializeOwned>(request: Request) -> Result<T, AuthError> {
    let form = Form::<T>::from_request(request, &()).await;
    form.map(|Form(form)| form)
        .map_err(|_| AuthError::InvalidInput(InputError::Field))
}

fn to_login(page: &str) -> Response {
    let page = NextPath::parse(page).unwrap_or_default();
    see_other(&page.login_address())
}
