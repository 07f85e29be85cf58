use sqlx::SqliteConnection;
use uuid::Uuid;

use super::{
    SqliteStore, StoreError, attempts, logout,
    session_row::{LIVE, WAS_LIVE, find_all},
    user,
};
use crate::{
    domain::{
        Actor, DisplayName, RevokedReason, SecurityEvent, SessionId, Timestamp, UserId, Username,
    },
    store::{
        LiveSession, PasswordOwner, SucceededAttempt, revoked::events_of_live, rows::SessionRow,
    },
};

pub(super) async fn list(
    store: &SqliteStore,
    user: Option<UserId>,
    now: Timestamp,
) -> Result<Vec<LiveSession>, StoreError> {
    // Two statements: with one for both, SQLite would scan the sessions of all users for one.
    let of_user = if user.is_some() {
        "AND s.user_id = ?2"
    } else {
        ""
    };
    let sql = format!("{LIVE} {of_user} ORDER BY s.created_at DESC, s.id");
    let mut query = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(now.0);
    if let Some(user) = user {
        query = query.bind(user.0);
    }
    let rows: Vec<SessionRow> = query.fetch_all(&store.readers).await?;
    Ok(rows.into_iter().map(LiveSession::from).collect())
}

pub(super) async fn name(
    store: &SqliteStore,
    user: UserId,
    session: SessionId,
    name: Option<&DisplayName>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let sql = format!(
        "UPDATE countersign_sessions SET name = ?2
         WHERE id IN (SELECT id FROM ({LIVE} AND s.id = ?3 AND s.user_id = ?4))"
    );
    let done = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(now.0)
        .bind(name.map(DisplayName::as_str))
        .bind(session.0)
        .bind(user.0)
        .execute(&store.writer)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Records within the caller's transaction that the user of a session has given the password.
pub(super) async fn set_authenticated(
    connection: &mut SqliteConnection,
    session: SessionId,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE countersign_sessions SET authenticated_at = ? WHERE id = ?")
        .bind(now.0)
        .bind(session.0)
        .execute(connection)
        .await?;
    Ok(())
}

pub(super) async fn revoke_others(
    store: &SqliteStore,
    user: UserId,
    kept: SessionId,
    confirmed: Option<(&PasswordOwner, SucceededAttempt)>,
    actor: &Actor,
    now: Timestamp,
) -> Result<Option<usize>, StoreError> {
    let mut writing = store.begin().await?;
    if find_all(&mut *writing, &[kept].into(), now)
        .await?
        .is_empty()
    {
        return Ok(None);
    }
    if let Some((owner, attempt)) = confirmed {
        if !user::has_password(&mut writing, owner).await? {
            return Ok(None);
        }
        attempts::succeed(&mut writing, attempt).await?;
        set_authenticated(&mut writing, kept, now).await?;
    }
    let reason = RevokedReason::Owner;
    let revoked = revoke_others_within(&mut writing, user, kept, reason, now).await?;
    let event = SecurityEvent::revoked(reason, actor, now).with_user(user);
    let events = events_of_live(revoked, &event);
    let number = events.len();
    SqliteStore::commit(writing, events).await?;
    Ok(Some(number))
}

/// Ends every session of a user but one within the caller's transaction. Returns each with whether
/// it was live.
pub(super) async fn revoke_others_within(
    connection: &mut SqliteConnection,
    user: UserId,
    kept: SessionId,
    reason: RevokedReason,
    now: Timestamp,
) -> Result<Vec<(Uuid, bool)>, StoreError> {
    let sql = format!(
        "UPDATE countersign_sessions SET revoked_at = ?, revoked_reason = ?
         WHERE user_id = ? AND id <> ? AND revoked_at IS NULL
         RETURNING id, {WAS_LIVE}"
    );
    let query = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(now.0);
    let query = query.bind(reason.code()).bind(user.0).bind(kept.0);
    Ok(query.fetch_all(connection).await?)
}

pub(super) async fn revoke_all_of_user(
    store: &SqliteStore,
    name: &Username,
    actor: &Actor,
    now: Timestamp,
) -> Result<Option<u64>, StoreError> {
    let Some((mut writing, user)) = user::begin_for(store, name).await? else {
        return Ok(None);
    };
    let reason = RevokedReason::Operator;
    let number = logout::revoke_all_within(&mut writing, user.id, reason, now).await?;
    let event = SecurityEvent::revoked(reason, actor, now).with_user(user.id);
    SqliteStore::commit(writing, (number > 0).then_some(event)).await?;
    Ok(Some(number))
}
