use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::unicode;

/// A user name as its owner writes it.
///
/// Prepared by the Nickname profile of PRECIS (RFC 8266), which allows letters of every script, inner spaces and
/// emoji, trims and folds spaces, and refuses control and invisible characters.
///
/// Deserializing does not check: only the server's own answers are read that way, and the tables of
/// Unicode stay out of the browser's download.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Username(String);

/// Why a text is not a user name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InvalidUsername {
    #[error("Enter a user name.")]
    Empty,
    #[error("A user name has at most {} characters.", Username::MAX_CODE_POINTS)]
    TooLong,
    #[error("This user name contains characters that a user name can't have.")]
    Characters,
}

impl Username {
    /// The longest user name, in Unicode code points.
    pub const MAX_CODE_POINTS: usize = 256;

    /// Reads a user name as somebody typed it.
    ///
    /// # Errors
    /// When nothing is left of it after trimming, when it is too long, or when PRECIS refuses a character.
    pub fn parse(typed: &str) -> Result<Self, InvalidUsername> {
        if typed.trim().is_empty() {
            return Err(InvalidUsername::Empty);
        }
        let name = unicode::nickname(typed).ok_or(InvalidUsername::Characters)?;
        if name.is_empty() {
            return Err(InvalidUsername::Empty);
        }
        if name.chars().count() > Self::MAX_CODE_POINTS {
            return Err(InvalidUsername::TooLong);
        }
        Ok(Self(name))
    }

    /// What two spellings of one name have in common: lower case, normalised again (RFC 8266 §2.4).
    #[must_use]
    pub fn comparison_key(&self) -> String {
        let lower = self.0.to_lowercase();
        unicode::nickname(&lower).unwrap_or(lower)
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Takes a name that was parsed before it was stored.
    #[must_use]
    pub fn from_stored(name: String) -> Self {
        Self(name)
    }
}

impl fmt::Display for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spaces_around_a_name_are_not_part_of_it() {
        assert_eq!(
            Username::parse("  Ada  Lovelace ").unwrap().as_str(),
            "Ada Lovelace"
        );
    }

    #[test]
    fn two_spellings_of_one_name_have_the_same_key() {
        let key = |name| Username::parse(name).unwrap().comparison_key();
        assert_eq!(key("ADA"), key("ada"));
        assert_eq!(key("ﬁona"), key("Fiona"));
        assert_eq!(key("Zoe\u{308}"), key("zoë"));
        assert_eq!(key("´a"), key("\u{301}a"));
        assert_ne!(key("ada"), key("adam"));
    }

    #[test]
    fn names_of_every_script_are_welcome() {
        for name in [
            "李小龙",
            "Зоя",
            "مريم",
            "🦊 fox",
            "o'neil",
            "ada@example.org",
        ] {
            assert!(Username::parse(name).is_ok(), "{name}");
        }
    }

    #[test]
    fn empty_long_and_invisible_names_are_refused() {
        assert_eq!(Username::parse(" \t "), Err(InvalidUsername::Empty));
        assert_eq!(
            Username::parse(&"é".repeat(257)),
            Err(InvalidUsername::TooLong)
        );
        assert!(Username::parse(&"é".repeat(256)).is_ok());
        for name in [
            "a\r\nb",
            "\u{1b}[31mred",
            "a\0b",
            "a\u{202e}b",
            "a\u{200b}b",
        ] {
            assert_eq!(
                Username::parse(name),
                Err(InvalidUsername::Characters),
                "{name:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn parsing_never_panics_and_what_it_accepts_it_accepts_again(typed in "\\PC{0,40}|(?s).{0,40}") {
            if let Ok(name) = Username::parse(&typed) {
                prop_assert_eq!(Username::parse(name.as_str()), Ok(name.clone()));
                prop_assert!(!name.as_str().chars().any(char::is_control));
            }
        }
    }
}
