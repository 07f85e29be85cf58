use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::unicode;

/// A user name in its owner's spelling.
///
/// It is normalized by the Nickname profile of PRECIS (RFC 8266), which allows letters of every
/// script, inner spaces and emoji, trims and collapses spaces, and refuses control and invisible
/// characters. Around a name, white space and marks of the writing direction are trimmed too. A name
/// has no `@`, so that no account's name is the e-mail address of another one.
///
/// Deserialization does not validate. It is used only for the server's own responses, and the
/// Unicode tables would enlarge the wasm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Username(String);

/// Why a text is not a valid user name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum InvalidUsername {
    /// It is empty, or only white space.
    #[error("Enter a user name.")]
    Empty,
    /// It has more than [`Username::MAX_CODE_POINTS`].
    #[error("A user name has at most {} characters.", Username::MAX_CODE_POINTS)]
    TooLong,
    /// It contains a character that the Nickname profile disallows (RFC 8266 §2.1).
    #[error("This user name contains characters that a user name can't have.")]
    Characters,
    /// It contains an `@`, as an e-mail address does.
    #[error("A user name can't contain @, which makes it an e-mail address.")]
    AtSign,
}

impl Username {
    /// The maximum length in Unicode code points.
    pub const MAX_CODE_POINTS: usize = 256;

    /// Normalizes and validates a user name as typed.
    ///
    /// # Errors
    /// When it is empty after trimming, longer than [`Self::MAX_CODE_POINTS`], or contains an `@` or a
    /// character that the profile disallows.
    pub fn parse(typed: &str) -> Result<Self, InvalidUsername> {
        let name = unicode::nickname(unicode::trim(typed)).ok_or(InvalidUsername::Characters)?;
        if name.is_empty() {
            return Err(InvalidUsername::Empty);
        }
        if name.chars().count() > Self::MAX_CODE_POINTS {
            return Err(InvalidUsername::TooLong);
        }
        if name.contains('@') {
            return Err(InvalidUsername::AtSign);
        }
        Ok(Self(name))
    }

    /// The key by which names are compared: in lower case and normalized again (RFC 8266 §2.4). It
    /// is equal for all spellings of a name.
    #[must_use]
    pub(crate) fn comparison_key(&self) -> String {
        let lower = self.0.to_lowercase();
        unicode::nickname(&lower).unwrap_or(lower)
    }

    /// The name in its owner's spelling.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Takes a name from the database without validation. It was validated before it was stored.
    #[must_use]
    pub(crate) fn from_stored(name: String) -> Self {
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
    fn surrounding_and_repeated_spaces_are_removed() {
        assert_eq!(
            Username::parse("  Ada  Lovelace ").unwrap().as_str(),
            "Ada Lovelace"
        );
    }

    #[test]
    fn spellings_of_one_name_have_the_same_comparison_key() {
        let key = |name| Username::parse(name).unwrap().comparison_key();
        assert_eq!(key("ADA"), key("ada"));
        assert_eq!(key("ﬁona"), key("Fiona"));
        assert_eq!(key("Zoe\u{308}"), key("zoë"));
        assert_eq!(key("´a"), key("\u{301}a"));
        assert_ne!(key("ada"), key("adam"));
    }

    #[test]
    fn names_in_every_script_are_accepted() {
        for name in [
            "李小龙",
            "Зоя",
            "مريم",
            "🦊 fox",
            "o'neil",
            // Non-joiners between letters, also beside vowel signs, and after a virama.
            "می\u{200c}خواهم",
            "مَ\u{200c}َن",
            "क्\u{200c}ष",
            "क्\u{200d}ष",
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
            "a\u{200c}b",
            "ا\u{200c}ن",
            "م\u{200c}1",
            "م\u{200d}ن",
            "م\u{200c}\u{200c}ن",
            "\u{200c}ن",
        ] {
            assert_eq!(
                Username::parse(name),
                Err(InvalidUsername::Characters),
                "{name:?}"
            );
        }
    }

    #[test]
    fn a_name_has_no_at_sign_of_any_width() {
        for name in ["ada@example.org", "@", "ada＠example.org", "ada﹫home"] {
            assert_eq!(
                Username::parse(name),
                Err(InvalidUsername::AtSign),
                "{name}"
            );
        }
    }

    proptest! {
        #[test]
        fn parsing_never_panics_and_is_idempotent(typed in "\\PC{0,40}|(?s).{0,40}") {
            if let Ok(name) = Username::parse(&typed) {
                prop_assert_eq!(Username::parse(name.as_str()), Ok(name.clone()));
                prop_assert!(!name.as_str().chars().any(char::is_control));
                prop_assert!(!name.comparison_key().contains('@'));
            }
        }
    }
}
