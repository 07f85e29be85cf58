use std::{
    fmt::{self, Display, Formatter},
    str::FromStr,
};

use serde::{Deserialize, Serialize};

use super::texts::Texts;
use crate::domain::{AuthError, Visitor};

/// What the server knew when it rendered a page. The page carries it along, so that the browser begins with the
/// same and nothing changes under the user's eyes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FirstRender {
    pub visitor: Visitor,
    pub notice: Option<Notice>,
    pub attempt: Option<FailedAttempt>,
}

/// What the login page says before anything was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Notice {
    SigningOut,
    SignedOut,
    /// Signed out here, and the server could not be told yet.
    SignOutUnconfirmed,
    SignedOutElsewhere,
    SignedInElsewhere,
    SessionEnded,
}

/// A sign-in by the plain form that did not succeed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedAttempt {
    pub username: String,
    pub error: AuthError,
}

/// As JSON, which is how the page carries it.
impl Display for FirstRender {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

impl FromStr for FirstRender {
    type Err = serde_json::Error;

    /// From bytes, as answers are read: for each of the two kinds of input, the wasm would have all of the reading once more.
    fn from_str(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(json.as_bytes())
    }
}

impl From<Visitor> for FirstRender {
    fn from(visitor: Visitor) -> Self {
        Self {
            visitor,
            notice: None,
            attempt: None,
        }
    }
}

impl Notice {
    #[must_use]
    pub(super) fn text(self, texts: &'static Texts) -> &'static str {
        let notices = &texts.notices;
        match self {
            Self::SigningOut => notices.signing_out,
            Self::SignedOut => notices.signed_out,
            Self::SignOutUnconfirmed => notices.sign_out_unconfirmed,
            Self::SignedOutElsewhere => notices.signed_out_elsewhere,
            Self::SignedInElsewhere => notices.signed_in_elsewhere,
            Self::SessionEnded => notices.session_ended,
        }
    }

    /// Whether the user signed out here and on purpose, and so will begin anew.
    #[must_use]
    pub fn is_farewell(self) -> bool {
        matches!(
            self,
            Self::SigningOut | Self::SignedOut | Self::SignOutUnconfirmed
        )
    }
}
