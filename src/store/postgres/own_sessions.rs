use super::{
    PostgresStore, StoreError, attempts,
    logout::{number_of_live, revoke_all_within},
    session_row::LIVE,
    user,
};
use crate::{
    domain::{Actor, RevokedReason, SecurityEvent, SessionId, Timestamp, UserId, Username},
    store::{LiveSession, SucceededAttempt, revoked::events_of_live, rows::SessionRow},
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

pub(super) async fn revoke_others(
    store: &PostgresStore,
    user: UserId,
    kept: SessionId,
    attempt: SucceededAttempt,
    actor: &Actor,
    now: Timestamp,
) -> Result<usize, StoreError> {
    let mut writing = store.begin().await?;
    attempts::succeed(&mut writing, attempt).await?;
    let (kept, reason) = (Some(kept.0), RevokedReason::Owner);
    let revoked = revoke_all_within(&mut writing, user, kept, reason, now).await?;
    let event = SecurityEvent::revoked(RevokedReason::Owner, actor, now).with_user(user);
    let events = events_of_live(revoked, &event);
    let number = events.len();
    writing.commit(events).await?;
    Ok(number)
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
