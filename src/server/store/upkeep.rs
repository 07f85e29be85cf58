use uuid::Uuid;

use super::{Store, StoreError, live_sessions::Stale};
use crate::domain::{SessionId, Timestamp};

/// How many rows are deleted at a time, so that nobody waits long for the one writer that `SQLite` has.
const STEP: i64 = 500;

/// What has had its time, with the moment up to which that is so.
#[derive(Debug, Clone, Copy)]
enum Ended {
    Sessions(Timestamp),
    FailedLogins(Timestamp),
    Events(Timestamp),
}

/// Up to which moments rows have had their time.
#[derive(Debug, Clone, Copy)]
pub struct Horizons {
    pub sessions: Timestamp,
    pub failed_logins: Timestamp,
    pub events: Timestamp,
}

impl Store {
    /// Deletes what has had its time, in small steps. A session that is not there is one that is over, so nothing comes
    /// back by it, not even when the clock is set back. Gives how many rows went.
    ///
    /// # Errors
    /// When the database does not answer; what is left goes the next time.
    pub async fn prune(&self, horizons: Horizons) -> Result<u64, StoreError> {
        let Horizons {
            sessions,
            failed_logins,
            events,
        } = horizons;
        let mut pruned = 0;
        for ended in [
            Ended::Sessions(sessions),
            Ended::FailedLogins(failed_logins),
            Ended::Events(events),
        ] {
            loop {
                let step = self.prune_step(ended).await?;
                pruned += step;
                if step < STEP.unsigned_abs() {
                    break;
                }
                tokio::task::yield_now().await;
            }
        }
        Ok(pruned)
    }

    async fn prune_step(&self, ended: Ended) -> Result<u64, StoreError> {
        let (statement, until) = match ended {
            Ended::Sessions(until) => return self.prune_sessions(until).await,
            Ended::FailedLogins(until) => (
                "DELETE FROM failed_logins WHERE name_mac IN
                    (SELECT name_mac FROM failed_logins WHERE last_at <= ? LIMIT ?)",
                until,
            ),
            Ended::Events(until) => (
                "DELETE FROM security_events WHERE id IN (SELECT id FROM security_events WHERE at <= ? LIMIT ?)",
                until,
            ),
        };
        Ok(sqlx::query(statement)
            .bind(until.0)
            .bind(STEP)
            .execute(&self.writer)
            .await?
            .rows_affected())
    }

    /// They are not remembered any more either: a clock that is set back must find the same in both places.
    async fn prune_sessions(&self, until: Timestamp) -> Result<u64, StoreError> {
        let mut transaction = self.begin().await?;
        let ended: Vec<Uuid> = sqlx::query_scalar(
            "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at <= ? LIMIT ?) RETURNING id",
        )
        .bind(until.0)
        .bind(STEP)
        .fetch_all(&mut *transaction)
        .await?;
        let step = ended.len() as u64;
        self.finish(
            transaction,
            ended
                .into_iter()
                .map(|id| Stale::Session(SessionId(id)))
                .collect(),
        )
        .await?;
        Ok(step)
    }
}
