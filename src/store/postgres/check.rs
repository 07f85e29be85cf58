use std::time::Duration;

use sqlx::{FromRow, PgPool, Row};
use tokio::time::timeout;
use uuid::Uuid;

use super::{
    PostgresStore, StoreError,
    connection::{Suspects, checkout},
    proof::Proof,
    session_row::{IS_AMONG, LIVE},
    transaction::{DEADLINE, run_within},
};
use crate::{
    domain::{SessionId, Timestamp},
    store::{LiveSession, rows::SessionRow},
};

/// The question whether a session is live.
pub(super) type Check = (SessionId, Timestamp);

/// How long a check may take where answers have to be proven: no longer than a proof is valid.
const PROVEN_DEADLINE: Duration = Duration::from_millis(900);

/// Checks that meet are asked together.
pub(super) async fn find_live(
    store: &PostgresStore,
    ids: &[SessionId],
    now: Timestamp,
) -> Result<Vec<Option<LiveSession>>, StoreError> {
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        let asked = timeout(store.asking.deadline(), store.checks.run((*id, now)));
        found.push(asked.await.unwrap_or(Err(StoreError::TimedOut))?);
    }
    Ok(found)
}

/// What it takes to ask.
#[derive(Debug)]
pub(super) struct Asking {
    pub pool: PgPool,
    pub proof: Proof,
    pub suspects: Suspects,
}

impl Asking {
    fn deadline(&self) -> Duration {
        if self.proof.is_needed() {
            PROVEN_DEADLINE
        } else {
            DEADLINE
        }
    }
}

/// Asks the primary. A standby says so in the same answer, which then is none: it may not know yet
/// of a session that was opened or has ended. The answer also has the counter of the proof.
pub(super) async fn ask(
    asking: &Asking,
    checks: &[Check],
) -> Result<Vec<Option<LiveSession>>, StoreError> {
    let Asking {
        pool,
        proof,
        suspects,
    } = asking;
    let ids: Vec<Uuid> = checks.iter().map(|(id, _)| id.0).collect();
    let now = checks.iter().map(|(_, now)| *now).max();
    let now = now.unwrap_or(Timestamp(0));
    let sql = format!(
        "SELECT pg_is_in_recovery() AS is_standby,
                (SELECT counter FROM countersign_servers WHERE id = $3) AS counter, live.*
         FROM (SELECT 1) AS always LEFT JOIN ({LIVE} AND {IS_AMONG}) AS live ON TRUE"
    );
    let rows = run_within(asking.deadline(), || async {
        let proven = proof.renew(pool).await?;
        let mut connection = checkout(pool).await?;
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(now.0)
            .bind(&ids)
            .bind(proof.server())
            .fetch_all(&mut *connection)
            .await?;
        // Otherwise the connection, which may lead to another server than before, is closed.
        if let Some(row) = rows.first() {
            if row.try_get("is_standby")? {
                return Err(StoreError::Standby);
            }
            if let Some(proven) = proven {
                proven.require(row.try_get("counter")?)?;
            }
        }
        connection.release();
        Ok(rows)
    })
    .await
    .inspect_err(|error| {
        if proof.is_needed() && error.is_outage() {
            suspects.are_all_so_far();
        }
    })?;
    let mut live = Vec::with_capacity(rows.len());
    for row in &rows {
        if row.try_get::<Option<Uuid>, _>("id")?.is_some() {
            live.push(SessionRow::from_row(row)?);
        }
    }
    let of = |(id, _): &Check| live.iter().find(|row| row.id == id.0).cloned();
    Ok(checks
        .iter()
        .map(|check| of(check).map(LiveSession::from))
        .collect())
}
