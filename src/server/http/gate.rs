use std::{
    any::Any,
    convert::Infallible,
    panic::AssertUnwindSafe,
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
use tower_service::Service;

use super::{answer, client, limits, log, secure_headers, unavailable};
use crate::{domain::AuthError, server::Vault};

/// What every request goes through, and every answer, whatever becomes of it.
///
/// One service around all routes: a layer of axum's is put around each of them, and makes copies of all that lie below it for
/// each request. Seven of those took longer than to find out who sends it (see `docs/PERFORMANCE.md`).
#[derive(Debug, Clone)]
pub struct Gate {
    vault: Vault,
    places: Arc<Semaphore>,
    routes: Router,
    /// What every answer has, unless it says something else itself.
    headers: Arc<HeaderMap>,
}

impl Gate {
    #[must_use]
    pub fn around(routes: Router, vault: Vault) -> Self {
        let mut headers = secure_headers::of_every_answer(vault.public_url());
        limits::set_cache_control(&mut headers);
        // A copy keeps the size of the table of names, so that none of them has to be sorted in anew; but not the room for values.
        headers.reserve(limits::OWN_HEADERS);
        Self {
            vault,
            places: Arc::new(Semaphore::new(limits::REQUESTS_AT_ONCE)),
            routes,
            headers: Arc::new(headers),
        }
    }

    async fn pass(mut self, request: Request) -> Response {
        let start = Instant::now();
        let line = log::Line::of(&request);
        let mut response = self.let_in(request).await;
        if let Some(line) = line {
            line.write(response.status(), start.elapsed());
        }
        let mut headers = (*self.headers).clone();
        // An answer has a few of its own, which go over these.
        headers.reserve(limits::OWN_HEADERS);
        headers.extend(std::mem::take(response.headers_mut()));
        *response.headers_mut() = headers;
        response
    }

    async fn let_in(&mut self, mut request: Request) -> Response {
        if request.headers().len() > limits::MOST_HEADERS {
            return StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE.into_response();
        }
        let Ok(_place) = self.places.try_acquire() else {
            return answer(&AuthError::Busy, false);
        };
        let peer = request
            .extensions()
            .get()
            .map(|ConnectInfo(peer): &ConnectInfo<_>| *peer);
        let client = client::identify(peer, request.headers(), self.vault.trusted_proxies());
        request.extensions_mut().insert(client);
        // A panic is a bug; the request that met it gets an answer and the others go on.
        let answered = AssertUnwindSafe(async { self.routes.call(request).await })
            .catch_unwind()
            .await;
        answered.map_or_else(
            |panic| answer_panic(&*panic),
            |response| response.unwrap_or_else(|never| match never {}),
        )
    }
}

impl Service<Request> for Gate {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    /// A router is always ready.
    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        Box::pin(self.clone().pass(request).map(Ok))
    }
}

fn answer_panic(panic: &(dyn Any + Send)) -> Response {
    let text = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    answer(
        &unavailable(format_args!("panic: {}", text.unwrap_or("without a text"))),
        false,
    )
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, routing::get};
    use tower::ServiceExt;

    use super::*;
    use crate::server::{Client, Clock, Settings};

    async fn status_through(gate: &Gate) -> StatusCode {
        let bug = gate
            .clone()
            .oneshot(Request::get("/bug").body(Body::empty()).unwrap())
            .await
            .unwrap();
        assert_eq!(bug.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(
            bug.headers().contains_key("content-security-policy"),
            "like any other answer"
        );
        gate.clone()
            .oneshot(Request::get("/").body(Body::empty()).unwrap())
            .await
            .unwrap()
            .status()
    }

    async fn bug() -> StatusCode {
        panic!("a bug")
    }

    #[tokio::test]
    async fn only_so_many_requests_are_worked_on_at_the_same_time() {
        let data = tempfile::TempDir::new().unwrap();
        let mut settings = Settings::load(None).unwrap();
        settings.data_dir = data.path().to_owned();
        settings.database_url = format!("sqlite://{}", data.path().join("a.db").display());
        let vault = Vault::open(&settings, Clock::system(), &Client::server())
            .await
            .unwrap();
        let routes = Router::new()
            .route("/", get(async || "ok"))
            .route("/bug", get(bug));
        let gate = Gate::around(routes, vault);
        assert_eq!(status_through(&gate).await, StatusCode::OK);
        let all = Arc::clone(&gate.places)
            .try_acquire_many_owned(u32::try_from(limits::REQUESTS_AT_ONCE).unwrap());
        assert_eq!(status_through(&gate).await, StatusCode::SERVICE_UNAVAILABLE);
        drop(all);
        assert_eq!(
            status_through(&gate).await,
            StatusCode::OK,
            "each gives its place back"
        );
    }
}
