use std::collections::HashSet;

use sqlx::SqliteExecutor;
use uuid::Uuid;

use crate::{
    domain::{SessionId, Timestamp},
    store::rows::SessionRow,
};

/// Selects live sessions. The one place that defines when a session is live at the time `?1`: it
/// exists, is not revoked, has neither expired nor been idle for too long, its user is enabled, no
/// backup was restored since, and this is no backup itself, written into the open file. 60 is
/// [`Timestamp::LEEWAY_SECONDS`].
pub(super) const LIVE: &str =
    "SELECT s.id, s.user_id, u.username, s.user_agent, s.name, s.created_at, s.last_seen_at,
            s.authenticated_at, s.expires_at, s.idle_seconds, s.refresh_counter, s.rotated_at
     FROM countersign_sessions s JOIN countersign_users u ON u.id = s.user_id
     WHERE s.revoked_at IS NULL AND u.disabled_at IS NULL
       AND s.created_at <= ?1 + 60 AND s.expires_at > ?1
       AND (s.idle_seconds IS NULL OR s.last_seen_at + s.idle_seconds > ?1)
       AND s.epoch = (SELECT epoch FROM countersign_instance WHERE copied_at IS NULL)";

/// Whether a session that is being revoked was live until then, for `RETURNING`. One that has expired
/// or was idle for too long is revoked too, so that no clock revives it.
pub(super) const WAS_LIVE: &str =
    "expires_at > revoked_at AND coalesce(last_seen_at + idle_seconds > revoked_at, TRUE)
       AND epoch = (SELECT epoch FROM countersign_instance)";

/// The live sessions among these.
pub(super) async fn find_all(
    executor: impl SqliteExecutor<'_>,
    ids: &HashSet<SessionId>,
    now: Timestamp,
) -> Result<Vec<SessionRow>, sqlx::Error> {
    // Numbered like the `?1` of `LIVE`: sqlx counts placeholders without a number separately.
    let placeholders: Vec<_> = (2..).take(ids.len()).map(|n| format!("?{n}")).collect();
    let sql = format!("{LIVE} AND s.id IN ({})", placeholders.join(", "));
    let query = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(now.0);
    ids.iter()
        .fold(query, |query, id| query.bind(id.0))
        .fetch_all(executor)
        .await
}

/// Reads a row that was selected by rusqlite.
pub(super) fn from_direct(row: &rusqlite::Row<'_>) -> rusqlite::Result<SessionRow> {
    let uuid = |column| row.get(column).map(Uuid::from_bytes);
    Ok(SessionRow {
        id: uuid("id")?,
        user_id: uuid("user_id")?,
        username: row.get("username")?,
        user_agent: row.get("user_agent")?,
        name: row.get("name")?,
        created_at: row.get("created_at")?,
        last_seen_at: row.get("last_seen_at")?,
        authenticated_at: row.get("authenticated_at")?,
        expires_at: row.get("expires_at")?,
        idle_seconds: row.get("idle_seconds")?,
        refresh_counter: row.get("refresh_counter")?,
        rotated_at: row.get("rotated_at")?,
    })
}
