use sqlx::SqliteConnection;

use super::{
    SqliteStore, StoreError, attempts, mails, one_time_tokens, session_row::find_all, user,
};
use crate::{
    domain::{
        Actor, EmailAddress, EventKind, SecurityEvent, SessionId, Timestamp, UserId, Username,
    },
    store::{MailOwner, NewMail, OwnDeletion, PasswordOwner, SucceededAttempt},
};

pub(super) async fn by_operator(
    store: &SqliteStore,
    name: &Username,
    notice: Option<&NewMail<'_>>,
    actor: &Actor,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let mut writing = store.begin().await?;
    let Some(found) = user::find_by(&mut *writing, name).await? else {
        return Ok(false);
    };
    let user = found.user.id;
    delete_within(&mut writing, user, notice, actor, now).await?;
    let event = SecurityEvent::new(EventKind::UserDeleted, actor, now);
    SqliteStore::commit(writing, [event.with_user(user)]).await?;
    Ok(true)
}

pub(super) async fn by_owner(
    store: &SqliteStore,
    session: SessionId,
    owner: &PasswordOwner,
    attempt: SucceededAttempt,
    notice: Option<&NewMail<'_>>,
    actor: &Actor,
    now: Timestamp,
) -> Result<OwnDeletion, StoreError> {
    let mut writing = store.begin().await?;
    let live = find_all(&mut *writing, &[session].into(), now).await?;
    if live.is_empty() || !user::has_password(&mut writing, owner).await? {
        return Ok(OwnDeletion::SessionOver);
    }
    attempts::succeed(&mut writing, attempt).await?;
    let user = owner.user.id;
    // Nobody could take the account back any more.
    let restorable = one_time_tokens::restorable_within(&mut writing, user, now).await?;
    if !restorable.is_empty() {
        return Ok(OwnDeletion::EmailChanged);
    }
    delete_within(&mut writing, user, notice, actor, now).await?;
    let event = SecurityEvent::new(EventKind::UserDeleted, actor, now);
    SqliteStore::commit(writing, [event.with_user(user)]).await?;
    Ok(OwnDeletion::Deleted)
}

/// Deletes everything that is stored of a user but the security events. A session without a row is
/// over.
async fn delete_within(
    connection: &mut SqliteConnection,
    user: UserId,
    notice: Option<&NewMail<'_>>,
    actor: &Actor,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM countersign_sessions WHERE user_id = ?")
        .bind(user.0)
        .execute(&mut *connection)
        .await?;
    sqlx::query("DELETE FROM countersign_one_time_tokens WHERE user_id = ?")
        .bind(user.0)
        .execute(&mut *connection)
        .await?;
    sqlx::query("DELETE FROM countersign_mails WHERE user_id = ?")
        .bind(user.0)
        .execute(&mut *connection)
        .await?;
    let email: Option<String> =
        sqlx::query_scalar("DELETE FROM countersign_users WHERE id = ? RETURNING email")
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
