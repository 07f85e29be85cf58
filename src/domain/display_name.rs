use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::unicode;

/// A name that is only shown: of a user beside the user name, or of a session beside its device. It
/// is normalized as user names are (RFC 8266), and several may be equal.
///
/// Deserialization does not validate. It is used only for the server's own responses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DisplayName(String);

/// Why a text is not a display name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum InvalidDisplayName {
    /// It has more than [`DisplayName::MAX_CODE_POINTS`].
    #[error("This name has at most {} characters.", DisplayName::MAX_CODE_POINTS)]
    TooLong,
    /// It contains a character that the Nickname profile disallows (RFC 8266 §2.1).
    #[error("This name contains characters that a name can't have.")]
    Characters,
}

impl DisplayName {
    /// The maximum length in Unicode code points.
    pub const MAX_CODE_POINTS: usize = 64;

    /// Normalizes and validates a name as typed. `None` if it is empty: then there is no name.
    ///
    /// # Errors
    /// When it is longer than [`Self::MAX_CODE_POINTS`], or contains a character that the profile
    /// disallows.
    pub fn parse(typed: &str) -> Result<Option<Self>, InvalidDisplayName> {
        let name = unicode::nickname(unicode::trim(typed)).ok_or(InvalidDisplayName::Characters)?;
        if name.chars().count() > Self::MAX_CODE_POINTS {
            return Err(InvalidDisplayName::TooLong);
        }
        Ok((!name.is_empty()).then_some(Self(name)))
    }

    /// The name as its owner has typed it, normalized.
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

impl fmt::Display for DisplayName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_empty_name_is_none_and_others_are_normalized() {
        assert_eq!(DisplayName::parse(" \t "), Ok(None));
        let name = DisplayName::parse("  Ada  Lovelace ").unwrap().unwrap();
        assert_eq!(name.as_str(), "Ada Lovelace");
    }

    #[test]
    fn long_names_and_invisible_characters_are_refused() {
        assert!(DisplayName::parse(&"é".repeat(64)).is_ok());
        let long = DisplayName::parse(&"é".repeat(65));
        assert_eq!(long, Err(InvalidDisplayName::TooLong));
        for name in ["a\r\nb", "\u{1b}[31mred", "a\0b", "a\u{202e}b"] {
            let parsed = DisplayName::parse(name);
            assert_eq!(parsed, Err(InvalidDisplayName::Characters), "{name:?}");
        }
    }

    proptest! {
        #[test]
        fn parsing_never_panics_and_is_idempotent(typed in "\\PC{0,40}|(?s).{0,40}") {
            if let Ok(Some(name)) = DisplayName::parse(&typed) {
                prop_assert_eq!(DisplayName::parse(name.as_str()), Ok(Some(name.clone())));
            }
        }
    }
}
