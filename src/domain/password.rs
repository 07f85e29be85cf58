use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Username, common_passwords::is_common, unicode};

/// A password as it was typed. Its `Debug` prints nothing of it.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Password(String);

/// A password after the `OpaqueString` profile of RFC 8265 §4: what is hashed and compared.
#[derive(Clone)]
pub struct PreparedPassword(String);

/// A prepared password that may be set: long enough, and not one that is guessed first.
pub struct NewPassword(PreparedPassword);

/// Why a text is not a password, or not one that may be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InvalidPassword {
    #[error("Enter a password.")]
    Empty,
    #[error("A password has at least {} characters.", NewPassword::MIN_CODE_POINTS)]
    TooShort,
    #[error(
        "A password has at most {} characters.",
        PreparedPassword::MAX_CODE_POINTS
    )]
    TooLong,
    #[error("This password contains characters that a password can't have.")]
    Characters,
    #[error(
        "This is one of the most used passwords, which are guessed first. Choose another: a few random words are good."
    )]
    Common,
    #[error(
        "This password is little more than the user name. Choose another: a few random words are good."
    )]
    OwnName,
}

impl Password {
    #[must_use]
    pub fn new(typed: String) -> Self {
        Self(typed)
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Brings the password into the one form that is hashed.
    ///
    /// # Errors
    /// When it is empty, has over 256 code points, or contains control characters.
    pub fn prepare(&self) -> Result<PreparedPassword, InvalidPassword> {
        if self.0.is_empty() {
            return Err(InvalidPassword::Empty);
        }
        let prepared = unicode::opaque_string(&self.0).ok_or(InvalidPassword::Characters)?;
        // What is hashed counts: composing can also make a text longer.
        if prepared.chars().count() > PreparedPassword::MAX_CODE_POINTS {
            return Err(InvalidPassword::TooLong);
        }
        Ok(PreparedPassword(prepared))
    }
}

impl PreparedPassword {
    /// The longest password, in Unicode code points (OWASP ASVS 6.2.9 asks for at least 64).
    pub const MAX_CODE_POINTS: usize = 256;

    /// The bytes to hash: UTF-8.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl NewPassword {
    /// The shortest password, in Unicode code points (OWASP ASVS 6.2.1).
    pub const MIN_CODE_POINTS: usize = 8;

    /// So many code points of a password must be left when the user name is taken out of it.
    const BESIDE_NAME_CODE_POINTS: usize = 4;

    /// Accepts a password that `owner` may set. No rule says what it is made of (OWASP ASVS 6.2.5): only what
    /// everybody guesses first is refused.
    ///
    /// # Errors
    /// As [`Password::prepare`]; when it has under 8 code points, is one of the 10,000 most used passwords
    /// (OWASP ASVS 6.2.4), or little more than the user name (NIST SP 800-63B-4 §3.1.1.2).
    pub fn parse(typed: &Password, owner: &Username) -> Result<Self, InvalidPassword> {
        let prepared = typed.prepare()?;
        if prepared.0.chars().count() < Self::MIN_CODE_POINTS {
            return Err(InvalidPassword::TooShort);
        }
        if is_common(&prepared.0) {
            return Err(InvalidPassword::Common);
        }
        let beside_name = prepared
            .0
            .to_lowercase()
            .replace(&owner.comparison_key(), "");
        if beside_name.chars().count() < Self::BESIDE_NAME_CODE_POINTS {
            return Err(InvalidPassword::OwnName);
        }
        Ok(Self(prepared))
    }

