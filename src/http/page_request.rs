//! The request of the page that is rendered. `browser/page_request.rs` has the same functions for
//! the browser, where there is none.

use std::io;

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, StatusCode, header, request::Parts},
    response::Response,
};
use futures::{StreamExt, channel::mpsc, stream};
use leptos::{
    nonce::use_nonce,
    prelude::{use_context, with_context},
};
use leptos_axum::ResponseOptions;

use super::{
    content_policy::content_policy,
    redirects::see_other,
    security_headers::{NO_STORE_NO_TRANSFORM, for_page},
    stylesheet,
};
use crate::domain::{
    AuthError, AuthState, CookiePrefix, EmailAddress, InitialState, Language, Theme, Timestamp,
    TokenOwner, TokenPurpose, Username,
};

/// Tells the edge about a page, and never leaves it: `rendered`, or `redirect`.
const PAGE: HeaderName = HeaderName::from_static("countersign-page");
const RENDERED: HeaderValue = HeaderValue::from_static("rendered");
const REDIRECT: HeaderValue = HeaderValue::from_static("redirect");

/// What the edge has found out for a page.
#[derive(Debug, Clone)]
pub(super) struct PageRequest {
    pub initial: InitialState,
    pub theme: Theme,
    pub language: Language,
    pub cookie_prefix: CookiePrefix,
    /// Whose mailed link it is, if the page is that of a good one.
    pub link_owner: Option<TokenOwner>,
    /// Whether the server can send mail.
    pub has_mail: bool,
    pub min_password_length: u16,
    pub now: Timestamp,
}

/// `None` when routes are listed, and without the edge.
fn find<T>(part: impl FnOnce(&PageRequest) -> T) -> Option<T> {
    with_context(|parts: &Parts| parts.extensions.get().map(part)).flatten()
}

/// The state that the page begins with.
pub fn initial_state() -> Option<InitialState> {
    find(|page| page.initial.clone())
}

/// The theme that the visitor has chosen, for the `<html>` of the page that is rendered. `None` in the
/// browser, when routes are listed, and when no [`Server`](crate::Server) stands around the
/// application.
pub fn theme() -> Option<Theme> {
    find(|page| page.theme)
}

/// The language that the visitor has chosen, or else that of `Accept-Language`, for the `<html>` of the
/// page that is rendered. `None` in the browser, when routes are listed, and when no
/// [`Server`](crate::Server) stands around the application.
pub fn language() -> Option<Language> {
    find(|page| page.language)
}

pub fn cookie_prefix() -> Option<CookiePrefix> {
    find(|page| page.cookie_prefix.clone())
}

/// Whether the page is that of a good mailed link.
pub fn has_good_link() -> bool {
    find(|page| page.link_owner.is_some()).unwrap_or_default()
}

/// Whose mailed link it is, on the page of a good one. `None` if it is for somebody without an account.
pub fn link_owner() -> Option<Username> {
    let owner = find(|page| page.link_owner.clone()).flatten();
    Some(owner?.user?.username)
}

/// The e-mail address that a mailed link sets, on the page of a good one.
pub fn link_email() -> Option<EmailAddress> {
    find(|page| page.link_owner.clone()).flatten()?.email
}

/// The time of the server.
pub fn now() -> Timestamp {
    find(|page| page.now).unwrap_or(Timestamp(0))
}

/// Whether the server can send mail.
pub fn has_mail() -> bool {
    find(|page| page.has_mail).unwrap_or_default()
}

/// How many characters a new password has at least.
pub fn min_password_length() -> u16 {
    find(|page| page.min_password_length).unwrap_or_default()
}

/// Path and query of the page, if its forms have to say themselves where they are: the page of a
/// mailed link has a `Referrer-Policy` that keeps its token from everybody.
pub fn unreferred_address() -> Option<String> {
    let uri = with_context(|parts: &Parts| parts.uri.clone())?;
    let address = uri.path_and_query()?.to_string();
    TokenPurpose::of_page(uri.path()).map(|_| address)
}

/// The address of the stylesheet of our pages.
pub fn stylesheet() -> String {
    stylesheet::address().to_owned()
}

