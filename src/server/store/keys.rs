use std::collections::BTreeSet;

use super::{Store, StoreError};
use crate::{
    domain::Timestamp,
    server::{
        Client,
        event::{EventKind, SecurityEvent},
    },
};

impl Store {
    /// Records which signing keys have come and gone since somebody last looked.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn note_keys(
        &self,
        now_there: &BTreeSet<String>,
        client: &Client,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let known: BTreeSet<String> = sqlx::query_scalar("SELECT kid FROM signing_keys")
            .fetch_all(&self.readers)
            .await?
            .into_iter()
            .collect();
        if known == *now_there {
            return Ok(());
        }
        let mut transaction = self.begin().await?;
        let mut events = Vec::new();
        for kid in now_there.difference(&known) {
            let done =
                sqlx::query("INSERT INTO signing_keys (kid) VALUES (?) ON CONFLICT DO NOTHING")
                    .bind(kid);
            if done.execute(&mut *transaction).await?.rows_affected() == 1 {
                events.push(SecurityEvent::new(EventKind::KeyAdded, client, at).because(kid));
            }
        }
        for kid in known.difference(now_there) {
            let done = sqlx::query("DELETE FROM signing_keys WHERE kid = ?").bind(kid);
            if done.execute(&mut *transaction).await?.rows_affected() == 1 {
                events.push(SecurityEvent::new(EventKind::KeyRemoved, client, at).because(kid));
            }
        }
        self.commit(transaction, events).await
    }
}
