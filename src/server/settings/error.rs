use std::{io, path::PathBuf};

use thiserror::Error;

/// Why the settings can't be used. The text names the key.
#[derive(Debug, Error)]
pub enum ConfigError {
    #[error("the configuration can't be read: {0}")]
    Unreadable(String),
    #[error("the Leptos section of the configuration can't be read: {0}")]
    Leptos(String),
    #[error("the setting {key} is not valid: {reason}")]
    Invalid { key: String, reason: String },
    #[error("the configuration file {0} can't be read: {1}")]
    File(PathBuf, io::Error),
}

/// What an operator needs to know instead of the name of a type.
const NUMBERS: [(&str, &str); 5] = [
    ("expected u16", "expected a whole number from 0 to 65535"),
    ("expected u32", "expected a whole number from 0"),
    ("expected u64", "expected a whole number from 0"),
    ("expected usize", "expected a whole number from 0"),
    ("expected i64", "expected a whole number"),
];

impl From<figment::Error> for ConfigError {
    fn from(error: figment::Error) -> Self {
        let mut reason = error.kind.to_string();
        for (type_name, meaning) in NUMBERS {
            reason = reason.replace(type_name, meaning);
        }
        Self::Unreadable(format!("{}: {reason}", error.path.join(".")))
    }
}

impl From<garde::Report> for ConfigError {
    /// The first of the settings that are not valid.
    fn from(report: garde::Report) -> Self {
        let first = report.iter().next();
        let (key, reason) = first
            .map(|(path, error)| (path.to_string(), error.to_string()))
            .unzip();
        Self::Invalid {
            key: key.unwrap_or_default(),
            reason: reason.unwrap_or_default(),
        }
    }
}
