use std::{
    borrow::Cow,
    collections::HashMap,
    fmt::{self, Display, Formatter},
    str::FromStr,
};

use form_urlencoded::Serializer;
use strum::{EnumString, IntoStaticStr};
use thiserror::Error;

use super::{AuthError, AuthState, InputError, Registration, SessionId, User, UserId, Username};

/// The state from which the server rendered a page. It is embedded in the page, so that hydration
/// starts from the same state and nothing on the page changes.
///
/// It is written as a form is sent, and not as JSON: the first wasm file needs no JSON for anything
/// else, and a deserializer would add a sixth to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InitialState {
    pub auth: AuthState,
    /// A message above the login form.
    pub notice: Option<Notice>,
    /// The login by the plain form that this page responds to, if it failed.
    pub failed_login: Option<FailedLogin>,
    /// Why another plain form was refused, if this page is the response to one.
    pub refused: Option<AuthError>,
    /// What was typed into its text field, to fill it again.
    pub typed: Option<String>,
    /// Who may create an account.
    pub registration: Registration,
}

/// The embedded state is of another version of this program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the state of the page can't be read")]
pub struct InvalidInitialState;

/// A message that the login page shows before the user has typed anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, IntoStaticStr, EnumString)]
#[cfg_attr(test, derive(strum::VariantArray))]
#[strum(serialize_all = "snake_case")]
pub enum Notice {
    /// The logout request is under way.
    SigningOut,
    /// The server has confirmed the logout.
    SignedOut,
    /// The browser has removed the token, but the server has not confirmed the logout.
    SignOutUnconfirmed,
    /// The user has signed out in another tab.
    SignedOutElsewhere,
    /// The user has signed in in another tab.
    SignedInElsewhere,
    /// The session has expired or was revoked.
    SessionEnded,
    /// A new password was chosen by a mailed link, which has ended all sessions.
    PasswordReset,
    /// So was the e-mail address, by the link that takes it back.
    EmailRestored,
    /// A new e-mail address was confirmed by a mailed link.
    EmailConfirmed,
    /// The account was deleted by its owner.
    AccountDeleted,
}

/// A failed login by the plain form, which works without scripts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedLogin {
    /// The user name as typed, to fill the form again.
    pub username: String,
    /// Whether "Keep me signed in" was ticked.
    pub remember: bool,
    pub error: AuthError,
}

const UNKNOWN: &str = "unknown";
const ANONYMOUS: &str = "anonymous";
const SIGNED_IN: &str = "signed_in";

impl Display for InitialState {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut form = Serializer::new(String::new());
        match &self.auth {
            AuthState::Unknown => form.append_pair("auth", UNKNOWN),
            AuthState::Anonymous => form.append_pair("auth", ANONYMOUS),
            AuthState::SignedIn { user, session } => form
                .append_pair("auth", SIGNED_IN)
                .append_pair("user_id", &user.id.to_string())
                .append_pair("username", user.username.as_str())
                .append_pair("session", &session.to_string()),
        };
        if let Some(notice) = self.notice {
            form.append_pair("notice", notice.into());
        }
        if let Some(failed) = &self.failed_login {
            form.append_pair("failed", &write_error(&failed.error))
                .append_pair("typed", &failed.username)
                .append_pair("remember", &failed.remember.to_string());
        }
        if let Some(refused) = &self.refused {
            form.append_pair("refused", &write_error(refused));
        }
        if let Some(typed) = &self.typed {
            form.append_pair("text", typed);
        }
        if self.registration != Registration::Closed {
            form.append_pair("registration", self.registration.into());
        }
        f.write_str(&form.finish())
    }
}

impl FromStr for InitialState {
    type Err = InvalidInitialState;

    fn from_str(text: &str) -> Result<Self, InvalidInitialState> {
        read(text).ok_or(InvalidInitialState)
    }
}

fn read(text: &str) -> Option<InitialState> {
    let form: HashMap<Cow<str>, Cow<str>> = form_urlencoded::parse(text.as_bytes()).collect();
    let get = |name: &str| form.get(name).map(|value| &**value);
    let error = |name| get(name).map(read_error);
    Some(InitialState {
        auth: match get("auth")? {
            UNKNOWN => AuthState::Unknown,
            ANONYMOUS => AuthState::Anonymous,
            SIGNED_IN => AuthState::SignedIn {
                user: User {
                    id: UserId(get("user_id")?.parse().ok()?),
                    username: Username::from_stored(get("username")?.to_owned()),
                },
                session: SessionId(get("session")?.parse().ok()?),
            },
            _ => return None,
        },
        notice: get("notice").and_then(|notice| notice.parse().ok()),
        failed_login: match error("failed") {
            Some(error) => Some(FailedLogin {
                username: get("typed")?.to_owned(),
                remember: get("remember") == Some("true"),
                error,
            }),
            None => None,
        },
        refused: error("refused"),
        typed: get("text").map(str::to_owned),
        registration: get("registration")
            .and_then(|code| code.parse().ok())
            .unwrap_or_default(),
    })
}

