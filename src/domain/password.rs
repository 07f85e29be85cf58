use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use zeroize::ZeroizeOnDrop;

use super::unicode;

/// A password as typed. `Debug` does not print it, and its memory is wiped on drop.
#[derive(Clone, Serialize, Deserialize, ZeroizeOnDrop)]
#[serde(transparent)]
pub struct Password(String);

/// A password normalized by the `OpaqueString` profile (RFC 8265 §4.2), ready to be hashed. `Debug`
/// does not print it, and its memory is wiped on drop.
#[derive(Clone, ZeroizeOnDrop)]
pub struct PreparedPassword(String);

/// Why a password can't be used, or can't be set as a new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum InvalidPassword {
    /// It is empty.
    #[error("Enter a password.")]
    Empty,
    /// It has fewer Unicode code points than the setting `password.min_length` says (OWASP ASVS
    /// 6.2.1).
    #[error("A password has at least {min_length} characters.")]
    TooShort {
        /// How many it has to have.
        min_length: u16,
    },
    /// It has more than 256 Unicode code points (OWASP ASVS 6.2.9 requires at least 64).
    #[error(
        "A password has at most {} characters.",
        PreparedPassword::MAX_CODE_POINTS
    )]
    TooLong,
    /// It contains a character that the `OpaqueString` profile disallows (RFC 8265 §4.2), such as a
    /// control character.
    #[error("This password contains characters that a password can't have.")]
    Characters,
    /// It is one of 25,000 common passwords (OWASP ASVS 6.2.4).
    #[error(
        "This is one of the most used passwords, which are guessed first. Choose another: a few \
         random words are good."
    )]
    Common,
    /// It is little more than the user name (NIST SP 800-63B-4 §3.1.1.2).
    #[error(
        "This password is little more than the user name. Choose another: a few random words are \
         good."
    )]
    OwnName,
}

impl Password {
    /// Takes a password as typed.
    #[must_use]
    pub fn new(typed: String) -> Self {
        Self(typed)
    }

    #[must_use]
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Normalizes the password for hashing (RFC 8265 §4.2). It is never truncated (OWASP ASVS
    /// 6.2.8).
    ///
    /// # Errors
    /// When it is empty, has more than [`PreparedPassword::MAX_CODE_POINTS`], or contains a
    /// character that the profile disallows, such as a control character.
    #[doc(hidden)]
    pub fn prepare(&self) -> Result<PreparedPassword, InvalidPassword> {
        if self.0.is_empty() {
            return Err(InvalidPassword::Empty);
        }
        let prepared = unicode::opaque_string(&self.0).ok_or(InvalidPassword::Characters)?;
        let prepared = PreparedPassword(prepared);
        // The limit applies to the normalized text: NFC can make a text longer.
        if prepared.0.chars().count() > PreparedPassword::MAX_CODE_POINTS {
            return Err(InvalidPassword::TooLong);
        }
        Ok(prepared)
    }
}

impl PreparedPassword {
    /// The maximum length in Unicode code points (OWASP ASVS 6.2.9 requires at least 64).
    pub const MAX_CODE_POINTS: usize = 256;

    /// The text to hash, in UTF-8.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

impl fmt::Debug for PreparedPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PreparedPassword(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn prepare(typed: &str) -> Result<String, InvalidPassword> {
        Password::new(typed.to_owned())
            .prepare()
            .map(|prepared| prepared.expose().to_owned())
    }

    #[test]
    fn equivalent_unicode_input_is_the_same_password() {
        assert_eq!(prepare("zo\u{eb}"), prepare("zoe\u{308}"));
        assert_eq!(prepare("a\u{3000}b"), prepare("a b"));
        assert_ne!(prepare("Secret"), prepare("secret"));
        assert_ne!(prepare(" secret "), prepare("secret"));
    }

    #[test]
    fn a_password_is_refused_by_length_and_never_truncated() {
        assert_eq!(prepare(""), Err(InvalidPassword::Empty));
        assert!(
            Password::new(String::new()).is_empty() && !Password::new(" ".to_owned()).is_empty()
        );
        assert_eq!(prepare(&"🗝".repeat(256)).map(|text| text.len()), Ok(1024));
        assert_eq!(prepare(&"🗝".repeat(257)), Err(InvalidPassword::TooLong));
        assert_eq!(
            prepare(&"\u{fb31}".repeat(129)),
            Err(InvalidPassword::TooLong),
            "NFC turns each character into two"
        );
        assert!(
            prepare(&"e\u{301}".repeat(256)).is_ok(),
            "NFC turns each pair into one character"
        );
    }

    #[test]
    fn text_in_every_script_is_accepted_and_control_or_unassigned_characters_are_refused() {
        for typed in [
            "Пароль",
            "密码密码",
            "👩\u{200d}💻❤\u{fe0f}🦊🫠",
            "می\u{200c}خواهم",
            "<script>alert(1)</script>",
            "'; DROP TABLE users; --",
        ] {
            assert!(prepare(typed).is_ok(), "{typed}");
        }
        for typed in [
            "a\0b",
            "a\nb",
            "\u{7f}",
            "a\u{200b}b",
            "a\u{202e}b",
            "\u{e000}",
            "\u{ffff}",
            "\u{378}",
        ] {
            assert_eq!(
                prepare(typed),
                Err(InvalidPassword::Characters),
                "{typed:?}"
            );
        }
    }

    #[test]
    fn debug_output_hides_the_password() {
        let typed = Password::new("correct horse".to_owned());
        let shown = format!("{typed:?} {:?}", typed.prepare().unwrap());
        assert!(!shown.contains("horse"), "{shown}");
    }

    proptest! {
        #[test]
        fn preparation_never_panics_and_is_idempotent(typed in "\\PC{0,300}|(?s).{0,300}") {
            if let Ok(text) = prepare(&typed) {
                prop_assert!(!text.chars().any(char::is_control));
                prop_assert_eq!(prepare(&text), Ok(text));
            }
        }
    }
}
