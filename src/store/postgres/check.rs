use sqlx::{FromRow, PgPool, Row};
use uuid::Uuid;

use super::{PostgresStore, StoreError, connection::checkout, session_row::LIVE, transaction::run};
use crate::{
    domain::{SessionId, Timestamp},
    store::{LiveSession, rows::SessionRow},
};

/// The question whether a session is live.
pub(super) type Check = (SessionId, Timestamp);

/// Checks that meet are asked together.
pub(super) async fn find_live(
    store: &PostgresStore,
    ids: &[SessionId],
    now: Timestamp,
) -> Result<Vec<Option<LiveSession>>, StoreError> {
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        found.push(store.checks.run((*id, now)).await?);
    }
    Ok(found)
}

/// Asks the primary. A standby says so in the same answer, which then is none: it may not know yet
/// of a session that was opened or has ended.
pub(super) async fn ask(
    pool: &PgPool,
    checks: &[Check],
) -> Result<Vec<Option<LiveSession>>, StoreError> {
    let ids: Vec<Uuid> = checks.iter().map(|(id, _)| id.0).collect();
    let now = checks.iter().map(|(_, now)| *now).max();
    let now = now.unwrap_or(Timestamp(0));
    let sql = format!(
        "SELECT pg_is_in_recovery() AS is_standby, live.*
         FROM (SELECT 1) AS always LEFT JOIN ({LIVE} AND s.id = ANY($2)) AS live ON TRUE"
    );
    let rows = run(|| async {
        let mut connection = checkout(pool).await?;
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql.as_str()))
            .bind(now.0)
            .bind(&ids)
            .fetch_all(&mut *connection)
            .await?;
        connection.release();
        Ok(rows)
    })
    .await?;
    let mut live = Vec::with_capacity(rows.len());
    for row in &rows {
        if row.try_get("is_standby")? {
            return Err(StoreError::Standby);
        }
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
