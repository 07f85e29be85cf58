use sqlx::PgConnection;

use super::{
    PostgresStore, StoreError, attempts,
    logout::{number_of_live, revoke_all_within},
    session_row::{LIVE, lock_live},
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
    store: &PostgresStore,
    user: Option<UserId>,
    now: Timestamp,
) -> Result<Vec<LiveSession>, StoreError> {
    let of_user = if user.is_some() {
        "AND s.user_id = $2"
    } else {
        ""
    };
    let sql = format!("{LIVE} {of_user} ORDER BY s.created_at DESC, s.id");
    let mut query = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(now.0);
    if let Some(user) = user {
        query = query.bind(user.0);
    }
    let mut connection = store.connection().await?;
    let rows: Vec<SessionRow> = query.fetch_all(&mut *connection).await?;
    connection.release();
    Ok(rows.into_iter().map(LiveSession::from).collect())
}

pub(super) async fn name(
    store: &PostgresStore,
    user: UserId,
    session: SessionId,
    name: Option<&DisplayName>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let sql = format!(
        "UPDATE countersign_sessions SET name = $2
         WHERE id IN (SELECT id FROM ({LIVE} AND s.id = $3 AND s.user_id = $4) AS live)"
    );
    let mut connection = store.connection().await?;
    let done = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(now.0)
        .bind(name.map(DisplayName::as_str))
        .bind(session.0)
        .bind(user.0)
        .execute(&mut *connection)
        .await?;
    connection.release();
    Ok(done.rows_affected() == 1)
}

/// Records within the caller's transaction that the user of a session has given the password.
pub(super) async fn set_authenticated(
    connection: &mut PgConnection,
    session: SessionId,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE countersign_sessions SET authenticated_at = $1 WHERE id = $2")
        .bind(now.0)
        .bind(session.0)
        .execute(connection)
        .await?;
    Ok(())
}

pub(super) async fn revoke_others(
    store: &PostgresStore,
    user: UserId,
    kept: SessionId,
    confirmed: Option<(&PasswordOwner, SucceededAttempt)>,
    actor: &Actor,
    now: Timestamp,
) -> Result<Option<usize>, StoreError> {
    let mut writing = store.begin().await?;
    // Before any session, as everywhere.
    let has_password = match confirmed {
        Some((owner, _)) => user::lock_with_password(&mut writing, owner).await?,
        None => user::lock(&mut writing, user).await?,
    };
    if let Some((_, attempt)) = confirmed {
        attempts::succeed(&mut writing, attempt).await?;
    }
    let live = lock_live(&mut writing, &[kept.0], now).await?;
    if live.is_empty() || !has_password {
        writing.roll_back().await?;
        return Ok(None);
    }
    if confirmed.is_some() {
        set_authenticated(&mut writing, kept, now).await?;
    }
    let (kept, reason) = (Some(kept.0), RevokedReason::Owner);
    let revoked = revoke_all_within(&mut writing, user, kept, reason, now).await?;
    let event = SecurityEvent::revoked(RevokedReason::Owner, actor, now).with_user(user);
    let events = events_of_live(revoked, &event);
    let number = events.len();
    writing.commit(events).await?;
    Ok(Some(number))
}

pub(super) async fn revoke_all_of_user(
    store: &PostgresStore,
    name: &Username,
    actor: &Actor,
    now: Timestamp,
) -> Result<Option<u64>, StoreError> {
    let Some((mut writing, user)) = user::begin_for(store, name).await? else {
        return Ok(None);
    };
    let reason = RevokedReason::Operator;
    let revoked = revoke_all_within(&mut writing, user.id, None, reason, now).await?;
    let number = number_of_live(&revoked);
    let event = SecurityEvent::revoked(reason, actor, now).with_user(user.id);
    writing.commit((number > 0).then_some(event)).await?;
    Ok(Some(number))
}
