use std::sync::Arc;

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, header, request::Parts},
};
use leptos::prelude::{use_context, with_context};
use leptos_axum::ResponseOptions;

use super::{
    client_info, cookies::CookiePolicy, edge_state::EdgeState, error_response::unavailable,
};
use crate::{
    auth::AuthService,
    domain::{AuthError, ClientInfo, CookieName, SessionId, SessionInfo, User},
};

/// How many of the refresh cookies that this server has signed are looked at in one request. A browser
/// has one, and perhaps one of another host. Anybody with an account can collect many, of sessions
/// that are over too, and a sign-out writes for each of them while others wait.
const MAX_REFRESH_COOKIES: usize = 8;

/// The service and the request, for server functions, plain forms and extractors. The edge puts it
/// into the extensions of each request that it passes on.
#[derive(Debug, Clone)]
pub struct RequestContext {
    pub auth: AuthService,
    pub headers: HeaderMap,
    pub client: ClientInfo,
    pub(super) cookies: CookiePolicy,
    /// The session of the refresh cookie, while a page is rendered and only then. It is for
    /// reading: nothing may be changed by it.
    pub(super) page_session: Option<(User, SessionInfo)>,
}

impl RequestContext {
    pub(super) fn new(state: &EdgeState, request: &Request) -> Self {
        let client = request.extensions().get().cloned();
        Self {
            auth: state.auth.clone(),
            headers: request.headers().clone(),
            client: client.unwrap_or_else(client_info::unknown),
            cookies: state.cookies.clone(),
            page_session: None,
        }
    }

    /// # Errors
    /// `Unavailable` when the edge has not passed the request on.
    pub(super) fn of(parts: &Parts) -> Result<Arc<Self>, AuthError> {
        let context = parts.extensions.get().cloned();
        context.ok_or_else(|| {
            unavailable(
                "this request did not pass through Countersign: serve the application by \
                 `Server::serve`, or what `Server::wrap` returns",
            )
        })
    }

    /// Whether the user has signed out in this browser while the server may not know it yet.
    pub(super) fn has_pending_logout(&self) -> bool {
        self.cookies.has(&self.headers, CookieName::PendingLogout)
    }

    /// Clears the cookie that says so, if the request has sent it.
    pub(super) fn clear_pending_logout(&self) -> Option<HeaderValue> {
        let is_sent = self.has_pending_logout();
        is_sent.then(|| self.cookies.clear_pending_logout())?
    }

    /// The value of the refresh cookie. Other servers on this host, and other hosts of its domain,
    /// may have set cookies of the same name: the one that this server has signed is read. Of two
    /// such ones, nobody can say which is right.
    ///
    /// # Errors
    /// `Unavailable` while the key is away: then nobody can say whether there is one.
    pub(super) fn refresh_token(&self) -> Result<Option<String>, AuthError> {
        self.auth.require_cookie_keys().map_err(unavailable)?;
        let mut own = self.own_refresh_tokens();
        Ok(match (own.next(), own.next()) {
            (Some((token, _)), None) => Some(token.to_owned()),
            _ => None,
        })
    }

    /// The first refresh cookies that this server has signed, and their sessions, live or not.
    pub(super) fn own_refresh_tokens(&self) -> impl Iterator<Item = (&str, SessionId)> {
        let found = self.cookies.read_all(&self.headers, CookieName::Refresh);
        found
            .into_iter()
            .filter_map(|token| Some((token, self.auth.session_of(token)?)))
            .take(MAX_REFRESH_COOKIES)
    }
}

/// The context of the server function or page that is running.
///
/// # Errors
/// `Unavailable` outside of one, and when the edge has not passed the request on.
pub fn request_context() -> Result<Arc<RequestContext>, AuthError> {
    with_context(RequestContext::of)
        .unwrap_or_else(|| Err(unavailable("no request of Leptos is being answered")))
}

/// Sets cookies on the response of the server function that is running.
pub fn set_cookies(cookies: Vec<HeaderValue>) {
    let headers = cookies.into_iter();
    append_headers(headers.map(|cookie| (header::SET_COOKIE, cookie)).collect());
}

/// Adds headers to the response of the server function that is running.
pub fn append_headers(headers: Vec<(HeaderName, HeaderValue)>) {
    if let Some(response) = use_context::<ResponseOptions>() {
        for (name, value) in headers {
            response.append_header(name, value);
        }
    }
}
