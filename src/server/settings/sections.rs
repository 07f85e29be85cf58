use std::{
    fmt,
    path::{Path, PathBuf},
    time::Duration,
};

use garde::Validate;
use serde::Deserialize;
use tracing_subscriber::{EnvFilter, filter::LevelFilter};

use crate::{
    domain::CookiePrefix,
    http::Origin,
    mail::{SmtpUrl, is_sender},
    store::DatabaseOptions,
};

/// The section `[public]`.
#[derive(Debug, Clone, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct PublicSettings {
    /// Empty: the address that the server listens on.
    #[garde(custom(|url: &String, _context: &()| is_origin(url)))]
    pub url: String,
    #[garde(skip)]
    pub hsts_include_subdomains: bool,
}

impl PublicSettings {
    #[must_use]
    pub fn origin(&self) -> Option<Origin> {
        Origin::parse(&self.url)
    }
}

/// The section `[data]`.
#[derive(Debug, Clone, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct DataSettings {
    #[garde(custom(|dir: &PathBuf, _context: &()| is_directory(dir)))]
    pub dir: PathBuf,
}

/// The section `[database]`. Its address may hold a password, which its `Debug` leaves out.
#[derive(Clone, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct DatabaseSettings {
    /// Empty: a file in the data directory.
    #[garde(custom(|url: &String, _context: &()| is_database_url(url)))]
    pub url: String,
    /// Empty: the password is in the address, or there is none.
    #[garde(custom(|file: &PathBuf, _context: &()| is_path(file)))]
    pub password_file: PathBuf,
    #[garde(range(min = 2, max = 1000))]
    pub max_connections: u32,
    #[garde(range(max = 10))]
    pub durable_on: u32,
    #[garde(skip)]
    pub migrate: bool,
}

impl fmt::Debug for DatabaseSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&DatabaseOptions::name(&self.url))
    }
}

/// The section `[mail]`.
#[derive(Debug, Clone, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct MailSettings {
    /// Empty: the server sends no mail.
    #[garde(custom(|url: &String, _context: &()| is_smtp_url(url)))]
    pub url: String,
    #[garde(custom(is_sender_of(&self.url)))]
    pub from: String,
    /// Empty: the mail server asks for none.
    #[garde(skip)]
    pub password_file: PathBuf,
}

/// The section `[server]`.
#[derive(Debug, Clone, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct ServerSettings {
    #[garde(range(min = 1, max = 3600))]
    pub header_timeout_seconds: u64,
    #[garde(range(min = 1, max = 3600))]
    pub body_timeout_seconds: u64,
    #[garde(range(min = 1, max = 3600))]
    pub idle_timeout_seconds: u64,
    #[garde(range(min = 1))]
    pub max_connections: u16,
    #[garde(range(min = 1))]
    pub max_connections_per_ip: u16,
    #[garde(custom(is_set_with("server.tls_key", &self.tls_key)))]
    pub tls_certificate: PathBuf,
    #[garde(custom(is_set_with("server.tls_certificate", &self.tls_certificate)))]
    pub tls_key: PathBuf,
    #[garde(range(max = 100))]
    pub trusted_proxies: usize,
    #[garde(skip)]
    pub cookie_prefix: CookiePrefix,
    #[garde(range(max = 3600))]
    pub shutdown_timeout_seconds: u64,
}

/// The section `[log]`.
#[derive(Debug, Clone, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct LogSettings {
    #[garde(custom(|filter: &String, _context: &()| is_log_filter(filter)))]
    pub level: String,
    #[garde(skip)]
    pub format: LogFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    Text,
    Json,
}

/// The PEM files of a certificate with its chain, and of its private key.
#[derive(Debug, Clone)]
pub struct TlsFiles {
    pub certificate: PathBuf,
    pub key: PathBuf,
}

impl ServerSettings {
    #[must_use]
    pub fn header_timeout(&self) -> Duration {
        Duration::from_secs(self.header_timeout_seconds)
    }

    #[must_use]
    pub fn idle_timeout(&self) -> Duration {
        Duration::from_secs(self.idle_timeout_seconds)
    }

