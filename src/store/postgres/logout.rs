use sqlx::PgConnection;
use uuid::Uuid;

use super::{PostgresStore, StoreError, session_row::WAS_LIVE};
use crate::{
    domain::{RevokedReason, Timestamp, UserId},
    store::{Revocation, revoked::Revoked},
};

pub(super) async fn revoke(
    store: &PostgresStore,
    revocations: &[Revocation],
) -> Result<Vec<bool>, StoreError> {
    let mut writing = store.begin().await?;
    let revoked = revoke_within(&mut writing, revocations).await?;
    writing.commit(revoked.events).await?;
    Ok(revoked.done)
}

/// Ends sessions within the caller's transaction. If several entries name the same session, one of
/// them ends it.
pub(super) async fn revoke_within(
    connection: &mut PgConnection,
    revocations: &[Revocation],
) -> Result<Revoked, StoreError> {
    if revocations.is_empty() {
        return Ok(Revoked::new(revocations, Vec::new()));
    }
    let sessions: Vec<Uuid> = revocations.iter().map(|entry| entry.session.0).collect();
    let owners = revocations
        .iter()
        .map(|entry| entry.owner.map(|owner| owner.0));
    let reasons = revocations.iter().map(|entry| entry.reason.code());
    let times = revocations.iter().map(|entry| entry.now.0);
    if sessions.len() > 1 {
        lock(connection, &sessions).await?;
    }
    let sql = format!(
        "UPDATE countersign_sessions AS s SET revoked_reason = e.reason, revoked_at = e.at
         FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::bigint[])
            AS e (session, owner, reason, at)
         WHERE s.id = e.session AND s.revoked_at IS NULL
            AND (e.owner IS NULL OR s.user_id = e.owner)
         RETURNING id, user_id, revoked_reason, {WAS_LIVE}"
    );
    let rows = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(&sessions)
        .bind(owners.collect::<Vec<_>>())
        .bind(reasons.collect::<Vec<_>>())
        .bind(times.collect::<Vec<_>>())
        .fetch_all(connection)
        .await?;
    Ok(Revoked::new(revocations, rows))
}

/// Two transactions that lock the same sessions in different orders would wait for each other.
async fn lock(connection: &mut PgConnection, sessions: &[Uuid]) -> Result<(), StoreError> {
    sqlx::query(
        "SELECT 1 FROM countersign_sessions WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE",
    )
    .bind(sessions)
    .execute(connection)
    .await?;
    Ok(())
}

/// Ends every session of a user but `kept` within the caller's transaction. Returns each with
/// whether it was live.
pub(super) async fn revoke_all_within(
    connection: &mut PgConnection,
    user: UserId,
    kept: Option<Uuid>,
    reason: RevokedReason,
    now: Timestamp,
) -> Result<Vec<(Uuid, bool)>, StoreError> {
    let sql = format!(
        "UPDATE countersign_sessions SET revoked_at = $1, revoked_reason = $2
         WHERE revoked_at IS NULL AND id IN
            (SELECT id FROM countersign_sessions
             WHERE user_id = $3 AND id IS DISTINCT FROM $4 AND revoked_at IS NULL
             ORDER BY id FOR NO KEY UPDATE)
         RETURNING id, {WAS_LIVE}"
    );
    let query = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(now.0);
    let query = query.bind(reason.code()).bind(user.0).bind(kept);
    Ok(query.fetch_all(connection).await?)
}

pub(super) fn number_of_live(sessions: &[(Uuid, bool)]) -> u64 {
    sessions
        .iter()
        .map(|(_, was_live)| u64::from(*was_live))
        .sum()
}
