use sqlx::PgConnection;

use super::{
    PostgresStore, StoreError, attempts, logout::revoke_all_within, mails, one_time_tokens,
    refresh, session_row::lock_live,
};
use crate::{
    domain::{
        EventKind, FailureKey, RevokedReason, SecurityEvent, SessionId, TokenHash, TokenPurpose,
        UserId,
    },
    store::{
        LiveSession, NewPasswordHash, PasswordOwner, StoredUser, SucceededAttempt,
        revoked::events_of_live,
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

pub(super) async fn reset(
    store: &PostgresStore,
    token: TokenHash,
    failure_keys: [FailureKey; 2],
    new: &NewPasswordHash<'_>,
) -> Result<Option<PasswordOwner>, StoreError> {
    let mut writing = store.begin().await?;
    let purpose = TokenPurpose::PasswordReset;
    let row = one_time_tokens::find_row(&mut writing, token, purpose, "FOR NO KEY UPDATE", new.now)
        .await?;
    // Of two that use the same token, the second has waited for the first, and sees what it has
    // deleted only now.
    let (Some(row), true) = (row, one_time_tokens::delete(&mut writing, token).await?) else {
        writing.roll_back().await?;
        return Ok(None);
    };
    let password_generation = row.password_generation + 1;
    let user = StoredUser::from(row).user;
    set_within(&mut writing, user.id, new).await?;
    one_time_tokens::delete_all_within(&mut writing, user.id).await?;
    attempts::reset_failures(&mut writing, failure_keys).await?;
    let reason = RevokedReason::PasswordChanged;
    revoke_all_within(&mut writing, user.id, None, reason, new.now).await?;
    let event = SecurityEvent::new(EventKind::PasswordReset, new.actor, new.now);
    writing.commit([event.with_user(user.id)]).await?;
    Ok(Some(PasswordOwner {
        user,
        password_generation,
    }))
}
