use std::{
    borrow::Cow,
    error::Error,
    fmt::{self, Display, Formatter},
};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use server_fn::{codec::JsonEncoding, error::FromServerFnError, error::ServerFnErrorErr};
use strum::{EnumString, IntoStaticStr};

use super::{InputError, Wait};

/// Every way in which a request can fail, as it is sent over the wire. The code of each is its
/// name in snake case.
///
/// An application's own error type for server functions holds it by `From<AuthError>`. The status
/// of the response is set by what has failed, whatever the type.
///
/// There is deliberately no `From` for internal errors: their texts are logged where they occur,
/// and can't reach a browser because that does not compile.
#[derive(Debug, Clone, PartialEq, Eq, IntoStaticStr, EnumString)]
#[strum(serialize_all = "snake_case")]
#[non_exhaustive]
pub enum AuthError {
    /// Wrong password, or an unknown or disabled user; the response is the same for all of them
    /// (OWASP ASVS 6.3.8).
    InvalidCredentials,
    /// A signed-in user was asked for the password again, and it was wrong. Not a 401, since the
    /// access token is accepted.
    WrongPassword,
    /// The password has to be given again: it was not lately.
    PasswordRequired,
    /// No access token, or one that is not, or no longer, accepted.
    InvalidToken,
    /// A mailed link that is not, or no longer, good: it was used, it has expired, or the password was
    /// changed since.
    InvalidLink,
    /// The request could not be understood.
    InvalidInput(InputError),
    /// The request was sent by a page of another site.
    CrossSite,
    /// The address does not accept the request's method.
    MethodNotAllowed,
    /// There is nothing at the address.
    NotFound,
    /// The body is over the limit, which is 16 KiB for our own server functions and forms.
    PayloadTooLarge,
    /// The request did not arrive in time.
    RequestTimeout,
    /// The body is not of the media type that the address accepts.
    UnsupportedMediaType,
    /// Too many logins have failed, for this user or from this address.
    Throttled {
        /// For how many seconds further attempts are refused.
        wait_seconds: i64,
    },
    /// More people are signing in than the server can check passwords for.
    Busy,
    /// The server can't answer now, and nothing was changed.
    Unavailable,
    /// The server was not reached. Only the browser reports it.
    Unreachable,
}

impl AuthError {
    /// The code for programs: `error` in the body of an error response.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.into()
    }

    /// The text for developers: `message` in the body of an error response. Pages have texts of
    /// their own, in the language of the user.
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
            Self::Busy => "Too many people are signing in right now. Try again in a moment.",
            Self::InvalidCredentials => "The user name, e-mail or password is wrong.",
            Self::WrongPassword => "The password is wrong.",
            Self::PasswordRequired => "Give your password again to do this.",
            Self::InvalidToken => "Your session has ended. Sign in to continue.",
            Self::InvalidLink => "This link was used already or has expired. Ask for a new one.",
            Self::InvalidInput(error) => return error.message().into(),
            Self::CrossSite => {
                "This request came from another site and was refused. If it came from the right \
                 one, the setting public.url has to name its origin."
            }
            Self::MethodNotAllowed => "This address does not accept this method.",
            Self::NotFound => "There is nothing at this address.",
            Self::PayloadTooLarge => "The request is too large.",
            Self::RequestTimeout => "The request took too long to arrive. Try again.",
            Self::UnsupportedMediaType => "Send a form: application/x-www-form-urlencoded.",
            Self::Unavailable => "The server can't answer right now. Try again in a moment.",
            Self::Unreachable => {
                "The server can't be reached. Check your connection and try again."
            }
        })
    }

    /// After how many seconds a retry makes sense, if waiting helps: `Retry-After` (RFC 9110
    /// §10.2.3).
    #[must_use]
    pub fn retry_after(&self) -> Option<i64> {
        match self {
            Self::Throttled { wait_seconds } => Some(*wait_seconds),
            Self::Busy => Some(2),
            Self::Unavailable | Self::Unreachable => Some(5),
            _ => None,
        }
    }
}

impl Display for AuthError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())
    }
}

impl Error for AuthError {}

fn in_words(seconds: i64) -> String {
    let (number, unit) = match Wait::of_seconds(seconds) {
        Wait::Seconds(number) => (number, "second"),
        Wait::Minutes(number) => (number, "minute"),
        Wait::Hours(number) => (number, "hour"),
    };
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}

/// The body of an error response.
#[derive(Serialize, Deserialize)]
struct Body<'a> {
    error: Cow<'a, str>,
    message: Cow<'a, str>,
    /// The code of an [`InputError`].
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Cow<'a, str>>,
    /// In seconds, for the countdown in a page. Other clients read the header.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<i64>,
}

impl Serialize for AuthError {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (reason, retry_after) = match self {
            Self::InvalidInput(error) => (Some(error.code().into()), None),
            Self::Throttled { wait_seconds } => (None, Some(*wait_seconds)),
            _ => (None, None),
        };
        Body {
            error: self.code().into(),
            message: self.message(),
            reason,
            retry_after,
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for AuthError {
    /// Reads the body of an error response. A code that this version does not know is
    /// [`Self::Unavailable`].
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let body = Body::deserialize(deserializer)?;
        Ok(match body.error.parse().unwrap_or(Self::Unavailable) {
            Self::InvalidInput(_) => {
                Self::InvalidInput(InputError::from_code(&body.reason.unwrap_or_default()))
            }
            Self::Throttled { .. } => Self::Throttled {
                wait_seconds: body.retry_after.unwrap_or_default(),
            },
            other => other,
        })
    }
}

impl FromServerFnError for AuthError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) => Self::Unreachable,
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => {
                Self::InvalidInput(InputError::Field)
            }
            _ => Self::Unavailable,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_survives_serialization() {
        for error in [
            AuthError::InvalidCredentials,
            AuthError::WrongPassword,
            AuthError::PasswordRequired,
            AuthError::InvalidToken,
            AuthError::InvalidLink,
            AuthError::InvalidInput(InputError::UsernameEmpty),
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
    fn a_wait_is_spelled_out_and_rounded_up() {
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
    fn the_text_of_an_internal_error_is_never_sent() {
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
