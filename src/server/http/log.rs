use std::time::Duration;

use axum::{
    extract::Request,
    http::{Method, StatusCode},
};
use tracing::Level;

/// How much of a path is logged, in bytes; the longest of ours has 27. A client of HTTP/2 sends a long one again and again
/// for a byte or two.
const PATH_BYTES: usize = 200;

/// The one line that is written for each request: method, path, status and how long it took. No query, no header and no
/// body: nothing that a person typed.
pub(super) struct Line {
    method: Method,
    path: String,
}

impl Line {
    /// `None` if nobody asked for it to be written.
    pub fn of(request: &Request) -> Option<Self> {
        if !tracing::enabled!(Level::INFO) {
            return None;
        }
        let path = request.uri().path();
        let path = path
            .get(..path.floor_char_boundary(PATH_BYTES))
            .unwrap_or_default()
            .to_owned();
        Some(Self {
            method: request.method().clone(),
            path,
        })
    }

    pub fn write(self, status: StatusCode, took: Duration) {
        let Self { method, path } = self;
        let milliseconds = took.as_secs_f64() * 1000.0;
        let status = status.as_u16();
        tracing::info!(%method, ?path, status, milliseconds = format_args!("{milliseconds:.1}"), "request");
    }
}
