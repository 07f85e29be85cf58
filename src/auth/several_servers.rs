//! What a server does so that it is one of several on a database.

use super::{AuthService, Difference, ServiceError, identity::identity, service::Inner};
use crate::{
    domain::{Actor, Timestamp},
    store::{Identity, running},
};

impl Inner {
    /// Of this server, as it is now.
    fn identity(&self) -> Result<Identity, ServiceError> {
        let cookies = self.cookie_keys()?;
        let ring = self.issuer.keys();
        Ok(identity(&ring, Some(&cookies), &self.issuer.issuer))
    }

    /// Compares this server with the others on its database, logs when a difference begins or ends,
    /// and signs with the keys that all have.
    pub(super) async fn compare(&self, actor: &Actor) -> Result<(), ServiceError> {
        let cookies = self.cookie_keys.load_full();
        let mut ours = identity(&self.issuer.keys(), cookies.as_deref(), &self.issuer.issuer);
        let theirs = self.store.share(&ours, actor, self.clock.now()).await?;
        if ours.cookie_keys != theirs.cookie_keys {
            // Another server has made its own those of all. `reload_cookie_keys` reports it, as it does
            // when they can't be read.
            self.cookie_keys.store(None);
            ours.cookie_keys.clone_from(&theirs.cookie_keys);
        }
        self.issuer.keys().sign_from(&theirs.signing_keys);
        let difference =
            Difference::between(&theirs, &ours).map(|found| format!("{found}. {}", found.way_on()));
        let before = self.difference.swap(difference.clone().map(Into::into));
        match difference {
            Some(difference) if before.as_deref() != Some(&difference) => {
                tracing::error!(%difference, "this server differs from the others on its database");
            }
            None if before.is_some() => tracing::info!("this server is as the others again"),
            _ => {}
        }
        Ok(())
    }
}

impl AuthService {
    /// Makes the keys and `public.url` of this server those of all servers on its database. Keys that
    /// the others don't have yet are published, and sign after `token.new_key_delay_seconds`.
    /// Returns how this server differed.
    ///
    /// # Errors
    /// When the database does not answer or the keys can't be read.
    #[doc(hidden)]
    pub async fn adopt(&self, actor: &Actor) -> Result<Option<Difference>, ServiceError> {
        let inner = self.inner();
        let now = inner.clock.now();
        let mut ours = inner.identity()?;
        let theirs = inner.store.share(&ours, actor, now).await?;
        let difference = Difference::between(&theirs, &ours);
        let begins = now.plus_seconds(inner.new_key_delay_seconds);
        for (id, signs_from) in &mut ours.signing_keys {
            let recorded = theirs.signing_keys.get(id).copied();
            *signs_from = recorded.unwrap_or((*signs_from).max(begins));
        }
        if difference.is_some() {
            inner.store.adopt(&ours, actor, now).await?;
        }
        Ok(difference)
    }

    /// Records a new key of this server for all servers, and nothing about other keys: their records
    /// may have changed since this server has read them.
    pub(super) async fn record_new_key(
        &self,
        id: &str,
        signs_from: Timestamp,
        actor: &Actor,
    ) -> Result<(), ServiceError> {
        let inner = self.inner();
        if inner.store.is_shared() {
            let now = inner.clock.now();
            inner.store.record_key(id, signs_from, actor, now).await?;
        }
        inner.compare(actor).await
    }

    /// Sets the clock of the service by that of the database, if servers compare times by it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn follow_database_clock(&self) -> Result<(), ServiceError> {
        let inner = self.inner();
        let asked_at = running();
        if let Some(time) = inner.store.time().await? {
            inner.clock.set(time, asked_at);
        }
        Ok(())
    }
}
