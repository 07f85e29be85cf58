use serde::{Deserialize, Serialize};

/// The colours that somebody wants the pages in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Theme {
    /// Whatever the system has.
    #[default]
    System,
    Light,
    Dark,
}

/// The cookie that remembers the choice. It is no secret, and the browser's script writes it.
#[must_use]
pub fn theme_cookie(https: bool) -> &'static str {
    if https {
        "__Host-countersign-theme"
    } else {
        "countersign-theme"
    }
}

impl Theme {
    /// How long a choice is remembered, in seconds: a year.
    pub const SECONDS: u32 = 365 * 86400;

    /// Reads the value of the cookie or of a form's field. `None` for everything that is no theme.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::System, Self::Light, Self::Dark]
            .into_iter()
            .find(|theme| theme.as_str() == text)
    }

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The media query under which a page shows what belongs to `part`, light or dark, when this theme was chosen.
    #[must_use]
    pub fn media(self, part: Self) -> &'static str {
        match (self, part) {
            (Self::System, Self::Dark) => "(prefers-color-scheme: dark)",
            (Self::System, _) => "(prefers-color-scheme: light)",
            (chosen, part) if chosen == part => "all",
            _ => "not all",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_three_themes_are_read() {
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
    fn one_part_of_a_page_is_shown_whatever_is_chosen() {
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
