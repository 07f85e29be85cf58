use super::{AccountError, Client, RevokedReason, Vault, VaultError, store::ListedSession};
use crate::domain::{SessionId, Username};

impl Vault {
    /// Live sessions, of one user or of all, the newest first.
    ///
    /// # Errors
    /// When there is no such user or the database does not answer.
    pub async fn list_sessions(
        &self,
        user: Option<&Username>,
    ) -> Result<Vec<ListedSession>, AccountError> {
        let parts = self.parts();
        let user = match user {
            Some(name) => {
                let known = parts.store.user_named(name).await?;
                Some(known.ok_or_else(|| AccountError::Unknown(name.clone()))?)
            }
            None => None,
        };
        Ok(parts.store.list_sessions(user, parts.clock.now()).await?)
    }

    /// Ends a session. `false` if it was over already.
    ///
    /// # Errors
    /// When the database does not answer: then it may still live.
    pub async fn revoke_session(&self, id: SessionId, client: &Client) -> Result<bool, VaultError> {
        let parts = self.parts();
        Ok(parts
            .store
            .revoke_session(id, RevokedReason::Operator, client, parts.clock.now())
            .await?)
    }

    /// Ends every session of a user, and gives how many there were.
    ///
    /// # Errors
    /// When there is no such user, or the database does not answer: then they may still live.
    pub async fn revoke_sessions_of(
        &self,
        name: &Username,
        client: &Client,
    ) -> Result<u64, AccountError> {
        let parts = self.parts();
        let number = parts
            .store
            .revoke_sessions_of_user(name, client, parts.clock.now())
            .await?;
        number.ok_or_else(|| AccountError::Unknown(name.clone()))
    }

    /// Ends every session of everybody.
    ///
    /// # Errors
    /// When the database does not answer: then they may still live.
    pub async fn revoke_all_sessions(&self, client: &Client) -> Result<(), VaultError> {
        let parts = self.parts();
        Ok(parts
            .store
            .begin_epoch("operator", client, parts.clock.now())
            .await?)
    }
}
