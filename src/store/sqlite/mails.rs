use sqlx::{AssertSqlSafe, SqliteConnection};

use super::{SqliteStore, StoreError, one_time_tokens};
use crate::{
    domain::{Actor, EventKind, MailKind, SecurityEvent, Timestamp},
    store::{
        Addressee, MailOutcome, MailOwner, NewMail, NewToken, QueuedMail, UnsentMail,
        rows::{AccountKeys, FinishedMail, MailRow, UnsentMailRow, UserRow},
    },
};

pub(super) async fn queue(
    store: &SqliteStore,
    mail: &NewMail<'_>,
    actor: &Actor,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut writing = store.begin().await?;
    queue_within(&mut writing, mail, actor, now).await?;
    SqliteStore::commit(writing, []).await
}

/// Queues a mail within the transaction of what it is about.
pub(super) async fn queue_within(
    connection: &mut SqliteConnection,
    mail: &NewMail<'_>,
    actor: &Actor,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (user, typed) = match mail.owner {
        MailOwner::User(user) => (Some(user.0), None),
        MailOwner::Typed(typed) => (None, Some(typed)),
    };
    sqlx::query(
        "INSERT INTO countersign_mails
            (id, kind, typed, user_id, language, ip, user_agent, created_at, due_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)",
    )
    .bind(mail.id.0)
    .bind(mail.kind.code())
    .bind(typed)
    .bind(user)
    .bind(mail.language.tag())
    .bind(actor.ip().map(|ip| ip.to_string()))
    .bind(actor.description())
    .bind(now.0)
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn lease(
    store: &SqliteStore,
    number: i64,
    until: Timestamp,
    now: Timestamp,
) -> Result<Vec<QueuedMail>, StoreError> {
    // The write lock is taken only when there is something to do.
    let is_due: Option<i64> =
        sqlx::query_scalar("SELECT 1 FROM countersign_mails WHERE due_at <= ? LIMIT 1")
            .bind(now.0)
            .fetch_optional(&store.readers)
            .await?;
    if is_due.is_none() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "UPDATE countersign_mails SET due_at = ?, attempts = attempts + 1 WHERE id IN
            (SELECT id FROM countersign_mails WHERE due_at <= ? ORDER BY due_at LIMIT ?)
         RETURNING {}",
        MailRow::COLUMNS
    );
    let rows: Vec<MailRow> = sqlx::query_as(AssertSqlSafe(sql))
        .bind(until.0)
        .bind(now.0)
        .bind(number)
        .fetch_all(&store.writer)
        .await?;
    Ok(rows.into_iter().filter_map(MailRow::mail).collect())
}

pub(super) async fn address(
    store: &SqliteStore,
    mail: &QueuedMail,
    token: Option<&NewToken>,
    now: Timestamp,
) -> Result<Option<Addressee>, StoreError> {
    let mut writing = store.begin().await?;
    let account = find_account(&mut writing, mail).await?;
    let mailbox = match account.as_ref().and_then(UserRow::mailbox) {
        Some((addressee, key)) if has_room(&mut writing, mail, key, now).await? => {
            Some((addressee, key))
        }
        _ => None,
    };
    let Some((addressee, key)) = mailbox else {
        sqlx::query("DELETE FROM countersign_mails WHERE id = ?")
            .bind(mail.id.0)
            .execute(&mut *writing)
            .await?;
        SqliteStore::commit(writing, []).await?;
        return Ok(None);
    };
    sqlx::query(
        "UPDATE countersign_mails
         SET user_id = ?, typed = NULL, mailbox = ?, addressed_at = ?
         WHERE id = ?",
    )
    .bind(addressee.user.id.0)
    .bind(key)
    .bind(now.0)
    .bind(mail.id.0)
    .execute(&mut *writing)
    .await?;
    let mut event = None;
    if let Some(token) = token {
        one_time_tokens::insert_within(&mut writing, addressee.user.id, token).await?;
        let sent = SecurityEvent::new(EventKind::PasswordResetSent, &mail.actor, now);
        event = Some(sent.with_user(addressee.user.id));
    }
    SqliteStore::commit(writing, event).await?;
    Ok(Some(addressee))
}

async fn find_account(
    connection: &mut SqliteConnection,
    mail: &QueuedMail,
) -> Result<Option<UserRow>, StoreError> {
    let keys = mail.typed.as_deref().map(AccountKeys::of);
    let sql = format!(
        "SELECT {} FROM countersign_users WHERE id = coalesce(?,
            (SELECT id FROM countersign_users WHERE email_key = ?),
            (SELECT id FROM countersign_users WHERE username_key = ?))",
        UserRow::COLUMNS
    );
    let row = sqlx::query_as(AssertSqlSafe(sql))
        .bind(mail.user.map(|user| user.0))
        .bind(keys.as_ref().and_then(|keys| keys.email.as_deref()))
        .bind(keys.as_ref().and_then(|keys| keys.name.as_deref()))
        .fetch_optional(connection)
        .await?;
    Ok(row)
}

/// Whether a mailbox may get another mail of this kind.
async fn has_room(
    connection: &mut SqliteConnection,
    mail: &QueuedMail,
    mailbox: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    if !mail.kind.is_limited() {
        return Ok(true);
    }
    let others: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM countersign_mails
         WHERE mailbox = ? AND addressed_at > ? AND kind = ? AND id <> ?",
    )
    .bind(mailbox)
    .bind(now.plus_seconds(-MailKind::LIMIT_SECONDS).0)
    .bind(mail.kind.code())
    .bind(mail.id.0)
    .fetch_one(connection)
    .await?;
    Ok(others < MailKind::LIMIT)
}

pub(super) async fn finish(
    store: &SqliteStore,
    mail: &QueuedMail,
    outcome: &MailOutcome,
    now: Timestamp,
) -> Result<(), StoreError> {
    let finished = FinishedMail::new(outcome, now);
    sqlx::query(
        "UPDATE countersign_mails
         SET due_at = ?, sent_at = ?, error = ?, unanswered = unanswered + ?
         WHERE id = ? AND attempts = ? AND sent_at IS NULL",
    )
    .bind(finished.due_at)
    .bind(finished.sent_at)
    .bind(finished.error)
    .bind(finished.unanswered)
    .bind(mail.id.0)
    .bind(mail.attempts)
    .execute(&store.writer)
    .await?;
    Ok(())
}

pub(super) async fn list_unsent(store: &SqliteStore) -> Result<Vec<UnsentMail>, StoreError> {
    let rows: Vec<UnsentMailRow> = sqlx::query_as(
        "SELECT m.id, m.kind, u.username, m.created_at, m.attempts, m.due_at, m.error
         FROM countersign_mails m LEFT JOIN countersign_users u ON u.id = m.user_id
         WHERE m.sent_at IS NULL ORDER BY m.created_at, m.id",
    )
    .fetch_all(&store.readers)
    .await?;
    Ok(rows.into_iter().filter_map(UnsentMailRow::mail).collect())
}

pub(super) async fn retry(store: &SqliteStore, now: Timestamp) -> Result<u64, StoreError> {
    let done = sqlx::query(
        "UPDATE countersign_mails SET due_at = ?1
         WHERE sent_at IS NULL AND (kind <> ?2 OR created_at > ?3)",
    )
    .bind(now.0)
    .bind(MailKind::PasswordReset.code())
    .bind(now.plus_seconds(-MailKind::PasswordReset.try_seconds()).0)
    .execute(&store.writer)
    .await?;
    Ok(done.rows_affected())
}
