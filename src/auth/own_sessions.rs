use super::{AuthService, ServiceError, confirmation::NotConfirmed, device::device};
use crate::{
    domain::{
        AccountEvent, Actor, ClientInfo, DisplayName, EventKind, PreparedPassword, RevokedReason,
        SessionId, SessionInfo, SessionSummary, User,
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
    /// The password was not given lately, and not now either.
    PasswordRequired,
    /// This session was ended in the meantime, or the password was changed elsewhere.
    SessionOver,
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
            name: session.name,
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

    /// Names one of the user's sessions, or removes its name. `false` if it is not theirs, or is over.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn name_session(
        &self,
        user: &User,
        session: SessionId,
        name: Option<&DisplayName>,
    ) -> Result<bool, ServiceError> {
        let inner = self.inner();
        let now = inner.clock.now();
        Ok(inner
            .store
            .name_session(user.id, session, name, now)
            .await?)
    }

    /// Ends every session of a user but one, if the password is given or was given lately in that one
    /// (OWASP ASVS 7.5.2): somebody who finds an open browser can't lock its owner out.
    ///
    /// # Errors
    /// When the database does not answer or hashing fails: the others may still be live.
    pub(crate) async fn revoke_other_sessions(
        &self,
        user: &User,
        kept: &SessionInfo,
        password: Option<PreparedPassword>,
        client: &ClientInfo,
    ) -> Result<RevokeOthersOutcome, ServiceError> {
        let confirmed = match password {
            Some(password) => match self.confirm(user, kept.id, password, client).await? {
                Ok(confirmed) => Some(confirmed.into_owner()),
                Err(error) => return Ok(RevokeOthersOutcome::NotConfirmed(error)),
            },
            None if self.is_recent(kept) => None,
            None => return Ok(RevokeOthersOutcome::PasswordRequired),
        };
        let inner = self.inner();
        let (actor, now) = (Actor::from(client), inner.clock.now());
        let succeeded = confirmed
            .as_ref()
            .map(|(owner, attempt)| (owner, attempt.succeeded(None)));
        let number = inner
            .store
            .revoke_other_sessions(user.id, kept.id, succeeded, &actor, now)
            .await?;
        match (number, confirmed) {
            (Some(_), Some((_, attempt))) => attempt.set_decided(),
            (None, Some((_, attempt))) => attempt.fail("changed_meanwhile").await?,
            (_, None) => {}
        }
        Ok(number.map_or(
            RevokeOthersOutcome::SessionOver,
            RevokeOthersOutcome::Revoked,
        ))
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
