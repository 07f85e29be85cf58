use super::{AuthService, ServiceError};
use crate::domain::{Actor, ClientInfo, DisplayName, OwnAccount, User};

impl AuthService {
    /// What a user sees of their own account. It is empty if the account was deleted in the meantime.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn own_account(&self, user: &User) -> Result<OwnAccount, ServiceError> {
        let account = self.inner().store.find_account(user.id).await?;
        Ok(OwnAccount {
            email: account.as_ref().and_then(|account| account.email.clone()),
            display_name: account.and_then(|account| account.display_name),
            has_mail: self.has_mail(),
        })
    }

    /// Sets or removes the display name of a user.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn set_display_name(
        &self,
        user: &User,
        name: Option<&DisplayName>,
        client: &ClientInfo,
    ) -> Result<(), ServiceError> {
        let inner = self.inner();
        let (actor, now) = (Actor::from(client), inner.clock.now());
        let set = inner.store.set_display_name(user.id, name, &actor, now);
        Ok(set.await?)
    }
}
