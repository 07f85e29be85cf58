use std::borrow::Cow;

use super::Texts;
use crate::domain::{AuthError, Flaw, InvalidPassword, InvalidUsername};

impl Texts {
    /// What went wrong, by its kind: what the server says in words is for programs and their makers.
    pub fn error(&self, error: &AuthError) -> Cow<'static, str> {
        let errors = &self.errors;
        Cow::Borrowed(match error {
            AuthError::Throttled { wait_seconds } => {
                return (errors.throttled)(*wait_seconds).into();
            }
            AuthError::InvalidCredentials => errors.invalid_credentials,
            AuthError::WrongPassword => errors.wrong_password,
            AuthError::InvalidToken => self.notices.session_ended,
            AuthError::InvalidInput(flaw) => self.flaw(*flaw),
            AuthError::CrossSite => errors.cross_site,
            AuthError::PayloadTooLarge => errors.too_large,
            AuthError::RequestTimeout => errors.timed_out,
            AuthError::Busy => errors.busy,
            AuthError::Unavailable => errors.unavailable,
            AuthError::Unreachable => errors.unreachable,
            AuthError::StorageRefused => errors.storage_refused,
            AuthError::MethodNotAllowed | AuthError::NotFound | AuthError::UnsupportedMediaType => {
                errors.misunderstood
            }
        })
    }

    fn flaw(&self, flaw: Flaw) -> &'static str {
        match flaw {
            Flaw::Username(InvalidUsername::Empty) => self.login.enter_user_name,
            Flaw::Username(InvalidUsername::TooLong) => self.errors.user_name_too_long,
            Flaw::Username(InvalidUsername::Characters) => self.errors.user_name_characters,
            Flaw::Password(InvalidPassword::Empty) => self.login.enter_password,
            Flaw::Password(InvalidPassword::TooLong) => self.errors.password_too_long,
            Flaw::Password(InvalidPassword::Characters) => self.errors.password_characters,
            // Pages set no password, and send every field.
            Flaw::Password(
                InvalidPassword::TooShort | InvalidPassword::Common | InvalidPassword::OwnName,
            )
            | Flaw::Field
            | Flaw::Encoding
            | Flaw::Choice => self.errors.misunderstood,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::{Language, PreparedPassword, Username};

    #[test]
    fn every_language_names_the_limits_that_hold() {
        for language in Language::ALL {
            let errors = &language.texts().errors;
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
