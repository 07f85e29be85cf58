use std::fmt;

use super::common_passwords::is_common;
use crate::domain::{InvalidPassword, Password, PreparedPassword, Username};

/// A prepared password that satisfies the rules for new passwords, from
/// [`AuthService::new_password`](crate::AuthService::new_password). `Debug` does not print it.
pub struct NewPassword(PreparedPassword);

impl NewPassword {
    /// The minimum length, in Unicode code points, after the user name is removed from the
    /// password.
    const MIN_CODE_POINTS_WITHOUT_USERNAME: usize = 4;

    /// Reads a new password for `owner`. There are no composition rules (OWASP ASVS 6.2.5); only
    /// easily guessed passwords are refused.
    ///
    /// # Errors
    /// For each of the reasons in [`InvalidPassword`].
    pub(in crate::auth) fn parse(
        typed: &Password,
        owner: &Username,
        min_length: u16,
    ) -> Result<Self, InvalidPassword> {
        let prepared = typed.prepare()?;
        let text = prepared.expose();
        if text.chars().count() < min_length.into() {
            return Err(InvalidPassword::TooShort { min_length });
        }
        if is_common(text) {
            return Err(InvalidPassword::Common);
        }
        let without_username = text.to_lowercase().replace(&owner.comparison_key(), "");
        if without_username.chars().count() < Self::MIN_CODE_POINTS_WITHOUT_USERNAME {
            return Err(InvalidPassword::OwnName);
        }
        Ok(Self(prepared))
    }

    #[must_use]
    pub(in crate::auth) fn prepared(&self) -> &PreparedPassword {
        &self.0
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

    fn choose_password(owner: &str, typed: &str, min_length: u16) -> Result<(), InvalidPassword> {
        let (typed, owner) = (Password::new(typed.to_owned()), Username::parse(owner));
        NewPassword::parse(&typed, &owner.unwrap(), min_length).map(drop)
    }

    #[test]
    fn a_new_password_needs_the_minimum_length_and_no_composition_rules() {
        for min_length in [8, 15, 64] {
            for key in ["🗝", "e\u{301}", "ж"] {
                let short =
                    choose_password("ada", &key.repeat(usize::from(min_length) - 1), min_length);
                assert_eq!(short, Err(InvalidPassword::TooShort { min_length }));
                let enough = choose_password("ada", &key.repeat(min_length.into()), min_length);
                assert_eq!(enough, Ok(()), "{key}");
            }
        }
        for typed in [
            "ewvkasoqmnpzjut",
            "               ",
            "correct horse battery staple",
        ] {
            assert_eq!(choose_password("ada", typed, 15), Ok(()), "{typed}");
        }
    }

    #[test]
    fn common_passwords_and_the_own_user_name_cannot_be_set() {
        for typed in [
            "password",
            "Password1",
            "12345678",
            "iloveyou",
            "QWERTYUIOP",
            "123456789012345",
            "PasswordPassword",
            "ManchesterUnited",
        ] {
            assert_eq!(
                choose_password("ada", typed, 8),
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
            ("ada", "adaadaadaadaadaada"),
        ] {
            assert_eq!(
                choose_password(owner, typed, 8),
                Err(InvalidPassword::OwnName),
                "{owner}: {typed}"
            );
        }
        assert_eq!(choose_password("ada", "adamant eve", 8), Ok(()));
        assert_eq!(
            choose_password("charles", "charles9q!", 8),
            Err(InvalidPassword::OwnName),
            "three characters besides the user name"
        );
        assert_eq!(
            choose_password("charles", "charles9q!x", 8),
            Ok(()),
            "four characters besides the user name"
        );
    }

    #[test]
    fn debug_output_hides_the_password() {
        let typed = Password::new("correct horse battery staple".to_owned());
        let new = NewPassword::parse(&typed, &Username::parse("ada").unwrap(), 15).unwrap();
        let shown = format!("{typed:?} {:?} {new:?}", new.prepared());
        assert!(!shown.contains("horse"), "{shown}");
    }

    proptest! {
        #[test]
        fn reading_a_new_password_never_panics(typed in "\\PC{0,300}|(?s).{0,300}") {
            let _ = choose_password("ada", &typed, 8);
        }
    }
}
