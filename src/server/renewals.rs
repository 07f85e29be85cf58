use axum::http::{HeaderMap, HeaderValue};

use super::{
    Client, CookiePolicy, Grant, RevokedReason, Vault, VaultError,
    renewal::RenewalToken,
    store::{Renewed, SessionState},
};
use crate::domain::{SessionId, Visitor};

/// What became of a renewal cookie that was shown.
#[derive(Debug)]
#[must_use]
pub enum Renewal {
    Granted(Box<Grant>),
    /// No cookie, not one of ours, used up, or its session is over.
    Refused,
}

impl Vault {
    /// Gives the next access token and the next cookie for the renewal cookie of a request. A cookie that was used
    /// up ends its session.
    ///
    /// # Errors
    /// When the database does not answer. Nothing was renewed then.
    pub async fn renew(&self, headers: &HeaderMap, client: &Client) -> Result<Renewal, VaultError> {
        let parts = self.parts();
        let Some(shown) = self.renewal_token(headers) else {
            return Ok(Renewal::Refused);
        };
        let now = parts.clock.now();
        match parts.store.renew_session(shown, client, now).await? {
            Renewed::Current {
                user,
                session,
                counter,
                idle_seconds,
            } => {
                let grant = parts.grant(user, &session, counter, idle_seconds, now)?;
                Ok(Renewal::Granted(Box::new(grant)))
            }
            Renewed::Reused | Renewed::Over => Ok(Renewal::Refused),
        }
    }

    /// Who opens a page, by the renewal cookie of the request. Nothing is renewed by it.
    ///
    /// # Errors
    /// When the database does not answer. Then it is not known who is there.
    pub async fn visitor(&self, headers: &HeaderMap) -> Result<Visitor, VaultError> {
        let parts = self.parts();
        let Some(shown) = self.renewal_token(headers) else {
            return Ok(Visitor::Anonymous);
        };
        Ok(
            match parts.store.renewable(shown, parts.clock.now()).await? {
                SessionState::Live { user, session } => Visitor::SignedIn {
                    user,
                    session: session.id,
                },
                SessionState::Over => Visitor::Anonymous,
            },
        )
    }

    /// Ends the session of a request's renewal cookie. `None` if the cookie is not one of ours.
    ///
    /// # Errors
    /// When the database does not answer: then the session may still live.
    pub async fn log_out_by_cookie(
        &self,
        headers: &HeaderMap,
        client: &Client,
    ) -> Result<Option<SessionId>, VaultError> {
        let parts = self.parts();
        let Some(shown) = self.renewal_token(headers) else {
            return Ok(None);
        };
        parts
            .store
            .revoke_session(
                shown.session,
                RevokedReason::LoggedOut,
                client,
                parts.clock.now(),
            )
            .await?;
        Ok(Some(shown.session))
    }

    /// What to set when a session has ended here: takes its renewal cookie away, but not that of another session, which
    /// the user may have begun meanwhile; unless the browser notes that its user has signed out of that too.
    #[must_use]
    pub fn forget_cookies(&self, headers: &HeaderMap, ended: SessionId) -> Vec<HeaderValue> {
        let own = self.cookies().is_ending(headers)
            || self
                .renewal_token(headers)
                .is_none_or(|token| token.session == ended);
        let renewal = own.then(|| self.parts().cookies.clear()).flatten();
        renewal
            .into_iter()
            .chain(self.cookies().clear_ending())
            .collect()
    }

    /// How cookies are named and set.
    #[must_use]
    pub fn cookies(&self) -> CookiePolicy {
        self.parts().cookies
    }

    pub(super) fn renewal_token(&self, headers: &HeaderMap) -> Option<RenewalToken> {
        let parts = self.parts();
        RenewalToken::verify(&parts.cookies.read(headers)?, &parts.renewal_key)
    }
}
