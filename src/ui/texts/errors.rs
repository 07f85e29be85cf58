use std::borrow::Cow;

use super::Texts;
use crate::{
    domain::{AuthError, InputError},
    ui::form::FieldError,
};

impl Texts {
    /// The text for an error. The server's own message is for developers.
    pub fn error(&self, error: &AuthError) -> Cow<'static, str> {
        let errors = &self.errors;
        Cow::Borrowed(match error {
            AuthError::Throttled { wait_seconds } => {
                return (errors.throttled)(*wait_seconds).into();
            }
            AuthError::InvalidCredentials => errors.invalid_credentials,
            AuthError::WrongPassword => errors.wrong_password,
            AuthError::InvalidToken => self.notices.session_ended,
            AuthError::InvalidInput(error) => self.input_error(*error),
            AuthError::CrossSite => errors.cross_site,
            AuthError::PayloadTooLarge => errors.too_large,
            AuthError::RequestTimeout => errors.timed_out,
            AuthError::Busy => errors.busy,
            AuthError::Unavailable => errors.unavailable,
            AuthError::Unreachable => errors.unreachable,
            // The page that asks for the password says so itself, and the page of a link that the link is not good.
            AuthError::PasswordRequired
            | AuthError::InvalidLink
            | AuthError::MethodNotAllowed
            | AuthError::NotFound
            | AuthError::UnsupportedMediaType => errors.outdated_page,
        })
    }

    /// The field that an error is about, and the text beside it.
    pub fn field_error(&self, error: &AuthError) -> Option<FieldError> {
        match error {
            AuthError::InvalidInput(error) => {
                Some((error.field()?, self.input_error(*error).into()))
            }
            // The fields for user names take no text of that length.
            AuthError::PayloadTooLarge => Some(("password", self.errors.password_too_long.into())),
            _ => None,
        }
    }

    fn input_error(&self, error: InputError) -> &'static str {
        match error {
            InputError::UsernameEmpty => self.login.enter_name_or_email,
            InputError::UsernameTooLong => self.errors.user_name_too_long,
            InputError::UsernameCharacters => self.errors.user_name_characters,
            InputError::UsernameAtSign => self.errors.user_name_at_sign,
            InputError::UsernameEmail => self.errors.invalid_email,
            InputError::PasswordEmpty => self.login.enter_password,
            InputError::PasswordTooLong => self.errors.password_too_long,
            InputError::PasswordCharacters => self.errors.password_characters,
            // The pages of an account have texts of their own, and ours send all fields.
            InputError::UsernameTaken
            | InputError::PasswordTooShort
            | InputError::PasswordCommon
            | InputError::PasswordOwnName
            | InputError::NameTooLong
            | InputError::NameCharacters
            | InputError::Email
            | InputError::EmailUnchanged
            | InputError::EmailTaken
            | InputError::EmailChanged
            | InputError::Field
            | InputError::Encoding
            | InputError::Choice => self.errors.outdated_page,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        domain::{Language, PreparedPassword, Username},
        ui::texts::{OurTexts, Translations},
    };

    #[test]
    fn every_language_names_the_actual_limits() {
        for language in Language::ALL {
            let translations: &dyn Translations = &OurTexts;
            let errors = &translations.of(language).errors;
            assert!(
                errors
                    .user_name_too_long
                    .contains(&Username::MAX_CODE_POINTS.to_string())
            );
            assert!(
                errors
                    .password_too_long
                    .contains(&PreparedPassword::MAX_CODE_POINTS.to_string())
            );
        }
    }
}
