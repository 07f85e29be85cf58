use super::{
    AuthService, ServiceError,
    attempt::{AttemptRequest, BeginOutcome, PasswordAttempt},
    passwords::PasswordCheck,
};
use crate::{
    domain::{AuthError, ClientInfo, Identifier, PreparedPassword, SessionId, SessionInfo, User},
    store::{AttemptKeys, PasswordOwner, StoredCredentials},
};

/// A signed-in user who has given the password again. The store ends the attempt, together with what
/// the password was asked for.
pub(super) struct Confirmed {
    credentials: StoredCredentials,
    attempt: PasswordAttempt,
}

impl Confirmed {
    /// Whose password was checked, and the attempt that is to be ended.
    pub fn into_owner(self) -> (PasswordOwner, PasswordAttempt) {
        let owner = PasswordOwner {
            user: self.credentials.user,
            password_generation: self.credentials.password_generation,
        };
        (owner, self.attempt)
    }
}

/// Why a signed-in user is not confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum NotConfirmed {
    WrongPassword,
    Throttled {
        wait_seconds: i64,
    },
    /// Too many passwords are being hashed.
    Busy,
}

impl AuthService {
    /// Whether the user of a session has given the password lately. Refreshes do not count (RFC 9470
    /// §3): a stolen session can be refreshed.
    pub(super) fn is_recent(&self, session: &SessionInfo) -> bool {
        let inner = self.inner();
        let age = inner.clock.now().seconds_since(session.authenticated_at);
        age < inner.session.reauthentication_seconds
    }

    /// Checks the password that a signed-in user gives again (OWASP ASVS 7.5.1): somebody who finds
    /// an open browser can't take the account. A wrong one counts as a failed login in this session;
    /// failures elsewhere do not keep the owner out.
    ///
    /// # Errors
    /// When the database does not answer or hashing fails.
    pub(super) async fn confirm(
        &self,
        user: &User,
        session: SessionId,
        password: PreparedPassword,
        client: &ClientInfo,
    ) -> Result<Result<Confirmed, NotConfirmed>, ServiceError> {
        let inner = self.inner();
        let Some(permit) = inner.passwords.try_acquire(client.ip) else {
            return Ok(Err(NotConfirmed::Busy));
        };
        let request = AttemptRequest {
            keys: AttemptKeys {
                own: inner.cookie_keys()?.throttle.session_key(session),
                user: None,
            },
            device: None,
            user: Some(user.id),
            session: Some(session),
            client: client.clone(),
        };
        let (permit, attempt) = match self.begin_attempt(permit, request).await? {
            BeginOutcome::Begun(begun) => *begun,
            BeginOutcome::Throttled { wait_seconds } => {
                return Ok(Err(NotConfirmed::Throttled { wait_seconds }));
            }
            BeginOutcome::Busy => return Ok(Err(NotConfirmed::Busy)),
        };
        let identifier = Identifier::Username(user.username.clone());
        let stored = inner.store.find_credentials(&identifier).await?;
        let check = self
            .check_password(permit, password, stored.as_ref())
            .await?;
        let (Some(credentials), PasswordCheck::Match { .. }) = (stored, check) else {
            attempt.fail("wrong_password").await?;
            return Ok(Err(NotConfirmed::WrongPassword));
        };
        Ok(Ok(Confirmed {
            credentials,
            attempt,
        }))
    }
}

impl From<NotConfirmed> for AuthError {
    fn from(error: NotConfirmed) -> Self {
        match error {
            NotConfirmed::WrongPassword => Self::WrongPassword,
            NotConfirmed::Throttled { wait_seconds } => Self::Throttled { wait_seconds },
            NotConfirmed::Busy => Self::Busy,
        }
    }
}