    #[must_use]
    pub fn prepared(&self) -> &PreparedPassword {
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

impl fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewPassword(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn prepare(typed: &str) -> Result<Vec<u8>, InvalidPassword> {
        Password::new(typed.to_owned())
            .prepare()
            .map(|prepared| prepared.expose().to_vec())
    }

    #[test]
    fn two_ways_to_type_the_same_letters_are_the_same_password() {
        assert_eq!(prepare("zo\u{eb}"), prepare("zoe\u{308}"));
        assert_eq!(prepare("a\u{3000}b"), prepare("a b"));
        assert_ne!(prepare("Secret"), prepare("secret"));
        assert_ne!(prepare(" secret "), prepare("secret"));
    }

    #[test]
    fn a_password_is_refused_by_length_and_never_cut() {
        assert_eq!(prepare(""), Err(InvalidPassword::Empty));
        assert!(
            Password::new(String::new()).is_empty() && !Password::new(" ".to_owned()).is_empty()
        );
        assert_eq!(prepare(&"🗝".repeat(256)).map(|bytes| bytes.len()), Ok(1024));
        assert_eq!(prepare(&"🗝".repeat(257)), Err(InvalidPassword::TooLong));
        assert_eq!(
            prepare(&"\u{fb31}".repeat(129)),
            Err(InvalidPassword::TooLong),
            "each becomes two by NFC"
        );
        assert!(
            prepare(&"e\u{301}".repeat(256)).is_ok(),
            "each becomes one by NFC"
        );
    }

    #[test]
    fn what_keyboards_type_is_welcome_and_what_they_can_not_is_refused() {
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

    fn set_by(owner: &str, typed: &str) -> Result<(), InvalidPassword> {
        NewPassword::parse(
            &Password::new(typed.to_owned()),
            &Username::parse(owner).unwrap(),
        )
        .map(|_| ())
    }

    #[test]
    fn a_new_password_has_eight_characters_at_least_and_no_other_rule() {
        assert_eq!(set_by("ada", "1234567"), Err(InvalidPassword::TooShort));
        for typed in [
            "🗝🗝🗝🗝🗝🗝🗝🗝",
            "ewvkasoq",
            "        ",
            "correct horse battery staple",
        ] {
            assert_eq!(set_by("ada", typed), Ok(()), "{typed}");
        }
    }

    #[test]
    fn what_everybody_guesses_first_can_not_be_set() {
        for typed in [
            "password",
            "Password1",
            "12345678",
            "iloveyou",
            "QWERTYUIOP",
        ] {
            assert_eq!(
                set_by("ada", typed),
                Err(InvalidPassword::Common),
                "{typed}"
            );
        }
        for (owner, typed) in [
            ("Ada Lovelace", "ada lovelace"),
            ("Ada Lovelace", "ADA LOVELACE!"),
            ("ada.lovelace", "1ada.lovelace2"),
            ("Zoë Müller", "Zoe\u{308} Mu\u{308}ller"),
            ("ada", "adaadaada"),
        ] {
            assert_eq!(
                set_by(owner, typed),
                Err(InvalidPassword::OwnName),
                "{owner}: {typed}"
            );
        }
        assert_eq!(set_by("ada", "adamant eve"), Ok(()));
        assert_eq!(
            set_by("charles", "charles9q!"),
            Err(InvalidPassword::OwnName),
            "three beside the name"
        );
        assert_eq!(
            set_by("charles", "charles9q!x"),
            Ok(()),
            "four beside the name"
        );
    }

    #[test]
    fn debug_shows_nothing_of_a_password() {
        let typed = Password::new("correct horse".to_owned());
        let new = NewPassword::parse(&typed, &Username::parse("ada").unwrap()).unwrap();
        let shown = format!("{typed:?} {:?} {new:?}", new.prepared());
        assert!(!shown.contains("horse"), "{shown}");
    }

    proptest! {
        #[test]
        fn preparing_never_panics_and_what_is_prepared_stays_as_it_is(typed in "\\PC{0,300}|(?s).{0,300}") {
            if let Ok(bytes) = prepare(&typed) {
                let text = String::from_utf8(bytes.clone()).unwrap();
                prop_assert!(!text.chars().any(char::is_control));
                prop_assert_eq!(prepare(&text), Ok(bytes));
            }
            let _ = set_by("ada", &typed);
        }
    }
}
