use axum::{
    body::Body,
    extract::Request,
    http::{StatusCode, header},
    response::Response,
};

use super::{RequestContext, edge_state::EdgeState, error_response::error_response, pages::render};
use crate::{
    auth::MailRequestOutcome,
    domain::{AuthError, InitialState},
};

/// What was typed into the text field of a form that was refused, in the extensions of its response.
#[derive(Debug, Clone)]
pub(super) struct Typed(pub String);

/// The refusal of a form whose text field is filled again.
pub(super) fn refuse(error: &AuthError, typed: String) -> Response {
    let mut response = error_response(error, false);
    response.extensions_mut().insert(Typed(typed));
    response
}

/// Whether a form that asks for a mail was accepted.
pub(super) fn mail_requested(outcome: MailRequestOutcome) -> Result<(), AuthError> {
    match outcome {
        MailRequestOutcome::Queued => Ok(()),
        MailRequestOutcome::Throttled { wait_seconds } => {
            Err(AuthError::Throttled { wait_seconds })
        }
        MailRequestOutcome::NotOffered => Err(AuthError::NotFound),
    }
}

/// The request for the page of a form.
pub(super) fn page_of(form: &Request) -> Request {
    let mut page = Request::new(Body::empty());
    page.uri_mut().clone_from(form.uri());
    page.headers_mut().clone_from(form.headers());
    page.extensions_mut().clone_from(form.extensions());
    *page.version_mut() = form.version();
    for name in [
        header::CONTENT_ENCODING,
        header::CONTENT_LANGUAGE,
        header::CONTENT_LENGTH,
        header::CONTENT_LOCATION,
        header::CONTENT_RANGE,
        header::CONTENT_TYPE,
        header::TRANSFER_ENCODING,
    ] {
        page.headers_mut().remove(name);
    }
    page
}

/// Renders a page in place of the contract's response, with the same status. Where there is no page
/// at the address of the form, the application's page for unknown addresses takes its place.
pub(super) async fn render_refusal(
    state: &EdgeState,
    initial: InitialState,
    context: RequestContext,
    contract: Response,
    page: Request,
) -> Response {
    let mut response = render(state, initial, context, page).await;
    if matches!(response.status(), StatusCode::OK | StatusCode::NOT_FOUND) {
        *response.status_mut() = contract.status();
    }
    for name in [header::ALLOW, header::RETRY_AFTER] {
        if let Some(value) = contract.headers().get(&name) {
            response.headers_mut().insert(name, value.clone());
        }
    }
    response
}
