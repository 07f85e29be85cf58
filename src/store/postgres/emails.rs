use sqlx::PgConnection;

use super::{
    PostgresStore, StoreError, attempts, mails, one_time_tokens, own_sessions,
    session_row::lock_live, user,
};
use crate::{
    domain::{
        Actor, EmailAddress, EventKind, SecurityEvent, SessionId, Timestamp, TokenHash,
        TokenPurpose, UserId, Username,
    },
    store::{EmailConfirmed, EmailSet, NewMail, PasswordOwner, StoredUser, SucceededAttempt},
};

/// Every generation of an address comes after this one.
pub(super) const ALL: i64 = i64::MIN;

pub(super) async fn set(
    store: &PostgresStore,
    name: &Username,
    email: Option<&EmailAddress>,
    notice: Option<&NewMail<'_>>,
    actor: &Actor,
    now: Timestamp,
) -> Result<EmailSet, StoreError> {
    let mut writing = store.begin().await?;
    let Some(former) = user::find_by(&mut writing, name, "FOR NO KEY UPDATE").await? else {
        writing.roll_back().await?;
        return Ok(EmailSet::UnknownUser);
    };
    let user = former.user.id;
    if set_within(&mut writing, user, email).await?.is_none() {
        writing.roll_back().await?;
        return Ok(EmailSet::Taken);
    }
    one_time_tokens::void_within(&mut writing, user, ALL).await?;
    if let (Some(notice), Some(former)) = (notice, former.email) {
        let notice = notice.to_former_address(user, former, None);
        mails::queue_within(&mut writing, &notice, actor, now).await?;
    }
    let event = SecurityEvent::new(EventKind::EmailChanged, actor, now);
    writing.commit([event.with_user(user)]).await?;
    Ok(EmailSet::Set)
}

pub(super) async fn request_change(
    store: &PostgresStore,
    session: SessionId,
    owner: &PasswordOwner,
    attempt: SucceededAttempt,
    mail: &NewMail<'_>,
    actor: &Actor,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let mut writing = store.begin().await?;
    let has_password = user::lock_with_password(&mut writing, owner).await?;
    attempts::succeed(&mut writing, attempt).await?;
    let live = lock_live(&mut writing, &[session.0], now).await?;
    if live.is_empty() || !has_password {
        writing.roll_back().await?;
        return Ok(false);
    }
    own_sessions::set_authenticated(&mut writing, session, now).await?;
    // Only the address that was asked for last becomes theirs.
    one_time_tokens::void_confirmations_within(&mut writing, owner.user.id).await?;
    mails::queue_within(&mut writing, mail, actor, now).await?;
    writing.commit([]).await?;
    Ok(true)
}

pub(super) async fn confirm(
    store: &PostgresStore,
    token: TokenHash,
    notice: &NewMail<'_>,
    actor: &Actor,
    now: Timestamp,
) -> Result<EmailConfirmed, StoreError> {
    let mut writing = store.begin().await?;
    let purpose = TokenPurpose::EmailConfirmation;
    let Some(row) = one_time_tokens::use_up(&mut writing, token, purpose, now).await? else {
        writing.roll_back().await?;
        return Ok(EmailConfirmed::InvalidToken);
    };
    let email = row.address();
    let former = StoredUser::from(row.owner);
    let user = former.user.id;
    let Some(generation) = set_within(&mut writing, user, email.as_ref()).await? else {
        writing.roll_back().await?;
        return Ok(EmailConfirmed::Taken);
    };
    // Back to an address that a link restores too: this is no change for others to take back.
    let restorable = one_time_tokens::restorable_within(&mut writing, user, now).await?;
    let key = email.as_ref().map(EmailAddress::comparison_key);
    let restored = restorable
        .iter()
        .filter(|(address, _)| Some(address.comparison_key()) == key)
        .map(|(_, generation)| *generation)
        .min();
    one_time_tokens::void_within(&mut writing, user, restored.unwrap_or(generation)).await?;
    if let Some(former) = former.email {
        let generation = restored.is_none().then_some(generation);
        let notice = notice.to_former_address(user, former, generation);
        mails::queue_within(&mut writing, &notice, actor, now).await?;
    }
    let event = SecurityEvent::new(EventKind::EmailChanged, actor, now);
    writing.commit([event.with_user(user)]).await?;
    Ok(EmailConfirmed::Set)
}

/// Sets an e-mail address within the caller's transaction. Returns how often it was set by now, or
/// `None` if another account has it.
pub(super) async fn set_within(
    connection: &mut PgConnection,
    user: UserId,
    email: Option<&EmailAddress>,
) -> Result<Option<i64>, StoreError> {
    let generation = sqlx::query_scalar(
        "UPDATE countersign_users
         SET email = $1, email_key = $2, email_generation = email_generation + 1
         WHERE id = $3
            AND NOT EXISTS (SELECT 1 FROM countersign_users WHERE email_key = $2 AND id <> $3)
         RETURNING email_generation",
    )
    .bind(email.map(EmailAddress::as_str))
    .bind(email.map(EmailAddress::comparison_key))
    .bind(user.0)
    .fetch_optional(connection)
    .await?;
    Ok(generation)
}
