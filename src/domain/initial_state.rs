use std::{
    fmt::{self, Display, Formatter},
    str::FromStr,
};

use serde::{Deserialize, Serialize};

use super::{AuthError, AuthState};

/// The state from which the server rendered a page. It is embedded in the page as JSON, so that
/// hydration starts from the same state and nothing on the page changes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct InitialState {
    pub auth: AuthState,
    /// A message above the login form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notice: Option<Notice>,
    /// The login by the plain form that this page responds to, if it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed_login: Option<FailedLogin>,
    /// Why another plain form was refused, if this page is the response to one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<AuthError>,
}

/// A message that the login page shows before the user has typed anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
}

/// A failed login by the plain form, which works without scripts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedLogin {
    /// The user name as typed, to fill the form again.
    pub username: String,
    /// Whether "Keep me signed in" was ticked.
    pub remember: bool,
    pub error: AuthError,
}

/// Writes JSON, the format in which the page embeds the state.
impl Display for InitialState {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

impl FromStr for InitialState {
    type Err = serde_json::Error;

    /// Reads the JSON from bytes rather than from `str`. Responses are read from bytes too, and a
    /// second input type would add a second copy of the deserializer to the wasm.
    fn from_str(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(json.as_bytes())
    }
}

impl From<AuthState> for InitialState {
    fn from(auth: AuthState) -> Self {
        Self {
            auth,
            notice: None,
            failed_login: None,
            refused: None,
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
