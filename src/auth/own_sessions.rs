use super::{AuthService, ServiceError, confirmation::NotConfirmed, device::device};
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
    NotConfirmed(NotConfirmed),
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
    /// somebody who finds an open browser can't lock its owner out.
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
        let confirmed = match self.confirm(user, kept, password, client).await? {
            Ok(confirmed) => confirmed,
            Err(error) => return Ok(RevokeOthersOutcome::NotConfirmed(error)),
        };
        let (inner, attempt) = (self.inner(), confirmed.attempt);
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
