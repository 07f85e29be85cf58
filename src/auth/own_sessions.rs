use super::{
    AuthService, ServiceError,
    attempt::{AttemptRequest, BeginOutcome},
    device::device,
    passwords::PasswordCheck,
};
use crate::{
    domain::{
        AccountEvent, Actor, ClientInfo, EventKind, PreparedPassword, RevokedReason, SessionId,
        SessionSummary, User,
    },
    store::{RecordedEvent, Revocation},
};

/// How many events the owner of an account is shown.
const EVENTS_SHOWN: i64 = 20;

/// The outcome of ending all other sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum RevokeOthersOutcome {
    /// This many sessions were ended.
    Revoked(usize),
    WrongPassword,
    Throttled {
        wait_seconds: i64,
    },
    Busy,
}

impl AuthService {
    /// The live sessions of a user, the newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn own_sessions(
        &self,
        user: &User,
        current: SessionId,
    ) -> Result<Vec<SessionSummary>, ServiceError> {
        let inner = self.inner();
        let sessions = inner
            .store
            .list_sessions(Some(user.id), inner.clock.now())
            .await?;
        let summaries = sessions.into_iter().map(|session| SessionSummary {
            is_current: session.info.id == current,
            session: session.info,
            device: device(&session.user_agent),
            last_seen_at: session.last_seen_at,
            refreshes: session.refresh_counter,
        });
        Ok(summaries.collect())
    }

    /// Ends a session if it is one of this user's. `false` if it is not, or was over already.
    ///
    /// # Errors
    /// When the database does not answer: the session may still be live.
    pub(crate) async fn revoke_own_session(
        &self,
        user: &User,
        session: SessionId,
        client: &ClientInfo,
    ) -> Result<bool, ServiceError> {
        let inner = self.inner();
        let revocation = Revocation {
            session,
            owner: Some(user.id),
            reason: RevokedReason::Owner,
            actor: client.into(),
            now: inner.clock.now(),
        };
        Ok(inner.revocations.run(revocation).await?)
    }

    /// Ends every session of a user but one, once the password was given again (OWASP ASVS 7.5.2):
    /// somebody who finds an open browser can't lock its owner out. A wrong password counts as a
    /// failed login.
    ///
    /// # Errors
    /// When the database does not answer or hashing fails: the others may still be live.
    pub(crate) async fn revoke_other_sessions(
        &self,
        user: &User,
        kept: SessionId,
        password: PreparedPassword,
        client: &ClientInfo,
    ) -> Result<RevokeOthersOutcome, ServiceError> {
        let inner = self.inner();
        let Some(permit) = inner.passwords.try_acquire(client.ip) else {
            return Ok(RevokeOthersOutcome::Busy);
        };
        let request = AttemptRequest {
            // Failures elsewhere do not keep the owner from ending other sessions.
            key: inner.cookie_keys()?.throttle.session_key(kept),
            device: None,
            user: Some(user.id),
            session: Some(kept),
            client: client.clone(),
        };
        let (permit, attempt) = match self.begin_attempt(permit, request).await? {
            BeginOutcome::Begun(begun) => *begun,
            BeginOutcome::Throttled { wait_seconds } => {
                return Ok(RevokeOthersOutcome::Throttled { wait_seconds });
            }
            BeginOutcome::Busy => return Ok(RevokeOthersOutcome::Busy),
        };
        let stored = inner.store.find_credentials(&user.username).await?;
        let check = self
            .check_password(permit, password, stored.as_ref())
            .await?;
        if check == PasswordCheck::Mismatch {
            attempt.fail("wrong_password").await?;
            return Ok(RevokeOthersOutcome::WrongPassword);
        }
        let (actor, now) = (Actor::from(client), inner.clock.now());
        let number = inner
            .store
            .revoke_other_sessions(user.id, kept, attempt.succeeded(None), &actor, now)
            .await?;
        attempt.set_decided();
        Ok(RevokeOthersOutcome::Revoked(number))
    }

    /// The newest security events of a user, the newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn account_events(
        &self,
        user: &User,
    ) -> Result<Vec<AccountEvent>, ServiceError> {
        let events = self
            .inner()
            .store
            .newest_events(user.id, EVENTS_SHOWN)
            .await?;
        Ok(events.into_iter().map(for_owner).collect())
    }
}

fn for_owner(event: RecordedEvent) -> AccountEvent {
    let reason = event
        .detail
        .filter(|_| event.kind == EventKind::SessionRevoked);
    AccountEvent {
        id: event.id,
        at: event.at,
        kind: event.kind,
        reason: reason.map(|code| code.parse().unwrap_or(RevokedReason::Unknown)),
        device: event.ip.map(|_| device(&event.user_agent)),
        ip: event.ip.map(|ip| ip.to_string()),
    }
}
