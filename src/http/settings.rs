use std::{path::PathBuf, time::Duration};

use leptos::config::LeptosOptions;

/// What the HTTP side needs to know.
#[derive(Debug, Clone)]
pub struct HttpSettings {
    /// Scheme and host under which browsers reach this server.
    pub public_url: String,
    /// How long a client may take to send the body of a form.
    pub body_timeout: Duration,
    /// How many proxies append to `X-Forwarded-For` in front of this server.
    pub trusted_proxies: usize,
    pub leptos: LeptosOptions,
}

impl HttpSettings {
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https:")
    }

    /// The folder of the built site.
    #[must_use]
    pub fn site_root(&self) -> PathBuf {
        PathBuf::from(&*self.leptos.site_root)
    }
}
