use super::{Store, StoreError};
use crate::domain::Timestamp;

/// How many rows are deleted at a time, so that nobody waits long for the one writer that `SQLite` has.
const STEP: i64 = 500;

/// What has had its time, each with the moment up to which that is so.
const ENDED: [&str; 3] = [
    "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at <= ? LIMIT ?)",
    "DELETE FROM failed_logins WHERE name_mac IN (SELECT name_mac FROM failed_logins WHERE last_at <= ? LIMIT ?)",
    "DELETE FROM security_events WHERE id IN (SELECT id FROM security_events WHERE at <= ? LIMIT ?)",
];

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
        let mut pruned = 0;
        for (statement, until) in ENDED.into_iter().zip([horizons.sessions, horizons.failed_logins, horizons.events]) {
            loop {
                let step = sqlx::query(statement).bind(until.0).bind(STEP).execute(&self.pool).await?.rows_affected();
                pruned += step;
                if step < STEP.unsigned_abs() {
                    break;
                }
                tokio::task::yield_now().await;
            }
        }
        Ok(pruned)
    }
}
