use std::{
    io,
    path::{Path, PathBuf},
};

use figment::error::Kind;
use thiserror::Error;

use super::environment::variable_of;
use crate::store::DatabaseOptions;

/// Why the settings can't be used. The text names the key, and the variable or the file.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ConfigError {
    #[doc(hidden)]
    #[error("the Leptos section of the configuration can't be read: {0}")]
    Leptos(String),
    #[doc(hidden)]
    #[error("the setting {key} is not valid: {reason}")]
    Invalid { key: String, reason: String },
    #[doc(hidden)]
    #[error("the configuration file {0} can't be read: {1}")]
    File(PathBuf, io::Error),
    #[doc(hidden)]
    #[error("the configuration file can't be read: {}:{line}: {reason}", path.display())]
    Syntax {
        path: PathBuf,
        line: usize,
        reason: String,
    },
}

/// What an operator needs to know instead of the name of a type.
const NUMBERS: [(&str, &str); 5] = [
    ("expected u16", "expected a whole number from 0 to 65535"),
    ("expected u32", "expected a whole number from 0"),
    ("expected u64", "expected a whole number from 0"),
    ("expected usize", "expected a whole number from 0"),
    ("expected i64", "expected a whole number"),
];

/// The address of a database may have been pasted into another setting. The value is the first
/// text in quotes, in which `Debug` has escaped quotes.
fn without_password(reason: String) -> String {
    let plain = reason.replace("\\\"", "");
    let parts: Vec<_> = plain.splitn(3, '"').collect();
    match *parts {
        [before, value, after] if may_contain_password(value) => {
            format!("{before}a value that may contain a password{after}")
        }
        _ => reason,
    }
}

fn may_contain_password(value: &str) -> bool {
    DatabaseOptions::is_postgres(value) || value.contains('@') || value.contains("password=")
}

impl ConfigError {
    /// A setting that comes from the environment, or else from this file.
    pub(super) fn invalid(key: &str, file: Option<&Path>, reason: String) -> Self {
        let file = file.map(|path| path.display().to_string());
        let key = match variable_of(key).or(file) {
            Some(place) => format!("{key} ({place})"),
            None => key.to_owned(),
        };
        let reason = without_password(reason);
        Self::Invalid { key, reason }
    }

    pub(super) fn of_value(error: &figment::Error, file: Option<&Path>) -> Self {
        let mut reason = match &error.kind {
            Kind::UnknownField(_, known) => {
                format!("unknown, expected one of {}", known.join(", "))
            }
            Kind::UnknownVariant(found, known) => {
                format!("found {found:?}, expected one of {}", known.join(", "))
            }
            other => other.to_string(),
        };
        for (type_name, meaning) in NUMBERS {
            reason = reason.replace(type_name, meaning);
        }
        Self::invalid(&error.path.join("."), file, reason)
    }

    /// The first of the settings that are not valid.
    pub(super) fn of_range(report: &garde::Report, file: Option<&Path>) -> Self {
        let first = report.iter().next();
        let (key, reason) = first
            .map(|(path, error)| (path.to_string(), error.to_string()))
            .unzip();
        Self::invalid(&key.unwrap_or_default(), file, reason.unwrap_or_default())
    }

    pub(super) fn of_syntax(error: &toml::de::Error, path: &Path, text: &str) -> Self {
        let start = error.span().map_or(0, |span| span.start);
        let before = text.get(..start).unwrap_or_default();
        Self::Syntax {
            path: path.to_owned(),
            line: before.matches('\n').count() + 1,
            reason: error.message().to_owned(),
        }
    }
}
