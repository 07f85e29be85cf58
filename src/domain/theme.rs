use serde::{Deserialize, Serialize};

use super::CookieName;

/// The colour scheme that the user has chosen for the pages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Theme {
    /// Follows the setting of the operating system or browser.
    #[default]
    System,
    /// Light, whatever the system says.
    Light,
    /// Dark, whatever the system says.
    Dark,
}

impl Theme {
    /// Reads the value of the theme cookie or of a form field. `None` for any other text.
    #[must_use]
    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::System, Self::Light, Self::Dark]
            .into_iter()
            .find(|theme| theme.as_str() == text)
    }

    /// The value in the cookie, in forms and in the `data-theme` attribute.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The one that the button of the pages leads to.
    #[must_use]
    pub(crate) fn next(self) -> Self {
        match self {
            Self::System => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::System,
        }
    }

    /// The lifetime of the theme cookie, in seconds. The default needs none.
    #[must_use]
    pub(crate) fn cookie_seconds(self) -> u32 {
        match self {
            Self::System => 0,
            Self::Light | Self::Dark => CookieName::PREFERENCE_SECONDS,
        }
    }

    /// The media query for an element that applies to `scheme`, which is light or dark, when this
    /// theme is chosen.
    #[must_use]
    pub fn media(self, scheme: Self) -> &'static str {
        match (self, scheme) {
            (Self::System, Self::Dark) => "(prefers-color-scheme: dark)",
            (Self::System, _) => "(prefers-color-scheme: light)",
            (chosen, scheme) if chosen == scheme => "all",
            _ => "not all",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_three_themes_are_parsed() {
        for theme in [Theme::System, Theme::Light, Theme::Dark] {
            assert_eq!(Theme::parse(theme.as_str()), Some(theme));
        }
        for text in [
            "",
            "Dark",
            "dark ",
            "\"dark\"",
            "sepia",
            "dark\" onload=\"alert(1)",
        ] {
            assert_eq!(Theme::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn every_theme_shows_exactly_one_variant() {
        assert_eq!(
            [Theme::Light, Theme::Dark].map(|part| Theme::Dark.media(part)),
            ["not all", "all"]
        );
        assert_eq!(
            [Theme::Light, Theme::Dark].map(|part| Theme::Light.media(part)),
            ["all", "not all"]
        );
        let system = [Theme::Light, Theme::Dark].map(|part| Theme::System.media(part));
        assert_eq!(
            system,
            [
                "(prefers-color-scheme: light)",
                "(prefers-color-scheme: dark)"
            ]
        );
    }
}
