use std::sync::Arc;

use super::{AuthService, ServiceError, keys::CookieKeys};
use crate::{
    domain::{Actor, BackoffPolicy},
    store::PruneBefore,
};

/// For how many seconds mails are kept that were sent or given up: a month, for `countersign mail`.
const KEEP_MAILS_SECONDS: i64 = 30 * 86_400;

/// What a running server does periodically.
impl AuthService {
    /// Loads the signing keys again if their directory has changed. Tokens of a removed key are
    /// rejected from then on.
    ///
    /// # Errors
    /// When the directory can't be read; or when the database can't record the change, which is in
    /// effect all the same.
    #[doc(hidden)]
    pub async fn reload_signing_keys(&self, actor: &Actor) -> Result<(), ServiceError> {
        let inner = self.inner();
        let ring = inner.issuer.keys().reload(&inner.keys_dir)?;
        if ring.is_none() && !inner.store.is_shared() {
            return Ok(());
        }
        if let Some(ring) = ring {
            if inner.store.is_shared() {
                // Until the database says when the others have its keys.
                ring.sign_as(&inner.issuer.keys());
            }
            inner.issuer.keys.store(ring.into());
        }
        inner.compare(actor).await
    }

    /// Loads the keys of the cookies again if their files have changed. Keys that the other servers
    /// lack are not used: what they sign would be refused there, and its user be signed out.
    ///
    /// # Errors
    /// When they can't be read, or are not those of the other servers.
    #[doc(hidden)]
    pub async fn reload_cookie_keys(&self) -> Result<(), ServiceError> {
        let inner = self.inner();
        let current = inner.cookie_keys.load_full();
        let is_current = |keys: &Arc<CookieKeys>| keys.are_current(&inner.keys_dir);
        if !current.as_ref().is_some_and(is_current) {
            let keys = CookieKeys::read(&inner.keys_dir)?;
            if inner.store.is_shared() {
                let recorded = inner.store.recorded().await?;
                if recorded.is_some_and(|theirs| theirs.cookie_keys != keys.fingerprints()) {
                    return Err(ServiceError::OtherCookieKeys);
                }
            }
            inner.cookie_keys.store(Some(keys.into()));
        }
        Ok(())
    }

    /// Accepts and sets no cookie until their keys can be read again.
    pub(crate) fn drop_cookie_keys(&self) {
        self.inner().cookie_keys.store(None);
    }

    /// Accepts and issues no token until the signing keys can be read again: any of them may have
    /// been removed in the meantime.
    pub(crate) fn drop_signing_keys(&self) {
        let keys = &self.inner().issuer.keys;
        keys.store(keys.load().emptied().into());
    }

    /// Whether another database has taken the place of the one that this service was opened on.
    #[must_use]
    pub(crate) async fn is_database_replaced(&self) -> bool {
        self.inner().store.is_replaced().await
    }

    /// Deletes sessions, failed logins and security events that have expired, and returns how many
    /// rows there were.
    ///
    /// # Errors
    /// When the database does not answer.
    #[doc(hidden)]
    pub async fn prune(&self) -> Result<u64, ServiceError> {
        let inner = self.inner();
        // A clock that is wrong for a moment must not delete everything.
        let now = inner.confirmed_time.now(&inner.clock);
        let before = PruneBefore {
            sessions: now,
            failed_logins: now.plus_seconds(-BackoffPolicy::FORGET_AFTER_SECONDS),
            events: now.plus_seconds(-inner.audit_seconds),
            mails: now.plus_seconds(-KEEP_MAILS_SECONDS),
        };
        Ok(inner.store.prune(before).await?)
    }
}
