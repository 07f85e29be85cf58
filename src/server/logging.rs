use std::{
    io::{self, IsTerminal},
    panic,
};

use thiserror::Error;
use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::EnvFilter;

use super::{LogFormat, LogSettings};

/// At their finest level these log headers and bodies, with passwords and tokens in them.
const CAPPED: [&str; 4] = ["h2=info", "hyper=info", "hyper_util=info", "sqlx=info"];

/// Why logging can't be started.
#[derive(Debug, Error)]
#[error("log.level can't be used: {0}")]
pub struct LogError(#[from] tracing_subscriber::filter::ParseError);

/// How many lines wait for a slow reader of the log. Beyond them, lines are lost.
const MAX_WAITING_LINES: usize = 16_384;

/// Starts logging to standard error. The remaining lines are written when the result is dropped.
///
/// A thread of its own writes, so no request waits for its log line or fails because of it: lines
/// that can't be written are lost.
///
/// # Errors
/// When the level is neither a level nor a filter.
pub fn start_logging(settings: &LogSettings) -> Result<WorkerGuard, LogError> {
    let mut filter = EnvFilter::try_new(&settings.level)?;
    for directive in CAPPED {
        filter = filter.add_directive(directive.parse()?);
    }
    let (writer, guard) = NonBlockingBuilder::default()
        .buffered_lines_limit(MAX_WAITING_LINES)
        .thread_name("log")
        .finish(io::stderr());
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .log_internal_errors(false)
        .with_writer(writer);
    match settings.format {
        LogFormat::Json => log.json().init(),
        LogFormat::Text => log.with_ansi(io::stderr().is_terminal()).init(),
    }
    // By default, a panic is written to standard error by the thread that panics.
    panic::set_hook(Box::new(
        |info| tracing::error!(panic = ?info.to_string(), "a bug"),
    ));
    Ok(guard)
}
