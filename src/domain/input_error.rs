use strum::{EnumString, IntoStaticStr};

use super::{InvalidDisplayName, InvalidEmailAddress, InvalidPassword, InvalidUsername};

/// What is wrong with the input of a request. The code of each is its name in snake case.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, IntoStaticStr, EnumString)]
#[cfg_attr(test, derive(strum::VariantArray))]
#[strum(serialize_all = "snake_case")]
#[non_exhaustive]
pub enum InputError {
    /// [`InvalidUsername::Empty`].
    UsernameEmpty,
    /// [`InvalidUsername::TooLong`].
    UsernameTooLong,
    /// [`InvalidUsername::Characters`].
    UsernameCharacters,
    /// Another account has this user name.
    UsernameTaken,
    /// [`InvalidUsername::AtSign`].
    UsernameAtSign,
    /// What a user signs in with has an `@`, and is no e-mail address.
    UsernameEmail,
    /// [`InvalidPassword::Empty`].
    PasswordEmpty,
    /// [`InvalidPassword::TooShort`]. Our pages name the length.
    PasswordTooShort,
    /// [`InvalidPassword::TooLong`].
    PasswordTooLong,
    /// [`InvalidPassword::Characters`].
    PasswordCharacters,
    /// [`InvalidPassword::Common`].
    PasswordCommon,
    /// [`InvalidPassword::OwnName`].
    PasswordOwnName,
    /// A name that is only shown has more than 64 characters.
    NameTooLong,
    /// A name that is only shown contains a character that a name can't have.
    NameCharacters,
    /// [`InvalidEmailAddress`].
    Email,
    /// The account has this e-mail address already.
    EmailUnchanged,
    /// Another account has this e-mail address.
    EmailTaken,
    /// The e-mail address was changed within the last seven days, so the account can't be deleted.
    EmailChanged,
    /// A field is missing or can't be read.
    #[default]
    Field,
    /// The form is not UTF-8.
    Encoding,
    /// The value is not one of those that can be chosen.
    Choice,
}

impl InputError {
    /// The code for programs: `reason` in the body of an error response.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.into()
    }

    /// Reads a code. One that this version does not know is [`Self::Field`].
    #[must_use]
    pub(crate) fn from_code(code: &str) -> Self {
        code.parse().unwrap_or_default()
    }

    /// The name of the form's field that is wrong, if it is one.
    #[must_use]
    pub fn field(self) -> Option<&'static str> {
        match self {
            Self::UsernameEmpty
            | Self::UsernameTooLong
            | Self::UsernameCharacters
            | Self::UsernameTaken
            | Self::UsernameAtSign
            | Self::UsernameEmail => Some("username"),
            Self::PasswordEmpty
            | Self::PasswordTooShort
            | Self::PasswordTooLong
            | Self::PasswordCharacters
            | Self::PasswordCommon
            | Self::PasswordOwnName => Some("password"),
            Self::NameTooLong | Self::NameCharacters => Some("name"),
            Self::Email | Self::EmailUnchanged => Some("email"),
            Self::EmailTaken | Self::EmailChanged | Self::Field | Self::Encoding | Self::Choice => {
                None
            }
        }
    }

    /// The text for people: `message` in the body of an error response.
    #[must_use]
    pub fn message(self) -> String {
        match self {
            Self::UsernameEmpty => InvalidUsername::Empty.to_string(),
            Self::UsernameTooLong => InvalidUsername::TooLong.to_string(),
            Self::UsernameCharacters => InvalidUsername::Characters.to_string(),
            Self::UsernameTaken => "Another account has this user name.".to_owned(),
            Self::UsernameAtSign => InvalidUsername::AtSign.to_string(),
            Self::PasswordEmpty => InvalidPassword::Empty.to_string(),
            Self::PasswordTooShort => "This password is too short.".to_owned(),
            Self::PasswordTooLong => InvalidPassword::TooLong.to_string(),
            Self::PasswordCharacters => InvalidPassword::Characters.to_string(),
            Self::PasswordCommon => InvalidPassword::Common.to_string(),
            Self::PasswordOwnName => InvalidPassword::OwnName.to_string(),
            Self::NameTooLong => InvalidDisplayName::TooLong.to_string(),
            Self::NameCharacters => InvalidDisplayName::Characters.to_string(),
            Self::UsernameEmail | Self::Email => InvalidEmailAddress.to_string(),
            Self::EmailUnchanged => "This account has that e-mail address already.".to_owned(),
            Self::EmailTaken => "Another account has this e-mail address.".to_owned(),
            Self::EmailChanged => {
                "The e-mail address was changed within the last seven days, and the former one can take it \
                 back. Until then, only an administrator can delete the account."
                    .to_owned()
            }
            Self::Field => "A field is missing or can't be read.".to_owned(),
            Self::Encoding => "The form is not valid UTF-8.".to_owned(),
            Self::Choice => "This value is not one of the choices.".to_owned(),
        }
    }
}

impl From<InvalidUsername> for InputError {
    fn from(error: InvalidUsername) -> Self {
        match error {
            InvalidUsername::Empty => Self::UsernameEmpty,
            InvalidUsername::TooLong => Self::UsernameTooLong,
            InvalidUsername::Characters => Self::UsernameCharacters,
            InvalidUsername::AtSign => Self::UsernameAtSign,
        }
    }
}

impl From<InvalidPassword> for InputError {
    fn from(error: InvalidPassword) -> Self {
        match error {
            InvalidPassword::Empty => Self::PasswordEmpty,
            InvalidPassword::TooShort { .. } => Self::PasswordTooShort,
            InvalidPassword::TooLong => Self::PasswordTooLong,
            InvalidPassword::Characters => Self::PasswordCharacters,
            InvalidPassword::Common => Self::PasswordCommon,
            InvalidPassword::OwnName => Self::PasswordOwnName,
        }
    }
}

impl From<InvalidDisplayName> for InputError {
    fn from(error: InvalidDisplayName) -> Self {
        match error {
            InvalidDisplayName::TooLong => Self::NameTooLong,
            InvalidDisplayName::Characters => Self::NameCharacters,
        }
    }
}

impl From<InvalidEmailAddress> for InputError {
    fn from(_: InvalidEmailAddress) -> Self {
        Self::Email
    }
}

#[cfg(test)]
mod tests {
    use strum::VariantArray;

    use super::InputError;

    #[test]
    fn every_input_error_is_restored_from_its_code() {
        for error in InputError::VARIANTS {
            assert_eq!(InputError::from_code(error.code()), *error);
        }
        assert_eq!(
            InputError::from_code("what a newer server may say"),
            InputError::Field
        );
    }
}
