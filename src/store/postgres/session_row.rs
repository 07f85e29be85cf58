use sqlx::PgConnection;
use uuid::Uuid;

use super::StoreError;
use crate::{domain::Timestamp, store::rows::SessionRow};

/// Selects live sessions. The one place that defines when a session is live at the time `$1`: it
/// exists, is not revoked, has neither expired nor been idle for too long, is of the current epoch,
/// and its user is enabled. 60 is [`Timestamp::LEEWAY_SECONDS`]. A table that a dump has put back, also
/// beside a running server, has another OID than the recorded one, so there is no epoch.
pub(super) const LIVE: &str =
    "SELECT s.id, s.user_id, u.username, s.user_agent, s.name, s.created_at, s.last_seen_at,
            s.authenticated_at, s.expires_at, s.idle_seconds, s.refresh_counter, s.rotated_at
     FROM countersign_sessions s JOIN countersign_users u ON u.id = s.user_id
     WHERE s.revoked_at IS NULL AND u.disabled_at IS NULL
       AND s.created_at <= $1 + 60 AND s.expires_at > $1
       AND (s.idle_seconds IS NULL OR s.last_seen_at + s.idle_seconds > $1)
       AND s.epoch = (SELECT epoch FROM countersign_instance
                      WHERE sessions_table = 'countersign_sessions'::regclass::oid::bigint)";

/// Selects the sessions whose ids are in the array `$2`. For a parameter of one id, a plan of its own
/// looks cheaper than the general one, so Postgres would plan the query each time, which takes longer
/// than to run it. Of an array that a subquery makes, the planner always assumes ten elements.
pub(super) const IS_AMONG: &str = "s.id = ANY(ARRAY(SELECT unnest($2)))";

/// Whether a session that is being revoked was live until then, for `RETURNING`. One that has expired
/// or was idle for too long is revoked too, so that no clock revives it.
pub(super) const WAS_LIVE: &str =
    "expires_at > revoked_at AND coalesce(last_seen_at + idle_seconds > revoked_at, TRUE)
       AND epoch = (SELECT epoch FROM countersign_instance) AS was_live";

/// The live sessions among these, locked until the end of the transaction, in the order of their ids
/// as everywhere.
pub(super) async fn lock_live(
    connection: &mut PgConnection,
    ids: &[Uuid],
    now: Timestamp,
) -> Result<Vec<SessionRow>, StoreError> {
    let sql = format!("{LIVE} AND {IS_AMONG} ORDER BY s.id FOR NO KEY UPDATE OF s");
    let query = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(now.0);
    Ok(query.bind(ids).fetch_all(connection).await?)
}
