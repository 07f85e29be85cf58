use serde::{Deserialize, Serialize};

use crate::domain::Visitor;

/// What the server knew when it rendered a page. The page carries it along, so that the browser begins with the
/// same and nothing changes under the user's eyes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FirstRender {
    pub visitor: Visitor,
    pub notice: Option<Notice>,
    pub attempt: Option<FailedAttempt>,
}

/// What the login page says before anything was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
    pub message: String,
    /// For how many seconds no other one is looked at.
    pub wait_seconds: Option<i64>,
}

impl From<Visitor> for FirstRender {
    fn from(visitor: Visitor) -> Self {
        Self { visitor, notice: None, attempt: None }
    }
}

impl Notice {
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::SigningOut => "Signing you out…",
            Self::SignedOut => "You are signed out.",
            Self::SignOutUnconfirmed => {
                "You are signed out in this browser. The server could not be told yet; it will be as soon as it can be reached."
            }
            Self::SignedOutElsewhere => "You signed out in another tab.",
            Self::SignedInElsewhere => "You signed in from another tab.",
            Self::SessionEnded => "Your session has ended. Sign in to go on.",
        }
    }

    /// Whether the user signed out here and on purpose, and so will begin anew.
    #[must_use]
    pub fn is_farewell(self) -> bool {
        matches!(self, Self::SigningOut | Self::SignedOut | Self::SignOutUnconfirmed)
    }
}
