use sqlx::{SqliteConnection, SqliteExecutor};

use super::{Store, StoreError};
use crate::{
    domain::Timestamp,
    server::{
        Client,
        event::{EventKind, SecurityEvent},
        throttle::{Counted, Failures, NameMac, count_for_account},
    },
};

impl Store {
    /// Counts an attempt to sign in as failed, before its password is looked at, or finds that it comes too early: one
    /// transaction, so that no two attempts see the same count.
    ///
    /// # Errors
    /// When the database does not answer. Then nothing may be looked at.
    pub async fn count_attempt(&self, name: NameMac, client: &Client, now: Timestamp) -> Result<Counted, StoreError> {
        // Whoever is told again to wait does not keep anybody from writing.
        if let (too_early @ Counted::TooEarly { .. }, true) = Self::next_attempt(&self.pool, name, now).await? {
            return Ok(too_early);
        }
        let mut transaction = self.begin().await?;
        let (counted, reported) = Self::next_attempt(&mut *transaction, name, now).await?;
        match counted {
            Counted::Yes(Failures { number, last_at }) => {
                sqlx::query(
                    "INSERT INTO failed_logins (name_mac, failures, last_at) VALUES (?1, ?2, ?3)
                     ON CONFLICT (name_mac) DO UPDATE SET failures = ?2, last_at = ?3, reported = 0",
                )
                .bind(name.as_bytes())
                .bind(number)
                .bind(last_at.0)
                .execute(&mut *transaction)
                .await?;
                Self::commit(transaction, []).await?;
            }
            Counted::TooEarly { .. } if reported => {}
            Counted::TooEarly { .. } => {
                sqlx::query("UPDATE failed_logins SET reported = 1 WHERE name_mac = ?")
                    .bind(name.as_bytes())
                    .execute(&mut *transaction)
                    .await?;
                let throttled = SecurityEvent::new(EventKind::LoginThrottled, client, now).because("user_name");
                Self::commit(transaction, [throttled]).await?;
            }
        }
        Ok(counted)
    }

    /// What would become of an attempt now, and whether the wait that it meets is among the events already.
    async fn next_attempt(
        executor: impl SqliteExecutor<'_>,
        name: NameMac,
        now: Timestamp,
    ) -> Result<(Counted, bool), StoreError> {
        let row: Option<(i64, i64, bool)> =
            sqlx::query_as("SELECT failures, last_at, reported FROM failed_logins WHERE name_mac = ?")
                .bind(name.as_bytes())
                .fetch_optional(executor)
                .await?;
        let before = row.map(|(number, last_at, _)| Failures { number, last_at: Timestamp(last_at) });
        Ok((count_for_account(before, now), row.is_some_and(|(_, _, reported)| reported)))
    }

    /// Forgets the failures for a user name, within the caller's transaction.
    pub(super) async fn forget_failures(connection: &mut SqliteConnection, name: NameMac) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM failed_logins WHERE name_mac = ?").bind(name.as_bytes()).execute(connection).await?;
        Ok(())
    }
}
