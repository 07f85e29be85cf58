use sqlx::{AssertSqlSafe, SqliteConnection, SqliteExecutor};

use super::{SqliteStore, StoreError, user};
use crate::{
    domain::{
        Actor, EmailAddress, EventKind, InvitationId, SecurityEvent, Timestamp, TokenHash,
        TokenOwner, TokenPurpose, UserId, Username,
    },
    store::{
        NewToken,
        rows::{TokenOwnerRow, UserRow},
    },
};

pub(super) async fn insert(
    store: &SqliteStore,
    name: &Username,
    token: &NewToken,
    actor: &Actor,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let Some((mut writing, user)) = user::begin_for(store, name).await? else {
        return Ok(false);
    };
    if !insert_within(&mut writing, user.id, token, None, None).await? {
        return Ok(false);
    }
    let event = SecurityEvent::new(EventKind::PasswordResetSent, actor, now);
    SqliteStore::commit(writing, [event.with_user(user.id)]).await?;
    Ok(true)
}

/// Stores a token within the caller's transaction, with the e-mail address that it sets. Without a
/// generation it has that of the password. `false` if the user is disabled, or has another password
/// than that of the generation.
pub(super) async fn insert_within(
    connection: &mut SqliteConnection,
    user: UserId,
    token: &NewToken,
    address: Option<&EmailAddress>,
    generation: Option<i64>,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "INSERT INTO countersign_one_time_tokens
            (hash, purpose, user_id, address, generation, expires_at)
         SELECT ?1, ?2, id, ?3, coalesce(?4, password_generation), ?5 FROM countersign_users
         WHERE id = ?6 AND disabled_at IS NULL
            AND (?2 = 'email_restoration' OR coalesce(?4, password_generation) = password_generation)",
    )
    .bind(token.hash.0.as_slice())
    .bind(token.purpose.code())
    .bind(address.map(EmailAddress::as_str))
    .bind(generation)
    .bind(token.expires_at.0)
    .bind(user.0)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Stores a token that belongs to nobody yet, within the caller's transaction.
pub(super) async fn insert_unowned(
    connection: &mut SqliteConnection,
    token: &NewToken,
    address: Option<&EmailAddress>,
    invitation: Option<InvitationId>,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO countersign_one_time_tokens
            (hash, purpose, address, invitation_id, expires_at) VALUES (?, ?, ?, ?, ?)",
    )
    .bind(token.hash.0.as_slice())
    .bind(token.purpose.code())
    .bind(address.map(EmailAddress::as_str))
    .bind(invitation.map(|invitation| invitation.0))
    .bind(token.expires_at.0)
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn find_owner(
    store: &SqliteStore,
    token: TokenHash,
    purpose: TokenPurpose,
    now: Timestamp,
) -> Result<Option<TokenOwner>, StoreError> {
    let row = find_row(&store.readers, token, purpose, now).await?;
    Ok(row.map(TokenOwner::from))
}

/// The owner of a token that is good.
pub(super) async fn find_row(
    executor: impl SqliteExecutor<'_>,
    token: TokenHash,
    purpose: TokenPurpose,
    now: Timestamp,
) -> Result<Option<TokenOwnerRow>, StoreError> {
    let sql = format!(
        "SELECT {}, address, generation
         FROM countersign_users JOIN countersign_one_time_tokens ON user_id = id
         WHERE hash = ? AND purpose = ? AND expires_at > ? AND disabled_at IS NULL
            AND (purpose = 'email_restoration' OR generation = password_generation)",
        UserRow::COLUMNS
    );
    let row = sqlx::query_as(AssertSqlSafe(sql))
        .bind(token.0.as_slice())
        .bind(purpose.code())
        .bind(now.0)
        .fetch_optional(executor)
        .await?;
    Ok(row)
}

/// Makes the links of a user void within the caller's transaction, those too that are not mailed yet:
/// but for those that take back an e-mail address that was set before this generation of it.
pub(super) async fn void_within(
    connection: &mut SqliteConnection,
    user: UserId,
    generation: i64,
) -> Result<(), StoreError> {
    sqlx::query(
        "DELETE FROM countersign_one_time_tokens
         WHERE user_id = ? AND NOT (purpose = 'email_restoration' AND generation < ?)",
    )
    .bind(user.0)
    .bind(generation)
    .execute(&mut *connection)
    .await?;
    // Without a generation, the mail has no link.
    sqlx::query(
        "UPDATE countersign_mails SET generation = NULL
         WHERE user_id = ? AND sent_at IS NULL
            AND (kind = 'email_confirmation' OR generation >= ?)",
    )
    .bind(user.0)
    .bind(generation)
    .execute(connection)
    .await?;
    Ok(())
}

/// Makes the links void within the caller's transaction by which a user confirms a new e-mail address.
pub(super) async fn void_confirmations_within(
    connection: &mut SqliteConnection,
    user: UserId,
) -> Result<(), StoreError> {
    sqlx::query(
        "DELETE FROM countersign_one_time_tokens
         WHERE user_id = ? AND purpose = 'email_confirmation'",
    )
    .bind(user.0)
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "UPDATE countersign_mails SET generation = NULL
         WHERE user_id = ? AND sent_at IS NULL AND kind = 'email_confirmation'",
    )
    .bind(user.0)
    .execute(connection)
    .await?;
    Ok(())
}

/// The addresses that a user can take back by links, mailed or not, with the generation of each.
pub(super) async fn restorable_within(
    connection: &mut SqliteConnection,
    user: UserId,
    now: Timestamp,
) -> Result<Vec<(EmailAddress, i64)>, StoreError> {
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "SELECT address, generation FROM countersign_one_time_tokens
         WHERE user_id = ?1 AND purpose = 'email_restoration' AND expires_at > ?2
         UNION ALL
         SELECT recipient, generation FROM countersign_mails
         WHERE user_id = ?1 AND kind = 'email_changed' AND generation IS NOT NULL
            AND sent_at IS NULL",
    )
    .bind(user.0)
    .bind(now.0)
    .fetch_all(connection)
    .await?;
    let addresses = rows.into_iter();
    Ok(addresses
        .map(|(address, generation)| (EmailAddress::from_stored(address), generation))
        .collect())
}
