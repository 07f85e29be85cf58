use super::{AuthService, Expiry, Rejection, ServiceError};
use crate::{
    domain::{AccessToken, Rotation, SessionInfo, User, rotate},
    store::LiveSession,
};

/// The outcome of checking an access token.
#[derive(Debug)]
#[must_use]
pub enum TokenCheck {
    Valid { user: User, session: SessionInfo },
    Rejected(Rejection),
}

impl AuthService {
    /// Checks an access token: signature, header, claims and times, and that its session is live.
    ///
    /// # Errors
    /// When the database does not answer. Nobody is accepted then.
    pub(crate) async fn check(&self, token: &AccessToken) -> Result<TokenCheck, ServiceError> {
        let inner = self.inner();
        let now = inner.clock.now();
        let token = match inner.verify(token, now, Expiry::Enforced).await? {
            Ok(token) => token,
            Err(rejection) => return Ok(TokenCheck::Rejected(rejection)),
        };
        let found = inner.store.find_live(&[token.session], now).await?;
        Ok(match found.into_iter().next().flatten() {
            Some(LiveSession { user, info, .. }) if user.id == token.user => TokenCheck::Valid {
                user,
                session: info,
            },
            _ => TokenCheck::Rejected(Rejection::SessionOver),
        })
    }

    /// Whether an access token is one of this server's, whatever has become of its session.
    #[must_use]
    pub(crate) fn verifies(&self, token: &AccessToken, expiry: Expiry) -> bool {
        let inner = self.inner();
        inner
            .issuer
            .verify(token, inner.clock.now(), expiry)
            .is_ok()
    }

    /// Finds the session of a refresh token without refreshing it, for the render of a page.
    /// `None` if it could not be refreshed.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn page_session(
        &self,
        refresh_token: &str,
    ) -> Result<Option<(User, SessionInfo)>, ServiceError> {
        let inner = self.inner();
        let now = inner.clock.now();
        let Some(token) = inner.cookie_keys()?.refresh.verify(refresh_token) else {
            return Ok(None);
        };
        let found = inner.store.find_live(&[token.session], now).await?;
        let live = found.into_iter().next().flatten().filter(|session| {
            let LiveSession {
                refresh_counter,
                rotated_at,
                ..
            } = *session;
            rotate(refresh_counter, rotated_at, token.counter, now) != Rotation::Reused
        });
        Ok(live.map(|session| (session.user, session.info)))
    }
}
