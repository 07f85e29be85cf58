use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use server_fn::{codec::JsonEncoding, error::FromServerFnError, error::ServerFnErrorErr};

use super::{Flaw, Wait};

/// Every way in which signing in, being signed in or signing out can fail, as the wire knows it.
///
/// There is deliberately no `From` for internal errors: their texts are logged where they happen and can't
/// reach a browser, because it does not compile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuthError {
    /// Wrong password or unknown user; nobody is told which (OWASP ASVS 6.3.8).
    InvalidCredentials,
    /// The password that a signed-in user was asked for again is wrong. No 401: their token is accepted.
    WrongPassword,
    /// No token, or one that is not, or no longer, accepted.
    InvalidToken,
    /// The request could not be understood.
    InvalidInput(Flaw),
    /// The request was sent by a page of another site.
    CrossSite,
    MethodNotAllowed,
    NotFound,
    PayloadTooLarge,
    /// The request did not arrive in time.
    RequestTimeout,
    UnsupportedMediaType,
    /// Too many sign-ins have failed, for this user name or from this address.
    Throttled {
        /// For how many seconds no other one is looked at.
        wait_seconds: i64,
    },
    /// More people are signing in than the server can check passwords for.
    Busy,
    /// The server can't answer now, and nothing was changed.
    Unavailable,
    /// The server was not reached at all. Known only to the browser.
    Unreachable,
    /// The browser does not let the page keep anything. Known only to the browser.
    StorageRefused,
}

impl AuthError {
    /// The stable name for programs: `error` in the answer's body.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::InvalidCredentials => "invalid_credentials",
            Self::WrongPassword => "wrong_password",
            Self::InvalidToken => "invalid_token",
            Self::InvalidInput(_) => "invalid_input",
            Self::CrossSite => "cross_site",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::NotFound => "not_found",
            Self::PayloadTooLarge => "payload_too_large",
            Self::RequestTimeout => "request_timeout",
            Self::UnsupportedMediaType => "unsupported_media_type",
            Self::Throttled { .. } => "throttled",
            Self::Busy => "busy",
            Self::Unavailable => "unavailable",
            Self::Unreachable => "unreachable",
            Self::StorageRefused => "storage_refused",
        }
    }

    /// The text for people who write programs: `message` in the answer's body. Pages have texts of their own, in the language of
    /// who looks at them.
    #[must_use]
    pub fn message(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Throttled { wait_seconds } => {
                return format!(
                    "Too many sign-ins have failed. Try again in {}.",
                    in_words(*wait_seconds)
                )
                .into();
            }
            Self::Busy => "Very many people are signing in just now. Try again in a moment.",
            Self::InvalidCredentials => "The user name or the password is wrong.",
            Self::WrongPassword => "The password is wrong.",
            Self::InvalidToken => "Your session has ended. Sign in to go on.",
            Self::InvalidInput(flaw) => return flaw.message().into(),
            Self::CrossSite => "This request came from another site and was not carried out.",
            Self::MethodNotAllowed => "This address answers POST requests only.",
            Self::NotFound => "There is nothing at this address.",
            Self::PayloadTooLarge => "The request is too large.",
            Self::RequestTimeout => "The request took too long to arrive. Try again.",
            Self::UnsupportedMediaType => "Send a form: application/x-www-form-urlencoded.",
            Self::Unavailable => "The server can't answer just now. Try again in a moment.",
            Self::Unreachable => {
                "The server can't be reached. Check your connection and try again."
            }
            Self::StorageRefused => {
                "Your browser does not let this page store data. Allow it for this site, and try again."
            }
        })
    }

    /// After how many seconds it is worth trying again, if waiting is what helps: `Retry-After`.
    #[must_use]
    pub fn retry_after(&self) -> Option<i64> {
        match self {
            Self::Throttled { wait_seconds } => Some(*wait_seconds),
            Self::Busy => Some(2),
            Self::Unavailable | Self::Unreachable | Self::StorageRefused => Some(5),
            _ => None,
        }
    }
}

