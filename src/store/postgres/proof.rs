//! The proof that an answer is no older than a second, for `database.durable_on` ≥ 1.

use std::{
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use sqlx::PgPool;
use uuid::Uuid;

use super::{StoreError, transaction};
use crate::store::running;

/// A check renews a proof that is older.
const RENEW_AFTER: Duration = Duration::from_millis(250);
/// An answer is given by a proof that is not older.
const VALID_FOR: Duration = Duration::from_secs(1);

/// A counter of this server in the database.
///
/// Once standbys have a value on their disks, the database that took it was the primary, and can lose
/// nothing of it. An answer that has this value, or a later one, is from that database or one that
/// has taken its place. Without a proof, a server that is cut off with an old primary would accept
/// sessions that have ended elsewhere.
#[derive(Debug)]
pub(super) struct Proof {
    /// Of this process.
    server: Uuid,
    standbys: u32,
    next: AtomicI64,
    last: Mutex<Option<Proven>>,
    renewing: tokio::sync::Mutex<()>,
}

/// A value that standbys have.
#[derive(Debug, Clone, Copy)]
pub(super) struct Proven {
    counter: i64,
    /// When it was sent, by [`running()`], which goes on while the machine is suspended.
    sent_at: Duration,
}

impl Proven {
    /// Refuses an answer with an older counter, or after the proof has expired.
    pub fn require(self, counter: Option<i64>) -> Result<(), StoreError> {
        if counter >= Some(self.counter) && self.age() <= VALID_FOR {
            return Ok(());
        }
        Err(StoreError::Stale)
    }

    fn age(self) -> Duration {
        running().saturating_sub(self.sent_at)
    }
}

impl Proof {
    pub fn new(standbys: u32) -> Self {
        Self {
            server: Uuid::new_v4(),
            standbys,
            next: AtomicI64::new(1),
            last: Mutex::default(),
            renewing: tokio::sync::Mutex::default(),
        }
    }

    /// How many have to have what is confirmed to a person: `database.durable_on`.
    pub fn standbys(&self) -> u32 {
        self.standbys
    }

    pub fn is_needed(&self) -> bool {
        self.standbys > 0
    }

    /// For the query of a check, which has to return the counter of this server.
    pub fn server(&self) -> Uuid {
        self.server
    }

    /// Commits the next value if the last one is too old. Returns what is proven then; `None` if
    /// nothing has to be.
    pub async fn renew(&self, pool: &PgPool) -> Result<Option<Proven>, StoreError> {
        if !self.is_needed() {
            return Ok(None);
        }
        if let Some(last) = self.recent() {
            return Ok(Some(last));
        }
        // Others that wait here find the proof that this one has made.
        let _one_at_a_time = self.renewing.lock().await;
        if let Some(last) = self.recent() {
            return Ok(Some(last));
        }
        let counter = self.next.fetch_add(1, Ordering::SeqCst);
        let sent_at = running();
        let mut writing = transaction::begin(pool, self.standbys).await?;
        sqlx::query(
            "INSERT INTO countersign_servers (id, counter, seen_at)
             VALUES ($1, $2, extract(epoch FROM now())::bigint)
             ON CONFLICT (id) DO UPDATE SET counter = $2, seen_at = excluded.seen_at",
        )
        .bind(self.server)
        .bind(counter)
        .execute(&mut *writing)
        .await?;
        writing.commit([]).await?;
        let proven = Proven { counter, sent_at };
        *self.last() = Some(proven);
        Ok(Some(proven))
    }

    fn recent(&self) -> Option<Proven> {
        let last = *self.last();
        last.filter(|last| last.age() <= RENEW_AFTER)
    }

    fn last(&self) -> MutexGuard<'_, Option<Proven>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proven(counter: i64, age: Duration) -> Proven {
        let sent_at = running().saturating_sub(age);
        Proven { counter, sent_at }
    }

    #[test]
    fn an_answer_with_an_older_counter_than_was_proven_is_refused() {
        let proven = proven(5, Duration::ZERO);
        assert!(proven.require(Some(5)).is_ok() && proven.require(Some(6)).is_ok());
        assert!(proven.require(Some(4)).is_err());
        assert!(proven.require(None).is_err());
    }

    #[test]
    fn an_answer_after_the_proof_has_expired_is_refused() {
        let at = |milliseconds| proven(5, Duration::from_millis(milliseconds));
        assert!(at(900).require(Some(5)).is_ok());
        assert!(at(1100).require(Some(5)).is_err());
    }
}