    #[must_use]
    pub fn shutdown_timeout(&self) -> Duration {
        Duration::from_secs(self.shutdown_timeout_seconds)
    }

    /// The limit for one network. Behind proxies there is none, since all clients come from the
    /// same address.
    #[must_use]
    pub fn max_connections_per_network(&self) -> u16 {
        if self.trusted_proxies == 0 {
            self.max_connections_per_ip
        } else {
            u16::MAX
        }
    }

    /// The server speaks https with these, and plain http without.
    #[must_use]
    pub fn tls(&self) -> Option<TlsFiles> {
        (!self.tls_certificate.as_os_str().is_empty()).then(|| TlsFiles {
            certificate: self.tls_certificate.clone(),
            key: self.tls_key.clone(),
        })
    }
}

fn is_origin(url: &str) -> garde::Result {
    if url.is_empty() || Origin::parse(url).is_some() {
        return Ok(());
    }
    Err(garde::Error::new(format!(
        "{url:?} is not an origin such as https://login.example.org"
    )))
}

/// The error shows nothing of an address, which may hold a password.
fn is_path(path: &Path) -> garde::Result {
    if path.to_string_lossy().contains("://") {
        return Err(garde::Error::new("it is an address: name a path"));
    }
    Ok(())
}

/// An empty path would be the working directory.
fn is_directory(path: &Path) -> garde::Result {
    if path.as_os_str().is_empty() {
        return Err(garde::Error::new("it is empty: name a directory"));
    }
    is_path(path)?;
    if path.exists() && !path.is_dir() {
        let path = path.display();
        return Err(garde::Error::new(format!("{path} is not a directory")));
    }
    Ok(())
}

/// A word that is not a level would be read as the name of a module, and nothing else be logged.
fn is_log_filter(filter: &str) -> garde::Result {
    let mut words = filter.split(',').filter(|part| !part.contains(['=', '[']));
    let is_level = |word: &str| !word.is_empty() && word.parse::<LevelFilter>().is_ok();
    if words.all(is_level) && filter.parse::<EnvFilter>().is_ok() {
        return Ok(());
    }
    Err(garde::Error::new(format!(
        "{filter:?} is neither a level (error, warn, info, debug, trace, off) nor a filter such as \
         \"info,countersign=debug\""
    )))
}

/// The error shows nothing of the address, which may hold a password.
fn is_database_url(url: &str) -> garde::Result {
    if url.is_empty() || url.starts_with("sqlite:") || DatabaseOptions::is_postgres(url) {
        return Ok(());
    }
    Err(garde::Error::new(
        "it must begin with sqlite: or postgres:, as in postgres://user@host/database",
    ))
}

/// The error shows nothing of the address, which may hold a password.
fn is_smtp_url(url: &str) -> garde::Result {
    if url.is_empty() {
        return Ok(());
    }
    SmtpUrl::parse(url)
        .map(drop)
        .map_err(|error| garde::Error::new(error.to_string()))
}

fn is_sender_of(url: &str) -> impl FnOnce(&String, &()) -> garde::Result {
    // Of an address that is not valid, its own error says more.
    let is_needed = SmtpUrl::parse(url).is_ok();
    move |from, ()| {
        if from.is_empty() && is_needed {
            return Err(garde::Error::new("it must be set when mail.url is"));
        }
        if from.is_empty() || is_sender(from) {
            return Ok(());
        }
        Err(garde::Error::new(
            "it is not an address such as noreply@example.org, or \
             \"Example <noreply@example.org>\"",
        ))
    }
}

fn is_set_with(
    other: &'static str,
    other_value: &Path,
) -> impl FnOnce(&PathBuf, &()) -> garde::Result {
    let other_is_set = !other_value.as_os_str().is_empty();
    move |value, ()| {
        is_path(value)?;
        if other_is_set && value.as_os_str().is_empty() {
            return Err(garde::Error::new(format!(
                "{other} is set, so it must be set too"
            )));
        }
        Ok(())
    }
}