fn in_words(seconds: i64) -> String {
    let (number, unit) = match Wait::of_seconds(seconds) {
        Wait::Seconds(number) => (number, "second"),
        Wait::Minutes(number) => (number, "minute"),
        Wait::Hours(number) => (number, "hour"),
    };
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}

#[derive(Serialize, Deserialize)]
struct Wire<'a> {
    error: Cow<'a, str>,
    message: Cow<'a, str>,
    /// What is wrong with the input.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Cow<'a, str>>,
    /// In seconds, for a page that counts down; other clients have the header.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<i64>,
}

impl Serialize for AuthError {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let retry_after = matches!(self, Self::Throttled { .. })
            .then(|| self.retry_after())
            .flatten();
        let reason = if let Self::InvalidInput(flaw) = self {
            Some(flaw.code().into())
        } else {
            None
        };
        Wire {
            error: self.code().into(),
            message: self.message(),
            reason,
            retry_after,
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for AuthError {
    /// Reads an answer's body. A code this version does not know counts as "can't answer".
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wire = Wire::deserialize(deserializer)?;
        Ok(match wire.error.as_ref() {
            "invalid_credentials" => Self::InvalidCredentials,
            "wrong_password" => Self::WrongPassword,
            "invalid_token" => Self::InvalidToken,
            "invalid_input" => Self::InvalidInput(Flaw::named(&wire.reason.unwrap_or_default())),
            "cross_site" => Self::CrossSite,
            "method_not_allowed" => Self::MethodNotAllowed,
            "not_found" => Self::NotFound,
            "payload_too_large" => Self::PayloadTooLarge,
            "request_timeout" => Self::RequestTimeout,
            "unsupported_media_type" => Self::UnsupportedMediaType,
            "throttled" => Self::Throttled {
                wait_seconds: wire.retry_after.unwrap_or_default(),
            },
            "busy" => Self::Busy,
            _ => Self::Unavailable,
        })
    }
}

impl FromServerFnError for AuthError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) => Self::Unreachable,
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => {
                Self::InvalidInput(Flaw::Field)
            }
            _ => Self::Unavailable,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::InvalidUsername;

    #[test]
    fn every_error_survives_the_wire() {
        for error in [
            AuthError::InvalidCredentials,
            AuthError::WrongPassword,
            AuthError::InvalidToken,
            AuthError::InvalidInput(Flaw::Username(InvalidUsername::Empty)),
            AuthError::CrossSite,
            AuthError::MethodNotAllowed,
            AuthError::NotFound,
            AuthError::PayloadTooLarge,
            AuthError::RequestTimeout,
            AuthError::UnsupportedMediaType,
            AuthError::Throttled { wait_seconds: 40 },
            AuthError::Busy,
            AuthError::Unavailable,
        ] {
            assert_eq!(AuthError::de(error.ser()), error);
        }
    }

    #[test]
    fn a_wait_is_told_in_words_and_never_too_short() {
        for (seconds, words) in [
            (1, "1 second"),
            (119, "119 seconds"),
            (121, "3 minutes"),
            (7199, "120 minutes"),
            (7201, "3 hours"),
        ] {
            let message = AuthError::Throttled {
                wait_seconds: seconds,
            }
            .message()
            .into_owned();
            assert!(message.ends_with(&format!(" in {words}.")), "{message}");
        }
    }

    #[test]
    fn the_text_of_an_internal_error_never_gets_out() {
        for internal in [
            ServerFnErrorErr::ServerError("SELECT canary".to_owned()),
            ServerFnErrorErr::Args("canary".to_owned()),
            ServerFnErrorErr::Deserialization("canary".to_owned()),
        ] {
            let sent = AuthError::from_server_fn_error(internal).ser();
            assert!(!String::from_utf8_lossy(&sent).contains("canary"));
        }
    }
}
