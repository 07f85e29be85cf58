use sqlx::{AssertSqlSafe, PgConnection};

use super::{PostgresStore, StoreError, one_time_tokens, transaction::Writing};
use crate::{
    domain::{Actor, EmailAddress, MailKind, SecurityEvent, Timestamp},
    store::{
        Addressee, MailOutcome, MailOwner, NewMail, NewToken, QueuedMail, UnsentMail,
        rows::{FinishedMail, MailRow, UnsentMailRow, UserRow, addressee, identifier, key_column},
    },
};

pub(super) async fn queue(
    store: &PostgresStore,
    mail: &NewMail<'_>,
    actor: &Actor,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut writing = store.begin().await?;
    queue_within(&mut writing, mail, actor, now).await?;
    writing.commit([]).await
}

/// Queues a mail within the transaction of what it is about. The notice of a password goes to the
/// address of this moment: a thief may change that next.
pub(super) async fn queue_within(
    connection: &mut PgConnection,
    mail: &NewMail<'_>,
    actor: &Actor,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (user, typed) = match mail.owner {
        MailOwner::User(user) => (Some(user.0), None),
        MailOwner::Typed(typed) => (None, Some(typed)),
        MailOwner::Nobody => (None, None),
    };
    sqlx::query(
        "INSERT INTO countersign_mails
            (id, kind, typed, user_id, recipient, generation, language, ip, user_agent, created_at,
             due_at)
         VALUES ($1, $2, $3, $4,
             coalesce($5, CASE WHEN $11 THEN (SELECT email FROM countersign_users WHERE id = $4) END),
             $6, $7, $8, $9, $10, $10)",
    )
    .bind(mail.id.0)
    .bind(mail.kind.code())
    .bind(typed)
    .bind(user)
    .bind(mail.recipient.as_ref().map(EmailAddress::as_str))
    .bind(mail.generation)
    .bind(mail.language.tag())
    .bind(actor.ip().map(|ip| ip.to_string()))
    .bind(actor.description())
    .bind(now.0)
    .bind(mail.kind == MailKind::PasswordChanged)
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn lease(
    store: &PostgresStore,
    number: i64,
    until: Timestamp,
    now: Timestamp,
) -> Result<Vec<QueuedMail>, StoreError> {
    let sql = format!(
        "UPDATE countersign_mails SET due_at = $1, attempts = attempts + 1 WHERE id IN
            (SELECT id FROM countersign_mails WHERE due_at <= $2 ORDER BY due_at LIMIT $3
             FOR UPDATE SKIP LOCKED)
         RETURNING {}",
        MailRow::COLUMNS
    );
    let mut connection = store.connection().await?;
    let rows: Vec<MailRow> = sqlx::query_as(AssertSqlSafe(sql))
        .bind(until.0)
        .bind(now.0)
        .bind(number)
        .fetch_all(&mut *connection)
        .await?;
    connection.release();
    Ok(rows.into_iter().filter_map(MailRow::mail).collect())
}

pub(super) async fn address(
    store: &PostgresStore,
    mail: &QueuedMail,
    token: Option<&NewToken>,
    now: Timestamp,
) -> Result<Option<Addressee>, StoreError> {
    let mut writing = store.begin().await?;
    // The link may have become void, or the mail have been deleted, since it was taken.
    let stored: Option<Option<i64>> =
        sqlx::query_scalar("SELECT generation FROM countersign_mails WHERE id = $1")
            .bind(mail.id.0)
            .fetch_optional(&mut *writing)
            .await?;
    let Some(generation) = stored else {
        return drop_mail(writing, mail).await;
    };
    let account = find_account(&mut writing, mail).await?;
    let Some(addressee) = addressee(account.as_ref(), mail, generation) else {
        return drop_mail(writing, mail).await;
    };
    let user = addressee.user.as_ref().map(|user| user.id);
    let mailbox = addressee.email.comparison_key();
    if !has_room(&mut writing, mail, &mailbox, now).await? {
        return drop_mail(writing, mail).await;
    }
    if let (Some(token), true) = (token, addressee.has_link) {
        let address = mail.recipient.as_ref();
        let is_inserted = if let Some(user) = user {
            one_time_tokens::insert_within(&mut writing, user, token, address, generation).await?
        } else {
            one_time_tokens::insert_unowned(&mut writing, token, address, mail.invitation())
                .await?;
            true
        };
        if !is_inserted {
            return drop_mail(writing, mail).await;
        }
    }
    sqlx::query(
        "UPDATE countersign_mails
         SET user_id = $1, typed = NULL, mailbox = $2, addressed_at = $3
         WHERE id = $4",
    )
    .bind(user.map(|user| user.0))
    .bind(mailbox)
    .bind(now.0)
    .bind(mail.id.0)
    .execute(&mut *writing)
    .await?;
    let event = mail.kind.sent_event().map(|kind| {
        let sent = SecurityEvent::new(kind, &mail.actor, now);
        SecurityEvent { user, ..sent }
    });
    writing.commit(event).await?;
    Ok(Some(addressee))
}

/// Deletes a mail that nobody gets.
async fn drop_mail(
    mut writing: Writing,
    mail: &QueuedMail,
) -> Result<Option<Addressee>, StoreError> {
    sqlx::query("DELETE FROM countersign_mails WHERE id = $1")
        .bind(mail.id.0)
        .execute(&mut *writing)
        .await?;
    writing.commit([]).await?;
    Ok(None)
}

/// Locks the account until the end of the transaction, so that no other mail to it is counted at the
/// same time.
async fn find_account(
    connection: &mut PgConnection,
    mail: &QueuedMail,
) -> Result<Option<UserRow>, StoreError> {
    let identifier = identifier(mail);
    let sql = format!(
        "SELECT {} FROM countersign_users
         WHERE id = coalesce($1, (SELECT id FROM countersign_users WHERE {} = $2)) FOR NO KEY UPDATE",
        UserRow::COLUMNS,
        identifier.as_ref().map_or("username_key", key_column)
    );
    let row = sqlx::query_as(AssertSqlSafe(sql))
        .bind(mail.user.map(|user| user.0))
        .bind(identifier.map(|identifier| identifier.comparison_key()))
        .fetch_optional(connection)
        .await?;
    Ok(row)
}

/// Whether a mailbox may get another mail of this kind, and its account another one to be sent.
async fn has_room(
    connection: &mut PgConnection,
    mail: &QueuedMail,
    mailbox: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    if !mail.kind.is_limited() {
        return Ok(true);
    }
    let since = now.plus_seconds(-MailKind::LIMIT_SECONDS);
    let (to_mailbox, of_account): (i64, i64) = sqlx::query_as(
        "SELECT
            (SELECT count(*) FROM countersign_mails
             WHERE mailbox = $1 AND addressed_at > $2 AND kind = $3 AND id <> $4),
            (SELECT count(*) FROM countersign_mails
             WHERE user_id = $5 AND addressed_at > $2 AND kind = $3 AND id <> $4)",
    )
    .bind(mailbox)
    .bind(since.0)
    .bind(mail.kind.code())
    .bind(mail.id.0)
    .bind(mail.user.map(|user| user.0))
    .fetch_one(connection)
    .await?;
    Ok(to_mailbox < MailKind::LIMIT && of_account < MailKind::ACCOUNT_LIMIT)
}

pub(super) async fn finish(
    store: &PostgresStore,
    mail: &QueuedMail,
    outcome: &MailOutcome,
    now: Timestamp,
) -> Result<(), StoreError> {
    let finished = FinishedMail::new(outcome, now);
    let mut connection = store.connection().await?;
    sqlx::query(
        "UPDATE countersign_mails
         SET due_at = $1, sent_at = $2, error = $3, unanswered = unanswered + $4
         WHERE id = $5 AND attempts = $6 AND sent_at IS NULL",
    )
    .bind(finished.due_at)
    .bind(finished.sent_at)
    .bind(finished.error)
    .bind(finished.unanswered)
    .bind(mail.id.0)
    .bind(mail.attempts)
    .execute(&mut *connection)
    .await?;
    connection.release();
    Ok(())
}

pub(super) async fn list_unsent(store: &PostgresStore) -> Result<Vec<UnsentMail>, StoreError> {
    let mut connection = store.connection().await?;
    let rows: Vec<UnsentMailRow> = sqlx::query_as(
        "SELECT m.id, m.kind, u.username, m.created_at, m.attempts, m.due_at, m.error
         FROM countersign_mails m LEFT JOIN countersign_users u ON u.id = m.user_id
         WHERE m.sent_at IS NULL ORDER BY m.created_at, m.id",
    )
    .fetch_all(&mut *connection)
    .await?;
    connection.release();
    Ok(rows.into_iter().filter_map(UnsentMailRow::mail).collect())
}

pub(super) async fn retry(store: &PostgresStore, now: Timestamp) -> Result<u64, StoreError> {
    let [reset, confirmation, sign_up] = MailKind::LIMITED;
    let mut connection = store.connection().await?;
    let done = sqlx::query(
        "UPDATE countersign_mails SET due_at = $1
         WHERE sent_at IS NULL AND (kind NOT IN ($2, $3, $4) OR created_at > $5)",
    )
    .bind(now.0)
    .bind(reset.code())
    .bind(confirmation.code())
    .bind(sign_up.code())
    .bind(now.plus_seconds(-MailKind::LIMITED_TRY_SECONDS).0)
    .execute(&mut *connection)
    .await?;
    connection.release();
    Ok(done.rows_affected())
}
