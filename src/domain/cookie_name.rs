use std::{
    fmt::{self, Display, Formatter},
    str::FromStr,
    sync::Arc,
};

use serde::Deserialize;
use thiserror::Error;

/// Every cookie of this site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CookieName {
    /// Holds the refresh token. `HttpOnly`.
    Refresh,
    /// Marks a browser in which a user has signed in before. `HttpOnly`.
    Device,
    /// Set when a user has signed out and the server could not end the session yet. The next
    /// request that carries it ends the session before anything else is done.
    PendingLogout,
    /// The theme that the user has chosen.
    Theme,
    /// The language that the user has chosen.
    Language,
}

/// What the names of all cookies begin with. Browsers send the cookies of a host to each of its
/// ports, so two servers on one host need two prefixes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct CookiePrefix(Arc<str>);

/// Why a text can't be a [`CookiePrefix`].
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{0:?} is not 1 to {max} letters, digits and underscores that begin with a letter", max = CookiePrefix::MAX_BYTES)]
pub struct InvalidCookiePrefix(String);

impl CookieName {
    /// The lifetime of a preference, in seconds: a year.
    pub const PREFERENCE_SECONDS: u32 = 365 * 86_400;

    /// The lifetime of a pending logout, in seconds: as long as that of a remembered session.
    pub const PENDING_LOGOUT_SECONDS: u32 = 30 * 86_400;

    /// The name on the wire.
    ///
    /// Under https it begins with `__Host-`: browsers then accept the cookie from this host alone,
    /// for the whole site, and over https only (RFC 6265bis §4.1.3.2).
    #[must_use]
    pub fn name(self, prefix: &CookiePrefix, https: bool) -> String {
        let host = if https { "__Host-" } else { "" };
        let purpose = match self {
            Self::Refresh => "",
            Self::Device => "-device",
            Self::PendingLogout => "-pending-logout",
            Self::Theme => "-theme",
            Self::Language => "-language",
        };
        format!("{host}{prefix}{purpose}")
    }
}

impl CookiePrefix {
    const MAX_BYTES: usize = 64;
}

impl Default for CookiePrefix {
    fn default() -> Self {
        Self("countersign".into())
    }
}

impl Display for CookiePrefix {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for CookiePrefix {
    type Err = InvalidCookiePrefix;

    /// No hyphen, which separates the prefix from the purpose: no two prefixes make the same name.
    fn from_str(text: &str) -> Result<Self, InvalidCookiePrefix> {
        let is_allowed = text.len() <= Self::MAX_BYTES
            && text.starts_with(|first: char| first.is_ascii_alphabetic())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if is_allowed {
            Ok(Self(text.into()))
        } else {
            Err(InvalidCookiePrefix(text.to_owned()))
        }
    }
}

impl TryFrom<String> for CookiePrefix {
    type Error = InvalidCookiePrefix;

    fn try_from(text: String) -> Result<Self, InvalidCookiePrefix> {
        text.parse()
    }
}
