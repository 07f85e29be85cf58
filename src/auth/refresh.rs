use super::{AuthService, IssuedTokens, ServiceError};
use crate::{
    domain::ClientInfo,
    store::{RefreshRequest, Refreshed},
};

/// The outcome of presenting a refresh token.
#[derive(Debug)]
#[must_use]
pub enum RefreshOutcome {
    Refreshed(Box<IssuedTokens>),
    /// It is not one of ours or was used before, or its session is over.
    Rejected,
}

impl AuthService {
    /// Issues the next access token and refresh token of a session. Presenting a refresh token
    /// that was used before revokes the session.
    ///
    /// # Errors
    /// When the database does not answer or a key is away. Nothing was refreshed then.
    pub(crate) async fn refresh(
        &self,
        refresh_token: &str,
        client: &ClientInfo,
    ) -> Result<RefreshOutcome, ServiceError> {
        let inner = self.inner();
        let now = inner.clock.now();
        let keys = inner.token_keys(now)?;
        let Some(token) = keys.cookies.refresh.verify(refresh_token) else {
            return Ok(RefreshOutcome::Rejected);
        };
        let request = RefreshRequest {
            token,
            actor: client.into(),
            now,
        };
        match inner.refreshes.run(request).await? {
            Refreshed::Live(session) => {
                let issued = keys.issue(session, now)?;
                Ok(RefreshOutcome::Refreshed(Box::new(issued)))
            }
            Refreshed::Reused | Refreshed::Over => Ok(RefreshOutcome::Rejected),
        }
    }
}
