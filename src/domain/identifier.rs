use super::{EmailAddress, InputError, InvalidUsername, Username};

/// What a user signs in with. A user name has no `@` and every e-mail address has one, so no text is
/// both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identifier {
    Username(Username),
    Email(EmailAddress),
}

impl Identifier {
    /// Reads a user name or an e-mail address as typed.
    ///
    /// # Errors
    /// When it has an `@` and is no address, or has none and is no valid user name.
    pub fn parse(typed: &str) -> Result<Self, InputError> {
        if typed.contains('@') {
            return EmailAddress::parse(typed)
                .map(Self::Email)
                .map_err(|_| InputError::UsernameEmail);
        }
        match Username::parse(typed) {
            Ok(name) => Ok(Self::Username(name)),
            Err(InvalidUsername::AtSign) => Err(InputError::UsernameEmail),
            Err(error) => Err(error.into()),
        }
    }

    /// The key by which identifiers are compared. It is equal for all spellings of a user name or an
    /// e-mail address, and that of a name is never that of an address.
    #[must_use]
    pub(crate) fn comparison_key(&self) -> String {
        match self {
            Self::Username(name) => name.comparison_key(),
            Self::Email(address) => address.comparison_key(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_with_an_at_sign_is_an_address_and_any_other_a_name() {
        let name = Username::parse("Ada Lovelace").unwrap();
        assert_eq!(
            Identifier::parse(" Ada  Lovelace "),
            Ok(Identifier::Username(name))
        );
        let address = EmailAddress::parse("Ada@example.org").unwrap();
        assert_eq!(
            Identifier::parse(" Ada@Example.ORG\n"),
            Ok(Identifier::Email(address))
        );
    }

    #[test]
    fn what_is_neither_is_refused_as_what_it_looks_like() {
        for (typed, error) in [
            (" ", InputError::UsernameEmpty),
            ("a\u{202e}da", InputError::UsernameCharacters),
            ("ada@", InputError::UsernameEmail),
            ("ada@home", InputError::UsernameEmail),
            ("ada＠example.org", InputError::UsernameEmail),
        ] {
            assert_eq!(Identifier::parse(typed), Err(error), "{typed:?}");
        }
    }
}
