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
struct Proven {
    counter: i64,
    /// When it was sent, by [`running()`], which goes on while the machine is suspended.
    sent_at: Duration,
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

    pub fn is_needed(&self) -> bool {
        self.standbys > 0
    }

    /// For the query of a check, which has to return the counter of this server.
    pub fn server(&self) -> Uuid {
        self.server
    }

    /// Commits the next value if the last one is too old.
    pub async fn renew(&self, pool: &PgPool) -> Result<(), StoreError> {
        if !self.is_needed() || self.is_younger_than(RENEW_AFTER) {
            return Ok(());
        }
        // Others that wait here find the proof that this one has made.
        let _one_at_a_time = self.renewing.lock().await;
        if self.is_younger_than(RENEW_AFTER) {
            return Ok(());
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
        *self.last() = Some(Proven { counter, sent_at });
        Ok(())
    }

    /// Refuses an answer with an older counter than was proven, or after the proof has expired.
    pub fn require(&self, counter: Option<i64>) -> Result<(), StoreError> {
        if !self.is_needed() {
            return Ok(());
        }
        let last = *self.last();
        let is_fresh = last.is_some_and(|last| counter >= Some(last.counter));
        if is_fresh && self.is_younger_than(VALID_FOR) {
            return Ok(());
        }
        Err(StoreError::Stale)
    }

    fn is_younger_than(&self, age: Duration) -> bool {
        let last = *self.last();
        last.is_some_and(|last| running().saturating_sub(last.sent_at) <= age)
    }

    fn last(&self) -> MutexGuard<'_, Option<Proven>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proven(counter: i64, age: Duration) -> Proof {
        let proof = Proof::new(1);
        let sent_at = running().saturating_sub(age);
        *proof.last() = Some(Proven { counter, sent_at });
        proof
    }

    #[test]
    fn an_answer_with_an_older_counter_than_was_proven_is_refused() {
        let proof = proven(5, Duration::ZERO);
        assert!(proof.require(Some(5)).is_ok() && proof.require(Some(6)).is_ok());
        assert!(proof.require(Some(4)).is_err());
        assert!(proof.require(None).is_err());
    }

    #[test]
    fn an_answer_after_the_proof_has_expired_is_refused() {
        assert!(
            proven(5, Duration::from_millis(900))
                .require(Some(5))
                .is_ok()
        );
        assert!(
            proven(5, Duration::from_millis(1100))
                .require(Some(5))
                .is_err()
        );
        assert!(Proof::new(1).require(Some(1)).is_err(), "nothing is proven");
    }

    #[test]
    fn without_standbys_no_proof_is_needed() {
        assert!(Proof::new(0).require(None).is_ok());
    }
}
