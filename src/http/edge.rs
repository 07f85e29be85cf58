use std::{any::Any, sync::Once, time::Instant};

use axum::{
    Extension, Router,
    body::HttpBody,
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::any,
};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;

use super::{
    HttpSettings,
    access_log::AccessLog,
    application::pass_on,
    check,
    client_info::client_info,
    edge_state::EdgeState,
    error_response::{error_response, unavailable},
    forms,
    held_body::hold_until_sent,
    limits::{RequestLimits, are_too_large, has_valid_host},
    probes, security_headers, stylesheet,
};
use crate::{auth::AuthService, domain::ClientInfo};

/// For a file of the application that can be asked for again at little cost: kept by its browser
/// alone, and asked for each time.
const REVALIDATE: HeaderValue = HeaderValue::from_static("private, no-cache");
/// Room for the headers that a response has beside those of every response.
const OWN_HEADERS: usize = 8;

type PanicResponse = fn(Box<dyn Any + Send>) -> Response;

/// Puts the edge around an application, which has all of its routes: the checks, headers and limits
/// are for each of them. The answer to a request that is not ours is the application's.
///
/// The application has to mount the server functions of this program, ours included, as
/// `leptos_routes` does.
pub fn wrap(auth: AuthService, settings: HttpSettings, application: Router) -> Router {
    let state = EdgeState::new(auth, settings, application);
    let moved = state.moved_functions();
    if !moved.is_empty() {
        tracing::error!(
            ?moved,
            "these server functions are at other addresses, so nobody can sign in: build without \
             SERVER_FN_MOD_PATH (server-fn-mod-path in the metadata of cargo-leptos)"
        );
    }
    let routes = Router::new()
        .route("/api/me", any(check::me))
        .fallback(pass_on)
        .with_state(state.clone())
        .merge(forms::routes(state.clone()))
        .merge(stylesheet::routes());
    let probes = probes::routes(state.clone());
    with_edge(probes, routes, &state.settings, state.limits)
}

/// Every request and every response passes through it: the headers of every response, the access
/// log, panics, the client's address, and limits. The probes stand outside of the limits on how
/// many requests are in progress.
///
/// It stands around the whole router. `Router::layer` would put it around each route instead, miss
/// those that are added later, and clone everything below it for each request (ADR 12).
fn with_edge(
    probes: Router,
    routes: Router,
    settings: &HttpSettings,
    limits: RequestLimits,
) -> Router {
    let headers = security_headers::for_every_response(settings);
    let trusted_proxies = settings.trusted_proxies;
    let limited = ServiceBuilder::new()
        .layer(from_fn_with_state(limits, limit_requests))
        .service(routes);
    let service = ServiceBuilder::new()
        .map_response(move |response| with_headers(&headers, response))
        .layer(from_fn(log_access))
        .layer(from_fn(check_head))
        .layer(CatchPanicLayer::custom(panic_response as PanicResponse))
        .map_request(move |request| with_client_info(request, trusted_proxies))
        .service(probes.fallback_service(limited));
    Router::new().fallback_service(service)
}

/// Adds the headers of every response, unless the response sets the same header itself.
fn with_headers(headers: &HeaderMap, mut response: Response) -> Response {
    let mut all = headers.clone();
    // A clone keeps the capacity of the hash table, but not that for the values.
    all.reserve(OWN_HEADERS);
    let own = response.headers();
    if own.contains_key(header::LAST_MODIFIED) || own.contains_key(header::ETAG) {
        all.insert(header::CACHE_CONTROL, REVALIDATE);
    }
    all.extend(std::mem::take(response.headers_mut()));
    *response.headers_mut() = all;
    response
}

async fn log_access(request: Request, next: Next) -> Response {
    let start = Instant::now();
    let log = AccessLog::start(&request);
    let response = next.run(request).await;
    if let Some(log) = log {
        log.write(response.status(), start.elapsed());
    }
    response
}

async fn check_head(request: Request, next: Next) -> Response {
    if are_too_large(request.headers()) {
        return StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE.into_response();
    }
    if !has_valid_host(request.version(), request.headers()) {
        return StatusCode::BAD_REQUEST.into_response();
    }
    next.run(request).await
}

/// A request whose body is still to be read is handled once it was: see `contract.rs`. A response that
/// is waiting for its client holds a place of its network only.
async fn limit_requests(
    State(limits): State<RequestLimits>,
    Extension(client): Extension<ClientInfo>,
    request: Request,
    next: Next,
) -> Response {
    let is_complete = request.method().is_safe() || request.body().is_end_stream();
    let permits = limits.begin(client.ip).and_then(|network| {
        let handled = is_complete.then(|| limits.handle()).transpose()?;
        Ok((network, handled))
    });
    match permits {
        Ok((network, _handled)) => hold_until_sent(next.run(request).await, network),
        Err(error) => error_response(&error, false),
    }
}

fn with_client_info(mut request: Request, trusted_proxies: usize) -> Request {
    let peer = request.extensions().get();
    let peer = peer.map(|ConnectInfo(peer): &ConnectInfo<_>| *peer);
    if peer.is_none() {
        warn_of_unknown_clients();
    }
    let client = client_info(peer, request.headers(), trusted_proxies);
    request.extensions_mut().insert(client);
    request
}

fn warn_of_unknown_clients() {
    static WARNING: Once = Once::new();
    WARNING.call_once(|| {
        tracing::warn!(
            "the addresses of clients are unknown, so all of them share one limit: serve the \
             application by into_make_service_with_connect_info::<SocketAddr>()"
        );
    });
}

/// A panic is a bug. The request that met it gets a response, and others are not affected.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the signature that tower-http asks for"
)]
fn panic_response(panic: Box<dyn Any + Send>) -> Response {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    let cause = format_args!("panic: {}", text.unwrap_or("without a message"));
    error_response(&unavailable(cause), false)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use axum::{body::Body, routing::get};
    use tower::ServiceExt;

    use super::*;

    async fn get_status(edge: &Router, path: &str) -> StatusCode {
        let request = Request::get(path).header("host", "login.example");
        let request = request.body(Body::empty()).unwrap();
        let response = edge.clone().oneshot(request).await.unwrap();
        assert!(
            response.headers().contains_key("content-security-policy"),
            "{path}"
        );
        response.status()
    }

    async fn bug() -> StatusCode {
        panic!("a bug")
    }

    #[tokio::test]
    async fn a_panic_is_answered_and_its_places_are_returned() {
        let settings = HttpSettings {
            public_url: None,
            allowed_origins: Vec::new(),
            hsts_include_subdomains: false,
            cookie_prefix: crate::domain::CookiePrefix::default(),
            body_timeout: Duration::from_secs(1),
            trusted_proxies: 0,
        };
        let routes = Router::new()
            .route("/", get(async || "ok"))
            .route("/bug", get(bug));
        let edge = with_edge(Router::new(), routes, &settings, RequestLimits::new());
        for _ in 0..2000 {
            let status = get_status(&edge, "/bug").await;
            assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        }
        assert_eq!(get_status(&edge, "/").await, StatusCode::OK);
    }
}
