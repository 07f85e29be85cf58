use std::io::{self, IsTerminal};

use thiserror::Error;
use tracing_subscriber::EnvFilter;

use crate::server::{LogFormat, LogSettings};

/// At their finest level these write headers and bodies, with passwords and tokens in them.
const QUIET: [&str; 4] = ["h2=info", "hyper=info", "hyper_util=info", "sqlx=info"];

/// Why nothing can be logged as it was asked for.
#[derive(Debug, Error)]
#[error("log.level can't be used: {0}")]
pub struct LogError(#[from] tracing_subscriber::filter::ParseError);

/// Has everything that happens from now on written to standard error.
///
/// # Errors
/// When the level is none, and no filter either.
pub fn start_logging(settings: &LogSettings) -> Result<(), LogError> {
    let mut filter = EnvFilter::try_new(&settings.level)?;
    for quiet in QUIET {
        filter = filter.add_directive(quiet.parse()?);
    }
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr);
    match settings.format {
        LogFormat::Json => log.json().init(),
        LogFormat::Text => log.with_ansi(io::stderr().is_terminal()).init(),
    }
    Ok(())
}
