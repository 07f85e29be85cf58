use std::path::PathBuf;

use thiserror::Error;

/// Why the configuration can't be used. The text names the key and what it takes.
#[derive(Debug, Error)]
pub enum ConfigError {
    #[error("the configuration can't be used: {0}")]
    Unreadable(String),
    #[error("the Leptos section of the configuration can't be used: {0}")]
    Leptos(String),
    #[error("{key} can't be {value:?}: {expected}")]
    Value {
        key: &'static str,
        value: String,
        expected: String,
    },
    #[error("the configuration file {0} can't be read: {1}")]
    NoFile(PathBuf, std::io::Error),
}

/// Names the key and what is wrong with its value.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the signature that map_err takes"
)]
pub(super) fn unreadable(error: figment::Error) -> ConfigError {
    ConfigError::Unreadable(format!("{}: {}", error.path.join("."), error.kind))
}

pub(super) fn refused(key: &'static str, value: &str, expected: impl Into<String>) -> ConfigError {
    ConfigError::Value {
        key,
        value: value.to_owned(),
        expected: expected.into(),
    }
}

pub(super) fn within(
    key: &'static str,
    value: i64,
    least: i64,
    most: i64,
) -> Result<(), ConfigError> {
    if (least..=most).contains(&value) {
        return Ok(());
    }
    Err(refused(
        key,
        &value.to_string(),
        format!("it takes {least} to {most}"),
    ))
}
