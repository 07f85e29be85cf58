use sqlx::PgConnection;

use super::{
    PostgresStore, StoreError, attempts, mails, one_time_tokens, session_row::lock_live, user,
};
use crate::{
    domain::{
        Actor, EmailAddress, EventKind, SecurityEvent, SessionId, Timestamp, UserId, Username,
    },
    store::{MailOwner, NewMail, OwnDeletion, PasswordOwner, SucceededAttempt},
};

pub(super) async fn by_operator(
    store: &PostgresStore,
    name: &Username,
    notice: Option<&NewMail<'_>>,
    actor: &Actor,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let mut writing = store.begin().await?;
    let Some(found) = user::find_by(&mut writing, name, "FOR UPDATE").await? else {
        writing.roll_back().await?;
        return Ok(false);
    };
    let user = found.user.id;
    delete_within(&mut writing, user, notice, actor, now).await?;
    let event = SecurityEvent::new(EventKind::UserDeleted, actor, now);
    writing.commit([event.with_user(user)]).await?;
    Ok(true)
}

pub(super) async fn by_owner(
    store: &PostgresStore,
    session: SessionId,
    owner: &PasswordOwner,
    attempt: SucceededAttempt,
    notice: Option<&NewMail<'_>>,
    actor: &Actor,
    now: Timestamp,
) -> Result<OwnDeletion, StoreError> {
    let mut writing = store.begin().await?;
    let has_password = user::lock_with_password(&mut writing, owner).await?;
    attempts::succeed(&mut writing, attempt).await?;
    let live = lock_live(&mut writing, &[session.0], now).await?;
    if live.is_empty() || !has_password {
        writing.roll_back().await?;
        return Ok(OwnDeletion::SessionOver);
    }
    let user = owner.user.id;
    // Nobody could take the account back any more.
    let restorable = one_time_tokens::restorable_within(&mut writing, user, now).await?;
    if !restorable.is_empty() {
        writing.roll_back().await?;
        return Ok(OwnDeletion::EmailChanged);
    }
    delete_within(&mut writing, user, notice, actor, now).await?;
    let event = SecurityEvent::new(EventKind::UserDeleted, actor, now);
    writing.commit([event.with_user(user)]).await?;
    Ok(OwnDeletion::Deleted)
}

/// Deletes everything that is stored of a user but the security events. A session without a row is
/// over.
async fn delete_within(
    connection: &mut PgConnection,
    user: UserId,
    notice: Option<&NewMail<'_>>,
    actor: &Actor,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM countersign_sessions WHERE user_id = $1")
        .bind(user.0)
        .execute(&mut *connection)
        .await?;
    sqlx::query("DELETE FROM countersign_one_time_tokens WHERE user_id = $1")
        .bind(user.0)
        .execute(&mut *connection)
        .await?;
    sqlx::query("DELETE FROM countersign_mails WHERE user_id = $1")
        .bind(user.0)
        .execute(&mut *connection)
        .await?;
    let email: Option<String> =
        sqlx::query_scalar("DELETE FROM countersign_users WHERE id = $1 RETURNING email")
            .bind(user.0)
            .fetch_one(&mut *connection)
            .await?;
    if let (Some(notice), Some(email)) = (notice, email) {
        let notice = NewMail {
            owner: MailOwner::Nobody,
            recipient: Some(EmailAddress::from_stored(email)),
            ..notice.clone()
        };
        mails::queue_within(connection, &notice, actor, now).await?;
    }
    Ok(())
}
