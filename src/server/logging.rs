use std::{
    io::{self, IsTerminal},
    panic,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
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

/// The log of this process. When it is dropped, the remaining lines are written.
#[derive(Debug)]
pub struct Log {
    _writer: WorkerGuard,
    is_written: Arc<AtomicBool>,
}

impl Drop for Log {
    fn drop(&mut self) {
        self.is_written.store(false, Ordering::Release);
    }
}

/// Starts logging to standard error.
///
/// A thread of its own writes, so no request waits for its log line or fails because of it: lines
/// that can't be written are lost.
///
/// # Errors
/// When the level is neither a level nor a filter.
pub fn start_logging(settings: &LogSettings) -> Result<Log, LogError> {
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
    let is_written = Arc::new(AtomicBool::new(true));
    log_panics(Arc::clone(&is_written));
    Ok(Log {
        _writer: guard,
        is_written,
    })
}

/// By default, a panic is written to standard error by the thread that panics. So it is after the log
/// has ended, as when an application unwraps the error with which the server did not start.
fn log_panics(is_written: Arc<AtomicBool>) {
    let by_default = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if is_written.load(Ordering::Acquire) {
            tracing::error!(panic = ?info.to_string(), "a bug");
        } else {
            by_default(info);
        }
    }));
}