/// The code of an error, and what it is about.
fn write_error(error: &AuthError) -> String {
    let code = error.code();
    match error {
        AuthError::InvalidInput(input) => format!("{code} {}", input.code()),
        AuthError::Throttled { wait_seconds } => format!("{code} {wait_seconds}"),
        _ => code.to_owned(),
    }
}

fn read_error(text: &str) -> AuthError {
    let (code, about) = text.split_once(' ').unwrap_or((text, ""));
    match code.parse().unwrap_or(AuthError::Unavailable) {
        AuthError::InvalidInput(_) => AuthError::InvalidInput(InputError::from_code(about)),
        AuthError::Throttled { .. } => AuthError::Throttled {
            wait_seconds: about.parse().unwrap_or_default(),
        },
        error => error,
    }
}

impl From<AuthState> for InitialState {
    fn from(auth: AuthState) -> Self {
        Self {
            auth,
            notice: None,
            failed_login: None,
            refused: None,
            typed: None,
            registration: Registration::Closed,
        }
    }
}

impl Notice {
    /// Whether the user has signed out in this tab. The next login then leads to the default page,
    /// not back to the last one.
    #[must_use]
    pub fn is_logout(self) -> bool {
        matches!(
            self,
            Self::SigningOut | Self::SignedOut | Self::SignOutUnconfirmed
        )
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use strum::VariantArray;
    use uuid::Uuid;

    use super::*;

    fn errors() -> impl Strategy<Value = AuthError> {
        prop_oneof![
            Just(AuthError::InvalidCredentials),
            Just(AuthError::WrongPassword),
            Just(AuthError::PasswordRequired),
            Just(AuthError::InvalidToken),
            Just(AuthError::InvalidLink),
            Just(AuthError::CrossSite),
            Just(AuthError::MethodNotAllowed),
            Just(AuthError::NotFound),
            Just(AuthError::PayloadTooLarge),
            Just(AuthError::RequestTimeout),
            Just(AuthError::UnsupportedMediaType),
            Just(AuthError::Busy),
            Just(AuthError::Unavailable),
            Just(AuthError::Unreachable),
            any::<i64>().prop_map(|wait_seconds| AuthError::Throttled { wait_seconds }),
            proptest::sample::select(InputError::VARIANTS).prop_map(AuthError::InvalidInput),
        ]
    }

    fn states() -> impl Strategy<Value = AuthState> {
        let signed_in = (any::<[u128; 2]>(), "\\PC{1,20}").prop_map(|([user, session], name)| {
            AuthState::SignedIn {
                user: User {
                    id: UserId(Uuid::from_u128(user)),
                    username: Username::from_stored(name),
                },
                session: SessionId(Uuid::from_u128(session)),
            }
        });
        prop_oneof![
            Just(AuthState::Unknown),
            Just(AuthState::Anonymous),
            signed_in
        ]
    }

    fn failed_logins() -> impl Strategy<Value = FailedLogin> {
        (".{0,20}", any::<bool>(), errors()).prop_map(|(username, remember, error)| FailedLogin {
            username,
            remember,
            error,
        })
    }

    proptest! {
        #[test]
        fn a_page_begins_with_the_state_that_was_embedded_in_it(
            auth in states(),
            notice in proptest::option::of(proptest::sample::select(Notice::VARIANTS)),
            failed_login in proptest::option::of(failed_logins()),
            refused in proptest::option::of(errors()),
            typed in proptest::option::of(".{0,20}"),
            registration in proptest::sample::select(Registration::VARIANTS),
        ) {
            let state = InitialState { auth, notice, failed_login, refused, typed, registration };
            let embedded = state.to_string();
            prop_assert!(embedded.is_ascii(), "{}", embedded);
            prop_assert_eq!(embedded.parse(), Ok(state));
        }
    }

    #[test]
    fn what_is_no_state_is_not_read() {
        for text in [
            "",
            "auth",
            "auth=admin",
            "auth=signed_in&username=ada",
            "{}",
        ] {
            assert_eq!(
                text.parse::<InitialState>(),
                Err(InvalidInitialState),
                "{text}"
            );
        }
    }
}
