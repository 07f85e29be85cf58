use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};

use super::{Actor, SessionId, Timestamp, UserId};

/// Something that matters for security (OWASP ASVS 16.3). It is stored in the transaction of what
/// it reports, and holds no name or secret that somebody typed.
#[derive(Debug, Clone)]
pub struct SecurityEvent {
    pub at: Timestamp,
    pub kind: EventKind,
    /// The reason as a code, or the id of a key.
    pub detail: Option<String>,
    pub user: Option<UserId>,
    pub session: Option<SessionId>,
    pub actor: Actor,
}

/// What happened. The code of each kind is its name in snake case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr, EnumString)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum EventKind {
    Login,
    /// The detail says why.
    LoginFailed,
    /// Attempts are refused for a while. Recorded once for each delay, however many attempts come.
    LoginThrottled,
    Logout,
    /// A refresh token was used twice, so its session was revoked.
    RefreshTokenReused,
    /// A session was revoked other than by its user's logout. The detail is a [`RevokedReason`].
    SessionRevoked,
    /// Every session of every user was revoked; the detail says why.
    AllSessionsRevoked,
    /// The detail is `sign_up` or `invitation`; without one, an operator has created the account.
    UserAdded,
    UserDisabled,
    UserEnabled,
    /// By its owner or an operator. Events keep the id of the user, which nobody has any more.
    UserDeleted,
    PasswordChanged,
    /// A mail with a link to choose a new password was sent, or the command line has made one.
    PasswordResetSent,
    /// A new password was chosen by such a link.
    PasswordReset,
    DisplayNameChanged,
    /// A mail with a link to confirm a new e-mail address was sent to that address.
    EmailConfirmationSent,
    EmailChanged,
    /// The former e-mail address was taken back by a mailed link, and a new password chosen.
    EmailRestored,
    /// Somebody asked to create an account with an e-mail address, and a mail was sent to it. Of an
    /// account if that has the address already.
    SignUpSent,
    /// An operator has invited somebody to create an account. The detail is the id of the invitation.
    Invited,
    InvitationRevoked,
    KeyAdded,
    KeyRemoved,
    /// Recorded by a newer version of this program.
    #[serde(other)]
    Unknown,
}

/// Why a session was revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr, EnumString)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum RevokedReason {
    LoggedOut,
    UserDisabled,
    PasswordChanged,
    /// The same browser signed in again.
    Replaced,
    /// A refresh token of it was used twice.
    RefreshTokenReused,
    /// Its user ended it from another session.
    Owner,
    /// Its user has opened more sessions than one may have.
    Surplus,
    /// An operator ended it at the command line.
    Operator,
    /// Recorded by a newer version of this program.
    #[serde(other)]
    Unknown,
}

impl SecurityEvent {
    #[must_use]
    pub fn new(kind: EventKind, actor: &Actor, at: Timestamp) -> Self {
        Self {
            at,
            kind,
            detail: None,
            user: None,
            session: None,
            actor: actor.clone(),
        }
    }

    /// The event for the end of one session.
    #[must_use]
    pub fn revoked(reason: RevokedReason, actor: &Actor, at: Timestamp) -> Self {
        match reason {
            RevokedReason::LoggedOut => Self::new(EventKind::Logout, actor, at),
            RevokedReason::RefreshTokenReused => {
                Self::new(EventKind::RefreshTokenReused, actor, at)
            }
            other => {
                let detail: &'static str = other.into();
                Self::new(EventKind::SessionRevoked, actor, at).with_detail(detail)
            }
        }
    }

    #[must_use]
    pub fn with_user(self, user: UserId) -> Self {
        Self {
            user: Some(user),
            ..self
        }
    }

    #[must_use]
    pub fn with_session(self, session: SessionId) -> Self {
        Self {
            session: Some(session),
            ..self
        }
    }

    #[must_use]
    pub fn with_detail(self, detail: impl Into<String>) -> Self {
        Self {
            detail: Some(detail.into()),
            ..self
        }
    }
}

impl EventKind {
    /// Reads a code. One that this version does not know is [`Self::Unknown`].
    #[must_use]
    pub fn from_code(code: &str) -> Self {
        code.parse().unwrap_or(Self::Unknown)
    }

    #[must_use]
    pub fn code(self) -> &'static str {
        self.into()
    }
}

impl RevokedReason {
    #[must_use]
    pub fn code(self) -> &'static str {
        self.into()
    }
}
