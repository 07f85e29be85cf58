use std::{path::PathBuf, time::Duration};

use serde::Deserialize;

use super::checks::{ConfigError, refused, within};

/// How the server treats its connections. `Leptos.toml` says what each setting means.
#[derive(Debug, Clone)]
pub struct ServerSettings {
    pub header_time: Duration,
    pub body_time: Duration,
    pub idle_time: Duration,
    pub max_connections: u16,
    pub max_connections_of_address: u16,
    /// How many proxies stand in front, each of which adds the address that it was asked from.
    pub trusted_proxies: usize,
    /// The server speaks https with these, or plain http without.
    pub tls: Option<TlsFiles>,
}

/// The PEM files of a certificate with its chain, and of its private key.
#[derive(Debug, Clone)]
pub struct TlsFiles {
    pub certificate: PathBuf,
    pub key: PathBuf,
}

/// The section `[server]`, as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Server {
    header_seconds: u32,
    body_seconds: u32,
    idle_seconds: u32,
    max_connections: u16,
    max_connections_of_address: u16,
    trusted_proxies: usize,
    pub(super) shutdown_seconds: u64,
    tls_certificate: PathBuf,
    tls_key: PathBuf,
}

impl ServerSettings {
    pub(super) fn check(section: Server, public_url: &str) -> Result<Self, ConfigError> {
        within(
            "server.max_connections",
            section.max_connections.into(),
            1,
            u16::MAX.into(),
        )?;
        let of_address = section.max_connections_of_address;
        within(
            "server.max_connections_of_address",
            of_address.into(),
            1,
            u16::MAX.into(),
        )?;
        Ok(Self {
            header_time: seconds("server.header_seconds", section.header_seconds)?,
            body_time: seconds("server.body_seconds", section.body_seconds)?,
            idle_time: seconds("server.idle_seconds", section.idle_seconds)?,
            max_connections: section.max_connections,
            // Behind a proxy, all clients come from its address.
            max_connections_of_address: if section.trusted_proxies == 0 {
                of_address
            } else {
                u16::MAX
            },
            trusted_proxies: section.trusted_proxies,
            tls: TlsFiles::check(section.tls_certificate, section.tls_key, public_url)?,
        })
    }
}

impl TlsFiles {
    fn check(
        certificate: PathBuf,
        key: PathBuf,
        public_url: &str,
    ) -> Result<Option<Self>, ConfigError> {
        match (
            certificate.as_os_str().is_empty(),
            key.as_os_str().is_empty(),
        ) {
            (true, true) => Ok(None),
            (true, false) => Err(refused(
                "server.tls_certificate",
                "",
                "server.tls_key is set and needs it",
            )),
            (false, true) => Err(refused(
                "server.tls_key",
                "",
                "server.tls_certificate is set and needs it",
            )),
            // Browsers would be told an origin at which nothing answers, and cookies would go without Secure.
            (false, false) if !public_url.starts_with("https:") => Err(refused(
                "public.url",
                public_url,
                "with server.tls_certificate it begins with https:",
            )),
            (false, false) => Ok(Some(Self { certificate, key })),
        }
    }
}

fn seconds(key: &'static str, value: u32) -> Result<Duration, ConfigError> {
    within(key, value.into(), 1, 3600)?;
    Ok(Duration::from_secs(value.into()))
}
