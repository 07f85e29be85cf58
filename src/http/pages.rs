use axum::{
    body::Body,
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::Response,
};

use super::{
    RequestContext,
    cookies::append_headers,
    edge_state::EdgeState,
    error_response::unavailable,
    logout::clear_browser,
    page_request::{self, PageRequest},
    pending_logout::finish_pending_logout,
    redirects::without_slash,
};
use crate::domain::{
    AuthError, AuthState, InitialState, NextPath, Notice, SessionInfo, TokenPurpose, User, paths,
};

/// Finds out who asks for a page, and has the application answer. It may be a file or a route of
/// another kind as well: only the application knows.
pub(super) async fn show_page(state: &EdgeState, request: Request) -> Response {
    if let Some(redirect) = without_slash(request.uri(), |path| paths::AUTH_PAGES.contains(&path)) {
        return redirect;
    }
    let mut context = RequestContext::new(state, &request);
    let (auth, headers) = match viewer(&context).await {
        Ok((Some((user, session)), headers)) => {
            let auth = AuthState::SignedIn {
                user: user.clone(),
                session: session.id,
            };
            context.page_session = Some((user, session));
            (auth, headers)
        }
        Ok((None, headers)) => (AuthState::Anonymous, headers),
        Err(_) => (AuthState::Unknown, Vec::new()),
    };
    let initial = InitialState {
        notice: notice(&context, &auth, &request),
        ..auth.into()
    };
    let known = request.headers().get(header::IF_MODIFIED_SINCE).cloned();
    let mut response = render(state, initial, context, request).await;
    if known.is_some() && response.headers().get(header::LAST_MODIFIED) == known.as_ref() {
        response = not_modified(response);
    }
    if !headers.is_empty() {
        // They are for this browser alone, whatever the application has answered.
        let no_store = HeaderValue::from_static("no-store");
        response
            .headers_mut()
            .insert(header::CACHE_CONTROL, no_store);
        append_headers(&mut response, headers);
    }
    response
}

/// The answer for a file that the browser has already (RFC 9110 §13.1.3). Leptos' handler for files
/// is not told the condition.
fn not_modified(response: Response) -> Response {
    if response.status() != StatusCode::OK {
        return response;
    }
    let (mut parts, _) = response.into_parts();
    parts.status = StatusCode::NOT_MODIFIED;
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::empty())
}

/// What the login page says first, by the query of the redirects to it.
const NOTICES: [(&str, Notice); 5] = [
    ("signed-out", Notice::SignedOut),
    ("reset", Notice::PasswordReset),
    ("restored", Notice::EmailRestored),
    ("confirmed", Notice::EmailConfirmed),
    ("deleted", Notice::AccountDeleted),
];

/// What the login page says first.
fn notice(context: &RequestContext, auth: &AuthState, request: &Request) -> Option<Notice> {
    // Only for the login page: after a logout, the guard would not lead back.
    let has_signed_out = context.has_pending_logout() && request.uri().path() == paths::LOGIN;
    match (has_signed_out, *auth == AuthState::Unknown) {
        (true, true) => Some(Notice::SignOutUnconfirmed),
        (true, false) => Some(Notice::SignedOut),
        (false, _) => NOTICES
            .into_iter()
            .find(|(name, _)| parameter(request, name).is_some())
            .map(|(_, notice)| notice),
    }
}

pub(super) type PageSession = Option<(User, SessionInfo)>;

/// The session of the refresh cookie, and headers of the response. A pending logout is finished
/// before anything else, if this is a page that the browser goes to: the answer to another request,
/// for a file, may come when the next user has signed in, and would clear what is theirs.
pub(super) async fn viewer(
    context: &RequestContext,
) -> Result<(PageSession, Vec<(HeaderName, HeaderValue)>), AuthError> {
    if context.has_pending_logout() && !is_navigation(&context.headers) {
        return Ok((None, Vec::new()));
    }
    if finish_pending_logout(context).await?.is_some() {
        return Ok((None, clear_browser(context, &[])));
    }
    let session = match context.refresh_token()? {
        Some(token) => context
            .auth
            .page_session(&token)
            .await
            .map_err(unavailable)?,
        None => None,
    };
    Ok((session, Vec::new()))
}

/// Whether a browser goes to a page. Browsers say so to https and to loopback addresses only;
/// without it, they ask for HTML.
fn is_navigation(headers: &HeaderMap) -> bool {
    match headers.get("sec-fetch-mode") {
        Some(mode) => mode == "navigate",
        None => accepts_pages(headers),
    }
}

/// Whether a browser asks for a page, as it does when a person follows a link or sends a form.
pub(super) fn accepts_pages(headers: &HeaderMap) -> bool {
    let accepted = headers
        .get_all(header::ACCEPT)
        .into_iter()
        .filter_map(|value| value.to_str().ok());
    accepted.flat_map(|value| value.split(',')).any(|range| {
        let mut parts = range.split(';').map(str::trim);
        let is_html = parts
            .next()
            .is_some_and(|media| media.eq_ignore_ascii_case("text/html"));
        // "Not acceptable" (RFC 9110 §12.4.2).
        is_html && !parts.any(|parameter| matches!(parameter, "q=0" | "q=0.0"))
    })
}

/// Has the application render a page in a state. It answers with an empty 303 if the page leads on
/// to another one.
pub(super) async fn render(
    state: &EdgeState,
    mut initial: InitialState,
    context: RequestContext,
    mut request: Request,
) -> Response {
    let link_owner = match link_token(&request) {
        Some((token, purpose)) => context
            .auth
            .link_owner(&token, purpose)
            .await
            .unwrap_or_else(|error| {
                initial.refused = Some(unavailable(error));
                None
            }),
        None => None,
    };
    initial.registration = context.auth.registration();
    let page = PageRequest {
        initial,
        theme: state.cookies.theme(request.headers()),
        language: state.cookies.language(request.headers()),
        cookie_prefix: state.cookies.prefix().clone(),
        link_owner,
        has_mail: context.auth.has_mail(),
        min_password_length: context.auth.min_password_length(),
        now: context.auth.now(),
    };
    request.extensions_mut().insert(page);
    page_request::finish(state.call(Some(context), request).await)
}

/// Where the `next` parameter of the address leads, or the default.
pub(super) fn next_path(request: &Request) -> NextPath {
    NextPath::of_query(query(request)).unwrap_or_default()
}

fn query(request: &Request) -> &str {
    request.uri().query().unwrap_or_default()
}

/// The token of a mailed link, if the request is about the page of one, and what it is for there.
pub(super) fn link_token(request: &Request) -> Option<(String, TokenPurpose)> {
    let purpose = TokenPurpose::of_page(request.uri().path())?;
    Some((parameter(request, "token")?, purpose))
}

fn parameter(request: &Request, name: &str) -> Option<String> {
    form_urlencoded::parse(query(request).as_bytes())
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}
