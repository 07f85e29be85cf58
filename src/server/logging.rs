use std::io::{self, IsTerminal};

use thiserror::Error;
use tracing_subscriber::EnvFilter;

use super::{LogFormat, LogSettings};

/// At their finest level these log headers and bodies, with passwords and tokens in them.
const CAPPED: [&str; 4] = ["h2=info", "hyper=info", "hyper_util=info", "sqlx=info"];

/// Why logging can't be started.
#[derive(Debug, Error)]
#[error("log.level can't be used: {0}")]
pub struct LogError(#[from] tracing_subscriber::filter::ParseError);

/// Starts logging to standard error.
///
/// # Errors
/// When the level is neither a level nor a filter.
pub fn start_logging(settings: &LogSettings) -> Result<(), LogError> {
    let mut filter = EnvFilter::try_new(&settings.level)?;
    for directive in CAPPED {
        filter = filter.add_directive(directive.parse()?);
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
