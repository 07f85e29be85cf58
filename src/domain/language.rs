use std::{
    fmt::{self, Display, Formatter},
    str::FromStr,
};

use thiserror::Error;

/// A language of the pages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Language {
    /// `en`, the default.
    #[default]
    English,
    /// `de`.
    German,
    /// `ar`, written from right to left.
    Arabic,
}

/// The tag names none of the languages of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("this language is not available")]
pub struct UnknownLanguage;

impl Display for Language {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

impl FromStr for Language {
    type Err = UnknownLanguage;

    fn from_str(tag: &str) -> Result<Self, UnknownLanguage> {
        Self::parse(tag).ok_or(UnknownLanguage)
    }
}

impl Language {
    /// Every language, in the order in which the pages list them.
    pub(crate) const ALL: [Self; 3] = [Self::English, Self::German, Self::Arabic];

    /// Reads the value of the language cookie or of a form field. `None` for any other text.
    #[must_use]
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|language| language.tag() == text)
    }

    /// The BCP 47 tag, used as the `lang` attribute of the pages.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::Arabic => "ar",
        }
    }

    /// The name of the language in the language itself.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
            Self::Arabic => "العربية",
        }
    }

    /// The writing direction, used as the `dir` attribute of the pages.
    #[must_use]
    pub fn direction(self) -> &'static str {
        match self {
            Self::English | Self::German => "ltr",
            Self::Arabic => "rtl",
        }
    }

    /// Picks the preferred language from an `Accept-Language` header (RFC 9110 §12.5.4): the first
    /// of those with the highest weight. `de-AT` matches `de` (RFC 4647 §3.4). Malformed entries
    /// are ignored; the default is English.
    #[must_use]
    pub(crate) fn negotiate(accepted: &str) -> Self {
        let mut best = (0, Self::default());
        for range in accepted.split(',') {
            let mut parts = range.split(';');
            let tag = parts.next().unwrap_or_default().trim();
            let weight = parts.next().map_or(Some(MAX_WEIGHT), weight);
            let (Some(language), Some(weight)) = (Self::from_range(tag), weight) else {
                continue;
            };
            if weight > best.0 {
                best = (weight, language);
            }
        }
        best.1
    }

    /// The language that a language range matches (RFC 4647 §2.1); `*` matches the default.
    fn from_range(tag: &str) -> Option<Self> {
        if tag == "*" {
            return Some(Self::default());
        }
        let primary = tag.split('-').next().unwrap_or_default();
        Self::ALL
            .into_iter()
            .find(|language| language.tag().eq_ignore_ascii_case(primary))
    }
}

/// The weight `q=1`, in thousandths.
const MAX_WEIGHT: u32 = 1000;

/// Reads a weight such as `q=0.8` in thousandths (RFC 9110 §12.4.2).
fn weight(parameter: &str) -> Option<u32> {
    let (name, value) = parameter.trim().split_once('=')?;
    let (whole, fraction) = value.split_once('.').unwrap_or((value, ""));
    let all_digits = fraction.len() <= 3 && fraction.bytes().all(|byte| byte.is_ascii_digit());
    if !name.eq_ignore_ascii_case("q") || !all_digits {
        return None;
    }
    let thousandths: u32 = format!("{fraction:0<3}").parse().ok()?;
    match (whole, thousandths) {
        ("0", thousandths) => Some(thousandths),
        ("1", 0) => Some(MAX_WEIGHT),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_supported_languages_are_parsed() {
        for language in Language::ALL {
            assert_eq!(Language::parse(language.tag()), Some(language));
        }
        for text in [
            "",
            "EN",
            "de-AT",
            "de ",
            "fr",
            "\"de\"",
            "de\" onload=\"alert(1)",
        ] {
            assert_eq!(Language::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn the_preferred_supported_language_is_negotiated() {
        for (accepted, language) in [
            ("", Language::English),
            ("de", Language::German),
            ("DE-at, en;q=0.9", Language::German),
            ("ar-EG,ar;q=0.9,en-US;q=0.8", Language::Arabic),
            ("fr, de;q=0.5, ar;q=0.7", Language::Arabic),
            ("fr-CH, fr;q=0.9", Language::English),
            ("fr, *;q=0.5, de;q=0.4", Language::English),
            ("en;q=0.5, de;q=0.5", Language::English),
            ("de;q=0.5, en;q=0.5", Language::German),
            ("de;q=0, ar;q=0.001", Language::Arabic),
            ("de;q=0", Language::English),
            ("de;q=1.001, ar;q=0.1", Language::Arabic),
            ("de;q=NaN, ar;q=0.1", Language::Arabic),
            ("de;q=0.1234, ar;q=0.1", Language::Arabic),
            ("de;q=1.000, ar", Language::German),
            ("de;level=1, ar;Q=0.2", Language::Arabic),
            ("deutsch, der, d", Language::English),
        ] {
            assert_eq!(Language::negotiate(accepted), language, "{accepted:?}");
        }
    }

    proptest! {
        #[test]
        fn any_accept_language_header_gives_a_supported_language(accepted in "(?s).{0,80}") {
            prop_assert!(Language::ALL.contains(&Language::negotiate(&accepted)));
        }

        #[test]
        fn the_highest_weight_wins(german in 1_u32..1000, arabic in 1_u32..1000) {
            let accepted = format!("de;q=0.{german:03}, ar;q=0.{arabic:03}");
            let expected = if arabic > german { Language::Arabic } else { Language::German };
            prop_assert_eq!(Language::negotiate(&accepted), expected);
        }
    }
}
