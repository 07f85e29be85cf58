use std::{
    any::Any,
    convert::Infallible,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Instant,
};

use axum::{
    Router,
    extract::{ConnectInfo, Request},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use futures::FutureExt;
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanic;
use tower_service::Service;

use super::{
    HttpSettings,
    access_log::AccessLog,
    client_info::client_info,
    error_response::{error_response, unavailable},
    limits::{MAX_CONCURRENT_REQUESTS, MAX_HEADERS},
    security_headers,
};
use crate::domain::AuthError;

/// Room for the headers that a response has beside those of every response.
const OWN_HEADERS: usize = 8;

type PanicResponse = fn(Box<dyn Any + Send>) -> Response;

/// Every request and every response passes through it: limits, the client's address, panics, the
/// headers of every response, and the access log.
///
/// It is one service around the whole router. A layer of axum's is put around each route instead,
/// and clones everything below it for each request (ADR 12).
#[derive(Debug, Clone)]
pub struct Edge {
    routes: CatchPanic<Router, PanicResponse>,
    requests: Arc<Semaphore>,
    trusted_proxies: usize,
    /// What every response has, unless it sets the same header itself.
    headers: Arc<HeaderMap>,
}

impl Edge {
    #[must_use]
    pub fn around(routes: Router, settings: &HttpSettings) -> Self {
        let mut headers = security_headers::for_every_response(settings.is_https());
        headers.reserve(OWN_HEADERS);
        Self {
            routes: CatchPanic::custom(routes, panic_response),
            requests: Arc::new(Semaphore::new(MAX_CONCURRENT_REQUESTS)),
            trusted_proxies: settings.trusted_proxies,
            headers: Arc::new(headers),
        }
    }

    async fn handle(mut self, request: Request) -> Response {
        let start = Instant::now();
        let log = AccessLog::start(&request);
        let mut response = self.call_routes(request).await;
        if let Some(log) = log {
            log.write(response.status(), start.elapsed());
        }
        let mut headers = (*self.headers).clone();
        // A clone keeps the capacity of the hash table, but not that for the values.
        headers.reserve(OWN_HEADERS);
        headers.extend(std::mem::take(response.headers_mut()));
        *response.headers_mut() = headers;
        response
    }

    async fn call_routes(&mut self, mut request: Request) -> Response {
        if request.headers().len() > MAX_HEADERS {
            return StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE.into_response();
        }
        let Ok(_permit) = self.requests.try_acquire() else {
            return error_response(&AuthError::Busy, false);
        };
        let peer = request
            .extensions()
            .get()
            .map(|ConnectInfo(peer): &ConnectInfo<_>| *peer);
        let client = client_info(peer, request.headers(), self.trusted_proxies);
        request.extensions_mut().insert(client);
        let Ok(response) = self.routes.call(request).await;
        response.map(axum::body::Body::new)
    }
}

impl Service<Request> for Edge {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    /// A router is always ready.
    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        Box::pin(self.clone().handle(request).map(Ok))
    }
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

    async fn get_status(edge: &Edge, path: &str) -> StatusCode {
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
        let edge = Edge::around(routes, &settings);
        assert_eq!(
            get_status(&edge, "/bug").await,
            StatusCode::SERVICE_UNAVAILABLE
        );
        assert_eq!(get_status(&edge, "/").await, StatusCode::OK);
        let permits = u32::try_from(MAX_CONCURRENT_REQUESTS).unwrap();
        let all = Arc::clone(&edge.requests).try_acquire_many_owned(permits);
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
