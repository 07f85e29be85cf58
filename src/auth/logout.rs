use std::collections::HashSet;

use futures::future::join_all;

use super::{AuthService, Expiry, Rejection, ServiceError};
use crate::{
    domain::{AccessToken, Actor, ClientInfo, RevokedReason, SessionId},
    store::Revocation,
};

/// The outcome of a logout.
#[derive(Debug)]
#[must_use]
pub enum LogoutOutcome {
    /// The session is over, now or since before, and that is on the disk.
    LoggedOut(SessionId),
    /// The token is not one of ours, so it names no session.
    Rejected(Rejection),
}

impl AuthService {
    /// Ends the session of an access token, also of an expired one. Doing it twice is no error
    /// (RFC 7009).
    ///
    /// # Errors
    /// When the database does not answer: the session may still be live.
    pub(crate) async fn log_out(
        &self,
        token: &AccessToken,
        client: &ClientInfo,
    ) -> Result<LogoutOutcome, ServiceError> {
        let inner = self.inner();
        let verified = inner.verify(token, inner.clock.now(), Expiry::Ignored);
        match verified.await? {
            Ok(token) => {
                let actor = client.into();
                self.revoke(token.session, RevokedReason::LoggedOut, actor)
                    .await?;
                Ok(LogoutOutcome::LoggedOut(token.session))
            }
            Err(rejection) => Ok(LogoutOutcome::Rejected(rejection)),
        }
    }

    /// Ends the session of each refresh token that is one of ours, however often it was rotated
    /// since. Returns these sessions.
    ///
    /// # Errors
    /// When the database does not answer: the sessions may still be live.
    pub(crate) async fn log_out_by_refresh_tokens(
        &self,
        refresh_tokens: impl IntoIterator<Item = &str>,
        client: &ClientInfo,
    ) -> Result<Vec<SessionId>, ServiceError> {
        let keys = self.inner().cookie_keys()?;
        let tokens = refresh_tokens.into_iter();
        let ours = tokens.filter_map(|token| keys.refresh.verify(token));
        let sessions: HashSet<_> = ours.map(|token| token.session).collect();
        let ended = sessions.into_iter().map(async |session| {
            self.revoke(session, RevokedReason::LoggedOut, client.into())
                .await?;
            Ok(session)
        });
        join_all(ended).await.into_iter().collect()
    }

    /// Whether refresh tokens can be read.
    ///
    /// # Errors
    /// When the keys of the cookies are away.
    pub(crate) fn require_cookie_keys(&self) -> Result<(), ServiceError> {
        self.inner().cookie_keys().map(drop)
    }

    /// The session that a refresh token names, live or not.
    #[must_use]
    pub(crate) fn session_of(&self, refresh_token: &str) -> Option<SessionId> {
        let keys = self.inner().cookie_keys().ok()?;
        let token = keys.refresh.verify(refresh_token)?;
        Some(token.session)
    }

    /// `false` if the session was over already.
    pub(super) async fn revoke(
        &self,
        session: SessionId,
        reason: RevokedReason,
        actor: Actor,
    ) -> Result<bool, ServiceError> {
        let inner = self.inner();
        let revocation = Revocation {
            session,
            owner: None,
            reason,
            actor,
            now: inner.clock.now(),
        };
        Ok(inner.revocations.run(revocation).await?)
    }
}
