use std::sync::PoisonError;

use axum::{
    Router,
    body::to_bytes,
    extract::{Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use leptos::{
    context::{provide_context, use_context},
    nonce::use_nonce,
};
use leptos_axum::{LeptosRoutes, ResponseOptions, render_app_to_stream_in_order_with_context};

use super::{
    RequestContext,
    app_state::AppState,
    cookies::append_headers,
    error_response::{error_response, unavailable},
    logout::clear_browser,
    pending_logout::finish_pending_logout,
    security_headers::{NO_STORE_NO_TRANSFORM, page_policy},
};
use crate::domain::{
    AuthError, AuthState, InitialState, NextPath, Notice, SessionInfo, User, paths,
};

/// More than any page has.
const MAX_PAGE_BYTES: usize = 1024 * 1024;

/// Whether this runs under `make dev`: cargo-leptos sets this variable for live reload.
pub(super) fn live_reload() -> bool {
    std::env::var_os("LEPTOS_WATCH").is_some()
}

/// The pages of the application, the files of the built site, and a 404 page for everything else.
pub(super) fn routes(state: AppState) -> Router {
    Router::new()
        .leptos_routes_with_handler(state.application.routes.clone(), page)
        .fallback(file_or_not_found)
        .with_state(state)
}

async fn page(State(state): State<AppState>, request: Request) -> Response {
    show(&state, StatusCode::OK, request).await
}

async fn file_or_not_found(State(state): State<AppState>, request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return (
            StatusCode::METHOD_NOT_ALLOWED,
            [(header::ALLOW, "GET, HEAD")],
        )
            .into_response();
    }
    if let Some(file) = state.files.find(request.uri().path(), request.headers()) {
        return file;
    }
    match page_with_slash(request.uri()) {
        Some(address) => (
            StatusCode::PERMANENT_REDIRECT,
            [(header::LOCATION, address)],
        )
            .into_response(),
        None => show(&state, StatusCode::NOT_FOUND, request).await,
    }
}

/// The address of the page of ours that was asked for with a slash at its end. It is never built
/// from the path that was sent: `//evil.example/` without its last slash is another site.
fn page_with_slash(uri: &Uri) -> Option<HeaderValue> {
    let path = uri.path().strip_suffix('/')?;
    let page = paths::PAGES.into_iter().find(|page| *page == path)?;
    let query = uri.query().map(|query| format!("?{query}"));
    HeaderValue::from_maybe_shared(format!("{page}{}", query.unwrap_or_default())).ok()
}

/// Where the `next` parameter of the address leads, or the default.
pub(super) fn next_path(request: &Request) -> NextPath {
    let next = parameter(request, "next");
    next.and_then(|next| NextPath::parse(&next))
        .unwrap_or_default()
}

fn parameter(request: &Request, name: &str) -> Option<String> {
    let query = request.uri().query().unwrap_or_default();
    url::form_urlencoded::parse(query.as_bytes())
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

/// An empty 303: nothing of any page is in it (RFC 9110 §15.4.4).
pub(super) fn see_other(address: &str) -> Response {
    // Neither `NextPath` nor our own addresses hold control characters.
    let location = HeaderValue::from_str(address).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
}

/// Finds out who views the page, then renders it.
async fn show(state: &AppState, status: StatusCode, request: Request) -> Response {
    let mut context = RequestContext::new(state.auth.clone(), state.cookies.clone(), &request);
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
    let is_unknown = auth == AuthState::Unknown;
    let status = if is_unknown {
        StatusCode::SERVICE_UNAVAILABLE
    } else {
        status
    };
    // Only for the login page: after a logout, the guard would not lead back.
    let has_signed_out = context.has_pending_logout() && request.uri().path() == paths::LOGIN;
    let notice = match (has_signed_out, is_unknown) {
        (true, true) => Some(Notice::SignOutUnconfirmed),
        (true, false) => Some(Notice::SignedOut),
        (false, _) => parameter(&request, "signed-out").map(|_| Notice::SignedOut),
    };
    let initial = InitialState {
        notice,
        ..auth.into()
    };
    let mut response = render(state, initial, context, status, request).await;
    append_headers(&mut response, headers);
    response
}

type PageSession = Option<(User, SessionInfo)>;

/// The session of the refresh cookie, and headers of the response. A pending logout is finished
/// before anything else.
async fn viewer(
    context: &RequestContext,
) -> Result<(PageSession, Vec<(HeaderName, HeaderValue)>), AuthError> {
    if finish_pending_logout(context).await?.is_some() {
        return Ok((None, clear_browser(context, None)));
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

/// Renders a page of the application completely. If the application redirects, an empty 303 takes
/// its place.
pub(super) async fn render(
    state: &AppState,
    initial: InitialState,
    context: RequestContext,
    status: StatusCode,
    request: Request,
) -> Response {
    let theme = state.cookies.theme(request.headers());
    let language = state.cookies.language(request.headers());
    let cookie_prefix = state.cookies.prefix().clone();
    let options = ResponseOptions::default();
    let (rendered, shell) = (options.clone(), state.application.shell);
    let leptos = state.settings.leptos.clone();
    // In order, so that everything stands where it belongs also without scripts.
    let render = render_app_to_stream_in_order_with_context(
        move || {
            provide_context(rendered.clone());
            provide_context(context.clone());
            provide_context(initial.clone());
            provide_context(theme);
            provide_context(cookie_prefix.clone());
            provide_context(language);
            set_page_policy();
        },
        move || shell(leptos.clone()),
    );
    let (mut parts, body) = render(request).await.into_response().into_parts();
    // Complete before it is sent: the application may redirect late, and a client that reads slowly
    // then holds text, and nothing of what rendered it.
    let page = match to_bytes(body, MAX_PAGE_BYTES).await {
        Ok(page) => page,
        Err(cause) => return error_response(&unavailable(cause), false),
    };
    let set_by_application = {
        let mut options = options.0.write().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut options.headers)
    };
    if let Some(location) = set_by_application.get(header::LOCATION) {
        return see_other(location.to_str().unwrap_or("/"));
    }
    parts.headers.extend(set_by_application);
    parts.status = status;
    let tag = HeaderValue::from_static(language.tag());
    parts.headers.insert(header::CONTENT_LANGUAGE, tag);
    let vary = HeaderValue::from_static("accept-language, cookie");
    parts.headers.insert(header::VARY, vary);
    parts
        .headers
        .insert(header::CACHE_CONTROL, NO_STORE_NO_TRANSFORM);
    Response::from_parts(parts, page.into())
}

/// Leptos generates the nonce during the render and puts it on every script. Without one, the page
/// gets the policy of other responses, and no script runs.
fn set_page_policy() {
    let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>()) else {
        return;
    };
    for (name, value) in page_policy(&nonce, live_reload()) {
        response.insert_header(name, value);
    }
}
