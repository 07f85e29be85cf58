use std::path::{Path, PathBuf};

use super::{
    Client, KeyRing, Vault, VaultError,
    store::{EventFilter, Horizons, RecordedEvent},
    throttle::FORGOTTEN_AFTER_SECONDS,
};
use crate::domain::{Timestamp, Username};

/// How many events are read at a time.
const EVENTS_AT_ONCE: i64 = 1000;

impl Vault {
    /// Takes the signing keys as they are in their directory by now. What a key has signed that is gone counts no more.
    ///
    /// # Errors
    /// When the directory can't be read, and when the database can't record the change, which counts all the same.
    pub async fn refresh_keys(&self, client: &Client) -> Result<(), VaultError> {
        let parts = self.parts();
        let Some(ring) = parts.issuer.keys().changed(&parts.keys_dir)? else {
            return Ok(());
        };
        let ids = ring.ids();
        parts.issuer.keys.store(ring.into());
        Ok(parts
            .store
            .note_keys(&ids, client, parts.clock.now())
            .await?)
    }

    /// Believes no token and issues none, until the keys can be read again: which of them were taken away meanwhile, nobody
    /// knows.
    pub fn forget_keys(&self) {
        let keys = &self.parts().issuer.keys;
        keys.store(keys.load().emptied().into());
    }

    /// Makes a signing key, which signs from now on; the others still verify. Gives its file.
    ///
    /// # Errors
    /// When the file can't be written.
    pub async fn rotate_keys(&self, client: &Client) -> Result<PathBuf, VaultError> {
        let parts = self.parts();
        let file = KeyRing::add_key(&parts.keys_dir, parts.clock.now())?;
        self.refresh_keys(client).await?;
        Ok(file)
    }

    /// Deletes what has had its time: sessions that have reached their end, failed sign-ins that are forgotten, and
    /// events that were kept for long enough. Gives how many rows went.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn prune(&self) -> Result<u64, VaultError> {
        let parts = self.parts();
        let now = parts.clock.now();
        let horizons = Horizons {
            sessions: now,
            failed_logins: now.plus_seconds(-FORGOTTEN_AFTER_SECONDS),
            events: now.plus_seconds(-parts.events_kept),
        };
        Ok(parts.store.prune(horizons).await?)
    }

    /// Security events since a moment, of one user or of all, the oldest first: the next ones behind number `after`, and
    /// none when there are no more.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn events(
        &self,
        user: Option<&Username>,
        since: Timestamp,
        after: i64,
    ) -> Result<Vec<RecordedEvent>, VaultError> {
        Ok(self
            .parts()
            .store
            .events(EventFilter { user, since }, after, EVENTS_AT_ONCE)
            .await?)
    }

    /// Writes a consistent copy of the database into a new file, while the server goes on.
    ///
    /// # Errors
    /// When the file is there already or can't be written, or the database does not answer.
    pub async fn backup(&self, target: &Path) -> Result<(), VaultError> {
        let parts = self.parts();
        Ok(parts.store.backup(target, parts.clock.now()).await?)
    }
}
