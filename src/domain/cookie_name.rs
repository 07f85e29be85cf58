/// Every cookie of this site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CookieName {
    /// Holds the refresh token. `HttpOnly`.
    Refresh,
    /// Marks a browser in which a user has signed in before. `HttpOnly`.
    Device,
    /// Set by the page when its user has signed out and the server may not know it yet. The next
    /// request that carries it ends the session before anything else is done.
    PendingLogout,
    /// The theme that the user has chosen.
    Theme,
    /// The language that the user has chosen.
    Language,
}

impl CookieName {
    /// The lifetime of a preference, in seconds: a year.
    pub const PREFERENCE_SECONDS: u32 = 365 * 86_400;

    /// The name on the wire.
    ///
    /// Under https it begins with `__Host-`: browsers then accept the cookie from this host alone,
    /// for the whole site, and over https only (RFC 6265bis §4.1.3.2).
    #[must_use]
    pub fn name(self, https: bool) -> &'static str {
        let (plain, secure) = match self {
            Self::Refresh => ("countersign", "__Host-countersign"),
            Self::Device => ("countersign-device", "__Host-countersign-device"),
            Self::PendingLogout => (
                "countersign-pending-logout",
                "__Host-countersign-pending-logout",
            ),
            Self::Theme => ("countersign-theme", "__Host-countersign-theme"),
            Self::Language => ("countersign-language", "__Host-countersign-language"),
        };
        if https { secure } else { plain }
    }
}
