use super::Client;
use crate::domain::{SessionId, Timestamp, UserId};

/// Something that happened and that matters for who may pass (OWASP ASVS 16.3). It is recorded in the transaction of what
/// it tells of, and becomes one line of the log. No name or secret that somebody typed is in it.
#[derive(Debug, Clone)]
pub struct SecurityEvent<'a> {
    pub kind: EventKind,
    /// The reason as a class, or which key: never anything that was typed.
    pub detail: Option<&'a str>,
    pub user: Option<UserId>,
    pub session: Option<SessionId>,
    pub client: &'a Client,
    pub at: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    Login,
    /// A password that did not count; the detail says why.
    LoginFailed,
    /// Attempts are not looked at for a while. Once for each wait, however many come.
    LoginThrottled,
    Logout,
    /// A used-up renewal cookie was shown, and its session ended.
    RenewalReused,
    /// A session was ended by somebody or something else than its user's logout; the detail says why.
    SessionRevoked,
    /// Every session of everybody was ended; the detail says why.
    AllSessionsRevoked,
    UserAdded,
    UserDisabled,
    UserEnabled,
    PasswordChanged,
    KeyAdded,
    KeyRemoved,
}

impl EventKind {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::LoginFailed => "login_failed",
            Self::LoginThrottled => "login_throttled",
            Self::Logout => "logout",
            Self::RenewalReused => "renewal_reused",
            Self::SessionRevoked => "session_revoked",
            Self::AllSessionsRevoked => "all_sessions_revoked",
            Self::UserAdded => "user_added",
            Self::UserDisabled => "user_disabled",
            Self::UserEnabled => "user_enabled",
            Self::PasswordChanged => "password_changed",
            Self::KeyAdded => "key_added",
            Self::KeyRemoved => "key_removed",
        }
    }
}

impl<'a> SecurityEvent<'a> {
    #[must_use]
    pub fn new(kind: EventKind, client: &'a Client, at: Timestamp) -> Self {
        Self {
            kind,
            detail: None,
            user: None,
            session: None,
            client,
            at,
        }
    }

    #[must_use]
    pub fn of(self, user: UserId) -> Self {
        Self {
            user: Some(user),
            ..self
        }
    }

    #[must_use]
    pub fn in_session(self, session: SessionId) -> Self {
        Self {
            session: Some(session),
            ..self
        }
    }

    #[must_use]
    pub fn because(self, detail: &'a str) -> Self {
        Self {
            detail: Some(detail),
            ..self
        }
    }

    /// The line in the log. The agent is escaped: a browser may call itself anything.
    pub fn log(&self) {
        let (user, session) = (
            self.user.map(tracing::field::display),
            self.session.map(tracing::field::display),
        );
        let (address, agent) = (
            self.client.address.map(tracing::field::display),
            &self.client.agent,
        );
        tracing::info!(
            event = self.kind.as_str(),
            detail = self.detail,
            user,
            session,
            address,
            ?agent,
            "security"
        );
    }
}
