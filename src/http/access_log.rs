use std::time::Duration;

use axum::{extract::Request, http::StatusCode};
use tracing::Level;

/// How much of a path is logged, and of a method. Our paths have up to 27 bytes, while a client of
/// HTTP/2 can send a long one again and again for a byte or two.
const MAX_BYTES: usize = 200;

/// The log line of a request: method, path, status and duration. No query, no header and no body,
/// so nothing that a person typed.
pub(super) struct AccessLog {
    method: String,
    path: String,
}

impl AccessLog {
    /// `None` if the level is not logged.
    pub fn start(request: &Request) -> Option<Self> {
        if !tracing::enabled!(Level::INFO) {
            return None;
        }
        Some(Self {
            method: truncated(request.method().as_str()),
            path: truncated(request.uri().path()),
        })
    }

    pub fn write(self, status: StatusCode, duration: Duration) {
        let Self { method, path } = self;
        let status = status.as_u16();
        let milliseconds = duration.as_secs_f64() * 1000.0;
        let milliseconds = format_args!("{milliseconds:.1}");
        tracing::info!(%method, ?path, status, milliseconds, "request");
    }
}

fn truncated(text: &str) -> String {
    let end = text.floor_char_boundary(MAX_BYTES);
    text.get(..end).unwrap_or_default().to_owned()
}
