use std::time::Duration;

use super::Origin;
use crate::domain::CookiePrefix;

/// What the HTTP side needs to know.
#[derive(Debug, Clone)]
pub struct HttpSettings {
    /// The origin under which browsers reach this server, if it is set.
    pub public_url: Option<Origin>,
    /// The origins whose pages may send forms.
    pub allowed_origins: Vec<Origin>,
    /// Whether `Strict-Transport-Security` is for subdomains too.
    pub hsts_include_subdomains: bool,
    /// What the names of all cookies begin with.
    pub cookie_prefix: CookiePrefix,
    /// How long a client may take to send the body of a form.
    pub body_timeout: Duration,
    /// How many proxies append to `X-Forwarded-For` in front of this server.
    pub trusted_proxies: usize,
}

impl HttpSettings {
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.public_url.as_ref().is_some_and(Origin::is_https)
    }
}
