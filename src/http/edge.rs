use std::{any::Any, sync::Arc, time::Instant};

use axum::{
    Router,
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, StatusCode},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
};
use tokio::sync::Semaphore;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;

use super::{
    HttpSettings,
    access_log::AccessLog,
    client_info::client_info,
    error_response::{error_response, unavailable},
    limits::MAX_HEADERS,
    security_headers,
};
use crate::domain::AuthError;

/// Room for the headers that a response has beside those of every response.
const OWN_HEADERS: usize = 8;

type PanicResponse = fn(Box<dyn Any + Send>) -> Response;

/// Every request and every response passes through it: the headers of every response, the access
/// log, limits, panics, and the client's address.
///
/// It stands around the whole router. `Router::layer` would put it around each route instead, and
/// clone everything below it for each request (ADR 12).
///
/// `requests` has a permit for each request that may be handled at the same time.
pub(super) fn with_edge(
    routes: Router,
    settings: &HttpSettings,
    requests: Arc<Semaphore>,
) -> Router {
    let headers = security_headers::for_every_response(settings.is_https());
    let trusted_proxies = settings.trusted_proxies;
    let service = ServiceBuilder::new()
        .map_response(move |response| with_headers(&headers, response))
        .layer(from_fn(log_access))
        .layer(from_fn_with_state(requests, limit_requests))
        .layer(CatchPanicLayer::custom(panic_response as PanicResponse))
        .map_request(move |request| with_client_info(request, trusted_proxies))
        .service(routes);
    Router::new().fallback_service(service)
}

/// Adds the headers of every response, unless the response sets the same header itself.
fn with_headers(headers: &HeaderMap, mut response: Response) -> Response {
    let mut all = headers.clone();
    // A clone keeps the capacity of the hash table, but not that for the values.
    all.reserve(OWN_HEADERS);
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

async fn limit_requests(
    State(requests): State<Arc<Semaphore>>,
    request: Request,
    next: Next,
) -> Response {
    if request.headers().len() > MAX_HEADERS {
        return StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE.into_response();
    }
    let Ok(_permit) = requests.try_acquire() else {
        return error_response(&AuthError::Busy, false);
    };
    next.run(request).await
}

fn with_client_info(mut request: Request, trusted_proxies: usize) -> Request {
    let peer = request.extensions().get();
    let peer = peer.map(|ConnectInfo(peer): &ConnectInfo<_>| *peer);
    let client = client_info(peer, request.headers(), trusted_proxies);
    request.extensions_mut().insert(client);
    request
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
    use leptos::config::LeptosOptions;
    use tower::ServiceExt;

    use super::*;

    async fn get_status(edge: &Router, path: &str) -> StatusCode {
        let request = Request::get(path).body(Body::empty()).unwrap();
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
    async fn a_bounded_number_of_requests_is_handled_at_the_same_time() {
        let settings = HttpSettings {
            public_url: "http://login.example".to_owned(),
            body_timeout: Duration::from_secs(1),
            trusted_proxies: 0,
            leptos: LeptosOptions::builder().output_name("countersign").build(),
        };
        let routes = Router::new()
            .route("/", get(async || "ok"))
            .route("/bug", get(bug));
        let requests = Arc::new(Semaphore::new(2));
        let edge = with_edge(routes, &settings, Arc::clone(&requests));
        assert_eq!(
            get_status(&edge, "/bug").await,
            StatusCode::SERVICE_UNAVAILABLE
        );
        assert_eq!(get_status(&edge, "/").await, StatusCode::OK);
        let all = requests.try_acquire_many(2);
        assert_eq!(
            get_status(&edge, "/").await,
            StatusCode::SERVICE_UNAVAILABLE
        );
        drop(all.unwrap());
        assert_eq!(
            get_status(&edge, "/").await,
            StatusCode::OK,
            "each returns its permit"
        );
    }
}
