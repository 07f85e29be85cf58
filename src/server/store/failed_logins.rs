use sqlx::{SqliteConnection, SqliteExecutor};

use super::{Store, StoreError};
use crate::{
    domain::Timestamp,
    server::{
        Client,
        event::{EventKind, SecurityEvent},
        throttle::{Failures, Limit, Tally},
    },
};

/// What is known of a tally: its failures, and whether the wait after them is among the events.
#[derive(Default)]
struct Standing {
    failures: Option<Failures>,
    reported: bool,
}

impl Store {
    /// Counts an attempt to sign in as failed, before its password is looked at, and gives 0; or gives the seconds by which
    /// it comes too early. One transaction, so that no two attempts see the same count.
    ///
    /// # Errors
    /// When the database does not answer. Then nothing may be looked at.
    pub async fn count_attempt(
        &self,
        tally: Tally,
        client: &Client,
        now: Timestamp,
    ) -> Result<i64, StoreError> {
        let before = Self::standing(&self.readers, tally).await?;
        let wait = Limit::ACCOUNT.wait_seconds(before.failures, now);
        // Whoever is told again to wait does not keep anybody from writing.
        if wait > 0 && before.reported {
            return Ok(wait);
        }
        let mut transaction = self.begin().await?;
        let before = Self::standing(&mut *transaction, tally).await?;
        let wait = Limit::ACCOUNT.wait_seconds(before.failures, now);
        if wait == 0 {
            let Failures { number, last_at } = Limit::ACCOUNT.failed(before.failures, now);
            sqlx::query(
                "INSERT INTO failed_logins (name_mac, failures, last_at) VALUES (?1, ?2, ?3)
                 ON CONFLICT (name_mac) DO UPDATE SET failures = ?2, last_at = ?3, reported = 0",
            )
            .bind(tally.as_bytes())
            .bind(number)
            .bind(last_at.0)
            .execute(&mut *transaction)
            .await?;
            self.commit(transaction, []).await?;
        } else if !before.reported {
            sqlx::query("UPDATE failed_logins SET reported = 1 WHERE name_mac = ?")
                .bind(tally.as_bytes())
                .execute(&mut *transaction)
                .await?;
            let throttled =
                SecurityEvent::new(EventKind::LoginThrottled, client, now).because("user_name");
            self.commit(transaction, [throttled]).await?;
        }
        Ok(wait)
    }

    async fn standing(
        executor: impl SqliteExecutor<'_>,
        tally: Tally,
    ) -> Result<Standing, StoreError> {
        let row: Option<(i64, i64, bool)> = sqlx::query_as(
            "SELECT failures, last_at, reported FROM failed_logins WHERE name_mac = ?",
        )
        .bind(tally.as_bytes())
        .fetch_optional(executor)
        .await?;
        let standing = row.map(|(number, last_at, reported)| Standing {
            failures: Some(Failures {
                number,
                last_at: Timestamp(last_at),
            }),
            reported,
        });
        Ok(standing.unwrap_or_default())
    }

    /// Forgets the failures of a tally, within the caller's transaction.
    pub(super) async fn forget_failures(
        connection: &mut SqliteConnection,
        tally: Tally,
    ) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM failed_logins WHERE name_mac = ?")
            .bind(tally.as_bytes())
            .execute(connection)
            .await?;
        Ok(())
    }
}
