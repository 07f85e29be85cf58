use super::{InvalidPassword, InvalidUsername};

/// What is wrong with what somebody has sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    Username(InvalidUsername),
    Password(InvalidPassword),
    /// A field is missing or can't be read.
    Field,
    /// The form is not UTF-8.
    Encoding,
    /// There is no such choice.
    Choice,
}

impl Flaw {
    const ALL: [Self; 12] = [
        Self::Username(InvalidUsername::Empty),
        Self::Username(InvalidUsername::TooLong),
        Self::Username(InvalidUsername::Characters),
        Self::Password(InvalidPassword::Empty),
        Self::Password(InvalidPassword::TooShort),
        Self::Password(InvalidPassword::TooLong),
        Self::Password(InvalidPassword::Characters),
        Self::Password(InvalidPassword::Common),
        Self::Password(InvalidPassword::OwnName),
        Self::Field,
        Self::Encoding,
        Self::Choice,
    ];

    /// The stable name for programs: `reason` in the answer's body.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Username(InvalidUsername::Empty) => "username_empty",
            Self::Username(InvalidUsername::TooLong) => "username_too_long",
            Self::Username(InvalidUsername::Characters) => "username_characters",
            Self::Password(InvalidPassword::Empty) => "password_empty",
            Self::Password(InvalidPassword::TooShort) => "password_too_short",
            Self::Password(InvalidPassword::TooLong) => "password_too_long",
            Self::Password(InvalidPassword::Characters) => "password_characters",
            Self::Password(InvalidPassword::Common) => "password_common",
            Self::Password(InvalidPassword::OwnName) => "password_own_name",
            Self::Field => "field",
            Self::Encoding => "encoding",
            Self::Choice => "choice",
        }
    }

    /// The flaw of that name. A name that this version does not know is a field that can't be read.
    #[must_use]
    pub fn named(code: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|flaw| flaw.code() == code)
            .unwrap_or(Self::Field)
    }

    /// The text for people: `message` in the answer's body.
    #[must_use]
    pub fn message(self) -> String {
        match self {
            Self::Username(error) => error.to_string(),
            Self::Password(error) => error.to_string(),
            Self::Field => "A field is missing or can't be read.".to_owned(),
            Self::Encoding => "The form is not valid UTF-8.".to_owned(),
            Self::Choice => "There is no such choice.".to_owned(),
        }
    }
}

impl From<InvalidUsername> for Flaw {
    fn from(error: InvalidUsername) -> Self {
        Self::Username(error)
    }
}

impl From<InvalidPassword> for Flaw {
    fn from(error: InvalidPassword) -> Self {
        Self::Password(error)
    }
}

#[cfg(test)]
mod tests {
    use super::Flaw;

    #[test]
    fn every_flaw_is_known_by_its_name() {
        for flaw in Flaw::ALL {
            assert_eq!(Flaw::named(flaw.code()), flaw);
        }
        assert_eq!(Flaw::named("what a newer server may say"), Flaw::Field);
    }
}
