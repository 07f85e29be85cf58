use sqlx::PgConnection;

use super::{
    PostgresStore, StoreError, attempts, logout::revoke_all_within, mails, refresh,
    session_row::lock_live,
};
use crate::{
    domain::{EventKind, RevokedReason, SecurityEvent, SessionId, UserId},
    store::{
        LiveSession, NewPasswordHash, PasswordOwner, SucceededAttempt, revoked::events_of_live,
    },
};

/// Sets a password within the caller's transaction, and queues the mail about it.
pub(super) async fn set_within(
    connection: &mut PgConnection,
    user: UserId,
    new: &NewPasswordHash<'_>,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE countersign_users
         SET password_hash = $1, password_generation = password_generation + 1 WHERE id = $2",
    )
    .bind(new.password_hash)
    .bind(user.0)
    .execute(&mut *connection)
    .await?;
    if let Some(notice) = &new.notice {
        mails::queue_within(connection, notice, new.actor, new.now).await?;
    }
    Ok(())
}

pub(super) async fn change(
    store: &PostgresStore,
    session: SessionId,
    owner: &PasswordOwner,
    attempt: SucceededAttempt,
    new: &NewPasswordHash<'_>,
) -> Result<Option<LiveSession>, StoreError> {
    let (user, now) = (owner.user.id, new.now);
    let mut writing = store.begin().await?;
    let is_current: Option<i32> = sqlx::query_scalar(
        "SELECT 1 FROM countersign_users
         WHERE id = $1 AND password_generation = $2 AND disabled_at IS NULL FOR NO KEY UPDATE",
    )
    .bind(user.0)
    .bind(owner.password_generation)
    .fetch_optional(&mut *writing)
    .await?;
    attempts::succeed(&mut writing, attempt).await?;
    let kept = lock_live(&mut writing, &[session.0], now).await?;
    let kept = kept.into_iter().find(|kept| kept.user_id == user.0);
    let (Some(mut kept), Some(_)) = (kept, is_current) else {
        writing.roll_back().await?;
        return Ok(None);
    };
    set_within(&mut writing, user, new).await?;
    let reason = RevokedReason::PasswordChanged;
    let revoked = revoke_all_within(&mut writing, user, Some(kept.id), reason, now).await?;
    // Twice: the refresh token before the current one is accepted for a while, and none from before the
    // change may be.
    kept.rotate(now);
    kept.rotate(now);
    refresh::update(&mut writing, &[kept.clone()]).await?;
    let changed = SecurityEvent::new(EventKind::PasswordChanged, new.actor, now).with_user(user);
    let event = SecurityEvent::revoked(reason, new.actor, now).with_user(user);
    let mut events = events_of_live(revoked, &event);
    events.push(changed.with_session(session));
    writing.commit(events).await?;
    Ok(Some(kept.into()))
}
