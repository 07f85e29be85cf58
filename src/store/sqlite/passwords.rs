use sqlx::SqliteConnection;

use super::{
    SqliteStore, StoreError, attempts, logout, mails, one_time_tokens, own_sessions, refresh,
    session_row::find_all,
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
    connection: &mut SqliteConnection,
    user: UserId,
    new: &NewPasswordHash<'_>,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE countersign_users
         SET password_hash = ?, password_generation = password_generation + 1 WHERE id = ?",
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
    store: &SqliteStore,
    session: SessionId,
    owner: &PasswordOwner,
    attempt: SucceededAttempt,
    new: &NewPasswordHash<'_>,
) -> Result<Option<LiveSession>, StoreError> {
    let (user, now) = (owner.user.id, new.now);
    let mut writing = store.begin().await?;
    let is_current: Option<i64> = sqlx::query_scalar(
        "SELECT 1 FROM countersign_users
         WHERE id = ? AND password_generation = ? AND disabled_at IS NULL",
    )
    .bind(user.0)
    .bind(owner.password_generation)
    .fetch_optional(&mut *writing)
    .await?;
    let kept = find_all(&mut *writing, &[session].into(), now).await?;
    let kept = kept.into_iter().find(|kept| kept.user_id == user.0);
    let (Some(mut kept), Some(_)) = (kept, is_current) else {
        return Ok(None);
    };
    attempts::succeed(&mut writing, attempt).await?;
    set_within(&mut writing, user, new).await?;
    let reason = RevokedReason::PasswordChanged;
    let revoked =
        own_sessions::revoke_others_within(&mut writing, user, session, reason, now).await?;
    // Twice: the refresh token before the current one is accepted for a while, and none from before the
    // change may be.
    kept.rotate(now);
    kept.rotate(now);
    refresh::update(&mut writing, &[kept.clone()]).await?;
    let changed = SecurityEvent::new(EventKind::PasswordChanged, new.actor, now).with_user(user);
    let event = SecurityEvent::revoked(reason, new.actor, now).with_user(user);
    let mut events = events_of_live(revoked, &event);
    events.push(changed.with_session(session));
    SqliteStore::commit(writing, events).await?;
    Ok(Some(kept.into()))
}

pub(super) async fn reset(
    store: &SqliteStore,
    token: TokenHash,
    failure_keys: [FailureKey; 2],
    new: &NewPasswordHash<'_>,
) -> Result<Option<PasswordOwner>, StoreError> {
    let mut writing = store.begin().await?;
    let purpose = TokenPurpose::PasswordReset;
    let Some(row) = one_time_tokens::find_row(&mut *writing, token, purpose, new.now).await? else {
        return Ok(None);
    };
    let password_generation = row.password_generation + 1;
    let user = StoredUser::from(row).user;
    set_within(&mut writing, user.id, new).await?;
    one_time_tokens::delete_all_within(&mut writing, user.id).await?;
    let reason = RevokedReason::PasswordChanged;
    logout::revoke_all_within(&mut writing, user.id, reason, new.now).await?;
    for key in failure_keys {
        attempts::reset_failures(&mut writing, key).await?;
    }
    let event = SecurityEvent::new(EventKind::PasswordReset, new.actor, new.now);
    SqliteStore::commit(writing, [event.with_user(user.id)]).await?;
    Ok(Some(PasswordOwner {
        user,
        password_generation,
    }))
}
