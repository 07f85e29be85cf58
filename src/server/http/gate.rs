use std::{any::Any, panic::AssertUnwindSafe, sync::Arc, time::Instant};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures::FutureExt;
use tokio::sync::Semaphore;

use super::{answer, client, limits, log, secure_headers, unavailable};
use crate::{domain::AuthError, server::Vault};

/// What every request goes through, and every answer, whatever becomes of it.
///
/// One layer for all of it: a layer of axum's makes copies of all that lie below it for each request, and seven of them
/// took longer than to find out who sends it (see `docs/PERFORMANCE.md`).
#[derive(Debug, Clone)]
pub struct Gate {
    vault: Vault,
    places: Arc<Semaphore>,
}

impl Gate {
    #[must_use]
    pub fn new(vault: Vault) -> Self {
        Self { vault, places: Arc::new(Semaphore::new(limits::REQUESTS_AT_ONCE)) }
    }

    async fn let_in(&self, mut request: Request, next: Next) -> Response {
        if request.headers().len() > limits::MOST_HEADERS {
            return StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE.into_response();
        }
        let Ok(_place) = self.places.try_acquire() else { return answer(&AuthError::Busy, false) };
        let peer = request.extensions().get().map(|ConnectInfo(peer): &ConnectInfo<_>| *peer);
        let client = client::identify(peer, request.headers(), self.vault.trusted_proxies());
        request.extensions_mut().insert(client);
        // A panic is a bug; the request that met it gets an answer and the others go on.
        AssertUnwindSafe(next.run(request)).catch_unwind().await.unwrap_or_else(|panic| answer_panic(&*panic))
    }
}

/// The layer for [`axum::middleware::from_fn_with_state`].
pub async fn pass_gate(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    let start = Instant::now();
    let line = log::Line::of(&request);
    let mut response = gate.let_in(request, next).await;
    line.write(response.status(), start.elapsed());
    limits::set_cache_control(response.headers_mut());
    secure_headers::set(response.headers_mut(), gate.vault.public_url());
    response
}

fn answer_panic(panic: &(dyn Any + Send)) -> Response {
    let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    answer(&unavailable(format_args!("panic: {}", text.unwrap_or("without a text"))), false)
}

#[cfg(test)]
mod tests {
    use axum::{Router, body::Body, middleware::from_fn_with_state, routing::get};
    use tower::ServiceExt;

    use super::*;
    use crate::server::{Client, Clock, Settings};

    async fn status_through(gate: Gate) -> StatusCode {
        let router = Router::new().route("/", get(async || "ok")).route("/bug", get(bug));
        let router = router.layer(from_fn_with_state(gate, pass_gate));
        let bug = router.clone().oneshot(Request::get("/bug").body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(bug.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(bug.headers().contains_key("content-security-policy"), "like any other answer");
        router.oneshot(Request::get("/").body(Body::empty()).unwrap()).await.unwrap().status()
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
        let vault = Vault::open(&settings, Clock::system(), &Client::server()).await.unwrap();
        let gate = Gate::new(vault);
        assert_eq!(status_through(gate.clone()).await, StatusCode::OK);
        let all = Arc::clone(&gate.places).try_acquire_many_owned(u32::try_from(limits::REQUESTS_AT_ONCE).unwrap());
        assert_eq!(status_through(gate.clone()).await, StatusCode::SERVICE_UNAVAILABLE);
        drop(all);
        assert_eq!(status_through(gate).await, StatusCode::OK, "each gives its place back");
    }
}
