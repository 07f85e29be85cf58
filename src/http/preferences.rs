use axum::http::{HeaderMap, HeaderValue, header};

use super::cookies::CookiePolicy;
use crate::domain::{CookieName, Language, Theme};

impl CookiePolicy {
    /// The theme that was chosen in this browser.
    pub fn theme(&self, headers: &HeaderMap) -> Theme {
        let chosen = self.read(headers, CookieName::Theme);
        chosen
            .and_then(|theme| Theme::parse(&theme))
            .unwrap_or_default()
    }

    /// The language that was chosen in this browser, or else the one that the browser prefers.
    pub fn language(&self, headers: &HeaderMap) -> Language {
        let chosen = self.read(headers, CookieName::Language);
        let accepted = || headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok();
        chosen
            .and_then(|language| Language::parse(&language))
            .unwrap_or_else(|| accepted().map(Language::negotiate).unwrap_or_default())
    }

    pub fn set_theme(&self, theme: Theme) -> Option<HeaderValue> {
        self.preference(CookieName::Theme, theme.as_str(), theme.cookie_seconds())
    }

    pub fn set_language(&self, language: Language) -> Option<HeaderValue> {
        self.preference(
            CookieName::Language,
            language.tag(),
            CookieName::PREFERENCE_SECONDS,
        )
    }
}
