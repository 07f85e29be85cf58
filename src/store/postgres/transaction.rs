use std::{
    ops::{Deref, DerefMut},
    time::Duration,
};

use rand::RngExt;
use sqlx::{PgConnection, PgPool, QueryBuilder, raw_sql};
use tokio::time::{sleep, timeout};

use super::{
    PostgresStore, StoreError,
    connection::{Checkout, checkout},
    durability,
};
use crate::{domain::SecurityEvent, store::event_log};

/// How long an operation may take, with its wait for a connection.
pub(super) const DEADLINE: Duration = Duration::from_secs(5);
/// How often an operation is tried that has met another one.
const ATTEMPTS: u32 = 5;

/// Runs an operation within the deadline, and again when the database has rolled it back because it
/// has met another one.
pub(super) async fn run<T, F: Future<Output = Result<T, StoreError>>>(
    operation: impl Fn() -> F,
) -> Result<T, StoreError> {
    run_within(DEADLINE, operation).await
}

/// The same with another deadline.
pub(super) async fn run_within<T, F: Future<Output = Result<T, StoreError>>>(
    deadline: Duration,
    operation: impl Fn() -> F,
) -> Result<T, StoreError> {
    let mut attempt = 1;
    loop {
        let outcome = timeout(deadline, operation()).await;
        match outcome.unwrap_or(Err(StoreError::TimedOut)) {
            Err(error) if error.is_conflict() && attempt < ATTEMPTS => {
                let milliseconds = rand::rng().random_range(1..20) * u64::from(attempt);
                sleep(Duration::from_millis(milliseconds)).await;
                attempt += 1;
            }
            outcome => return outcome,
        }
    }
}

/// A transaction. Dropping it closes the connection, by which the database rolls it back.
pub(super) struct Writing {
    connection: Checkout,
    /// How many standbys have to have it before it is confirmed.
    standbys: u32,
}

/// Begins a transaction that is confirmed once so many standbys have it on their disks.
pub(super) async fn begin(pool: &PgPool, standbys: u32) -> Result<Writing, StoreError> {
    let mut connection = checkout(pool).await?;
    raw_sql("BEGIN").execute(&mut *connection).await?;
    Ok(Writing {
        connection,
        standbys,
    })
}

impl PostgresStore {
    /// For what is confirmed to a person.
    pub(super) async fn begin(&self) -> Result<Writing, StoreError> {
        // While no standby confirms, only the commit of the proof waits for one, for as long as that
        // takes: nothing can cancel it safely. Otherwise each commit would, and keep its locks.
        let (pool, proof) = (&self.asking.pool, &self.asking.proof);
        proof.renew(pool).await?;
        begin(pool, proof.standbys()).await
    }

    /// For what a failover may lose: it waits for no standby.
    pub(super) async fn begin_local(&self) -> Result<Writing, StoreError> {
        let mut connection = self.connection().await?;
        raw_sql("BEGIN; SET LOCAL synchronous_commit = local")
            .execute(&mut *connection)
            .await?;
        Ok(Writing {
            connection,
            standbys: 0,
        })
    }
}

impl Writing {
    /// Commits a change together with its security events, then logs those.
    pub async fn commit(
        mut self,
        events: impl IntoIterator<Item = SecurityEvent>,
    ) -> Result<(), StoreError> {
        let events: Vec<_> = events.into_iter().collect();
        insert(&mut self, &events).await?;
        if self.standbys == 0 {
            raw_sql("COMMIT").execute(&mut *self).await?;
        } else {
            let transaction = durability::current(&mut self).await?;
            raw_sql("COMMIT").execute(&mut *self).await?;
            let standbys = self.standbys;
            durability::confirm(&mut self, standbys, &transaction).await?;
        }
        self.connection.release();
        events.iter().for_each(event_log::log);
        Ok(())
    }

    pub async fn roll_back(mut self) -> Result<(), StoreError> {
        raw_sql("ROLLBACK").execute(&mut *self).await?;
        self.connection.release();
        Ok(())
    }
}

impl Deref for Writing {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.connection
    }
}

impl DerefMut for Writing {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.connection
    }
}

async fn insert(connection: &mut PgConnection, events: &[SecurityEvent]) -> Result<(), StoreError> {
    if events.is_empty() {
        return Ok(());
    }
    let mut insert = QueryBuilder::new(
        "INSERT INTO countersign_security_events
            (at, kind, detail, user_id, session_id, ip, user_agent) ",
    );
    insert.push_values(events, |mut row, event| {
        row.push_bind(event.at.0)
            .push_bind(event.kind.code())
            .push_bind(event.detail.as_deref())
            .push_bind(event.user.map(|user| user.0))
            .push_bind(event.session.map(|session| session.0))
            .push_bind(event.actor.ip().map(|ip| ip.to_string()))
            .push_bind(event.actor.description());
    });
    insert.build().execute(connection).await?;
    Ok(())
}
