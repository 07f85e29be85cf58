use sqlx::PgConnection;

use super::{
    PostgresStore, StoreError, attempts, emails, logout::revoke_all_within, mails, one_time_tokens,
    own_sessions, refresh, session_row::lock_live, user,
};
use crate::{
    domain::{
        EventKind, FailureKey, RevokedReason, SecurityEvent, SessionId, TokenHash, TokenPurpose,
        UserId,
    },
    store::{
        LiveSession, NewMail, NewPasswordHash, PasswordOwner, PasswordReset, StoredUser,
        SucceededAttempt, revoked::events_of_live,
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
    let has_password = user::lock_with_password(&mut writing, owner).await?;
    attempts::succeed(&mut writing, attempt).await?;
    let kept = lock_live(&mut writing, &[session.0], now).await?;
    let kept = kept.into_iter().find(|kept| kept.user_id == user.0);
    let (Some(mut kept), true) = (kept, has_password) else {
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
    own_sessions::set_authenticated(&mut writing, session, now).await?;
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
    purpose: TokenPurpose,
    failure_keys: &[FailureKey],
    new: &NewPasswordHash<'_>,
    notice: &NewMail<'_>,
) -> Result<Option<PasswordReset>, StoreError> {
    let mut writing = store.begin().await?;
    let Some(row) = one_time_tokens::use_up(&mut writing, token, purpose, new.now).await? else {
        writing.roll_back().await?;
        return Ok(None);
    };
    let (email, generation) = (row.address(), row.generation);
    let password_generation = row.owner.password_generation + 1;
    let former = StoredUser::from(row.owner);
    let user = former.user;
    let mut has_address = former.email.is_some();
    let (kind, kept_before) = if purpose == TokenPurpose::EmailRestoration {
        has_address = emails::set_within(&mut writing, user.id, email.as_ref())
            .await?
            .is_some();
        if !has_address {
            emails::set_within(&mut writing, user.id, None).await?;
        }
        if let Some(replaced) = former.email {
            let notice = notice.to_former_address(user.id, replaced, None);
            mails::queue_within(&mut writing, &notice, new.actor, new.now).await?;
        }
        (EventKind::EmailRestored, generation)
    } else {
        (EventKind::PasswordReset, i64::MAX)
    };
    one_time_tokens::void_within(&mut writing, user.id, kept_before).await?;
    set_within(&mut writing, user.id, new).await?;
    attempts::reset_failures(&mut writing, failure_keys).await?;
    let reason = RevokedReason::PasswordChanged;
    revoke_all_within(&mut writing, user.id, None, reason, new.now).await?;
    let event = SecurityEvent::new(kind, new.actor, new.now);
    writing.commit([event.with_user(user.id)]).await?;
    let owner = PasswordOwner {
        user,
        password_generation,
    };
    Ok(Some(PasswordReset { owner, has_address }))
}