/// The address of the one that pages of signed-in users have besides.
pub fn signed_in_stylesheet() -> String {
    stylesheet::signed_in_address().to_owned()
}

/// Sets the headers of the page, and its status if its session could not be checked. `policy` is
/// what the application adds to the content security policy.
pub fn begin_page(policy: &[(&str, &str)]) {
    let Some(response) = use_context::<ResponseOptions>() else {
        return;
    };
    response.insert_header(PAGE, RENDERED);
    response.insert_header(header::CACHE_CONTROL, NO_STORE_NO_TRANSFORM);
    let vary = HeaderValue::from_static("accept-language, cookie");
    response.insert_header(header::VARY, vary);
    let language = HeaderValue::from_static(language().unwrap_or_default().tag());
    response.insert_header(header::CONTENT_LANGUAGE, language);
    // Leptos puts the nonce on every script. Without one, the page gets the policy of other
    // responses, and no script runs.
    if let Some(nonce) = use_nonce() {
        let policy = content_policy(&nonce, live_reload(), policy);
        for (name, value) in for_page(&policy) {
            response.insert_header(name, value);
        }
    }
    let is_unanswered = |page: &PageRequest| {
        page.initial.auth == AuthState::Unknown
            || page.initial.refused == Some(AuthError::Unavailable)
    };
    if find(is_unanswered) == Some(true) {
        response.set_status(StatusCode::SERVICE_UNAVAILABLE);
    }
    let purpose = with_context(|parts: &Parts| TokenPurpose::of_page(parts.uri.path()));
    if purpose.flatten().is_some() {
        // The address holds the token. With `no-referrer`, the form would be sent with
        // `Origin: null`.
        let policy = HeaderValue::from_static("strict-origin");
        response.insert_header(header::REFERRER_POLICY, policy);
        if !has_good_link() && find(is_unanswered) == Some(false) {
            response.set_status(StatusCode::GONE);
        }
    }
    let is_missing = |page: &PageRequest| {
        let path = with_context(|parts: &Parts| parts.uri.path().to_owned());
        path.is_some_and(|path| !page.initial.registration.has_page(&path))
    };
    if find(is_missing) == Some(true) {
        response.set_status(StatusCode::NOT_FOUND);
    }
}

/// Leads on to another page in place of the one that is rendered.
pub fn redirect(address: &str) {
    let (Some(response), Ok(location)) = (
        use_context::<ResponseOptions>(),
        HeaderValue::from_str(address),
    ) else {
        return;
    };
    response.insert_header(PAGE, REDIRECT);
    response.insert_header(header::LOCATION, location);
    response.set_status(StatusCode::SEE_OTHER);
}

/// Whether this runs under `make dev`: cargo-leptos sets this variable for live reload.
pub(super) fn live_reload() -> bool {
    std::env::var_os("LEPTOS_WATCH").is_some()
}

/// The answer of the application, as it is sent. If a page leads on, nothing of it is left.
pub(super) fn finish(mut response: Response) -> Response {
    let markers = response.headers_mut();
    match markers.remove(PAGE) {
        Some(marker) if marker == REDIRECT => {
            let location = markers.remove(header::LOCATION);
            see_other(
                location
                    .as_ref()
                    .and_then(|to| to.to_str().ok())
                    .unwrap_or("/"),
            )
        }
        Some(_) => response.map(render_to_the_end),
        None => response,
    }
}

/// Renders a page however slowly its client reads, which then holds text, and nothing of what has
/// rendered it.
fn render_to_the_end(page: Body) -> Body {
    let (sender, chunks) = mpsc::unbounded();
    let rendering = tokio::spawn(async move {
        let mut page = page.into_data_stream();
        while let Some(chunk) = page.next().await {
            // The client is gone.
            if sender.unbounded_send(chunk).is_err() {
                return;
            }
        }
    });
    // A page that was not rendered to its end must not look as if it was.
    let panic = stream::once(rendering).filter_map(async |ended| {
        let panic = ended.err().map(io::Error::other)?;
        Some(Err(axum::Error::new(panic)))
    });
    Body::from_stream(chunks.chain(panic))
}
