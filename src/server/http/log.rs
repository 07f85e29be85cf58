use std::time::Instant;

use axum::{extract::Request, middleware::Next, response::Response};

/// How much of a path is logged, in bytes; the longest of ours has 27. A client of HTTP/2 sends a long one again and again
/// for a byte or two.
const PATH_BYTES: usize = 200;

/// Writes one line for each request: method, path, status and how long it took. No query, no header and no body:
/// nothing that a person typed.
pub async fn log_requests(request: Request, next: Next) -> Response {
    let start = Instant::now();
    let method = request.method().clone();
    let path = request.uri().path();
    let path = path.get(..path.floor_char_boundary(PATH_BYTES)).unwrap_or_default().to_owned();
    let response = next.run(request).await;
    let status = response.status().as_u16();
    let milliseconds = start.elapsed().as_secs_f64() * 1000.0;
    tracing::info!(%method, ?path, status, milliseconds = format_args!("{milliseconds:.1}"), "request");
    response
}
