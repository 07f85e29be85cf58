use sqlx::PgConnection;
use uuid::Uuid;

use super::{PostgresStore, StoreError, attempts, logout::revoke_within, session_row::WAS_LIVE};
use crate::{
    domain::{Actor, EventKind, Identifier, RevokedReason, SecurityEvent, SessionInfo},
    store::{
        NewSession, Revocation, StoredCredentials,
        revoked::events_of_live,
        rows::{CredentialsRow, key_column},
    },
};

pub(super) async fn find_credentials(
    store: &PostgresStore,
    identifier: &Identifier,
) -> Result<Option<StoredCredentials>, StoreError> {
    let sql = format!(
        "SELECT id, username, password_hash, password_generation, disabled_at
         FROM countersign_users WHERE {} = $1",
        key_column(identifier)
    );
    let mut connection = store.connection().await?;
    let row: Option<CredentialsRow> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(identifier.comparison_key())
        .fetch_optional(&mut *connection)
        .await?;
    connection.release();
    Ok(row.map(StoredCredentials::from))
}

pub(super) async fn open_session(
    store: &PostgresStore,
    new: &NewSession<'_>,
) -> Result<bool, StoreError> {
    let mut writing = store.begin().await?;
    if !lock_user(&mut writing, new).await? {
        writing.roll_back().await?;
        return Ok(false);
    }
    let events = open_within(&mut writing, new).await?;
    writing.commit(events).await?;
    Ok(true)
}

/// Opens a session within the caller's transaction, in which its user is locked. Returns the security
/// events.
pub(super) async fn open_within(
    connection: &mut PgConnection,
    new: &NewSession<'_>,
) -> Result<Vec<SecurityEvent>, StoreError> {
    let actor = Actor::from(new.client);
    insert_session(connection, new).await?;
    if let Some(attempt) = new.attempt {
        attempts::succeed(connection, attempt).await?;
    }
    if let Some(hash) = new.new_hash {
        sqlx::query("UPDATE countersign_users SET password_hash = $1 WHERE id = $2")
            .bind(hash)
            .bind(new.user.0)
            .execute(&mut *connection)
            .await?;
    }
    let login = SecurityEvent::new(EventKind::Login, &actor, new.created_at);
    let mut events = vec![login.with_user(new.user).with_session(new.id)];
    let replaced = new.replaces.map(|session| Revocation {
        session,
        owner: None,
        reason: RevokedReason::Replaced,
        actor: actor.clone(),
        now: new.created_at,
    });
    let revoked = revoke_within(connection, replaced.as_slice()).await?;
    events.extend(revoked.events);
    events.extend(revoke_surplus(connection, new, &actor).await?);
    Ok(events)
}

/// `false` if the user was disabled or got another password since it was checked. Whoever does either
/// waits for this transaction, and then ends its session too.
async fn lock_user(
    connection: &mut PgConnection,
    new: &NewSession<'_>,
) -> Result<bool, StoreError> {
    let user: Option<Uuid> = sqlx::query_scalar(
        "SELECT id FROM countersign_users
         WHERE id = $1 AND password_generation = $2 AND disabled_at IS NULL FOR NO KEY UPDATE",
    )
    .bind(new.user.0)
    .bind(new.password_generation)
    .fetch_optional(connection)
    .await?;
    Ok(user.is_some())
}

async fn insert_session(
    connection: &mut PgConnection,
    new: &NewSession<'_>,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO countersign_sessions
            (id, user_id, epoch, user_agent, created_at, last_seen_at, authenticated_at, rotated_at,
             expires_at, idle_seconds)
         SELECT $1, $2, epoch, $3, $4, $4, $4, $4, $5, $6 FROM countersign_instance",
    )
    .bind(new.id.0)
    .bind(new.user.0)
    .bind(&new.client.user_agent)
    .bind(new.created_at.0)
    .bind(new.expires_at.0)
    .bind(new.idle_seconds)
    .execute(connection)
    .await?;
    Ok(())
}

/// Ends the least recently used sessions beyond the maximum.
async fn revoke_surplus(
    connection: &mut PgConnection,
    new: &NewSession<'_>,
    actor: &Actor,
) -> Result<Vec<SecurityEvent>, StoreError> {
    let sql = format!(
        "UPDATE countersign_sessions SET revoked_at = $1, revoked_reason = $2
         WHERE revoked_at IS NULL AND id IN
            (SELECT id FROM countersign_sessions
             WHERE user_id = $3 AND id <> $4 AND revoked_at IS NULL
             ORDER BY last_seen_at DESC, created_at DESC, id OFFSET $5)
         RETURNING id, {WAS_LIVE}"
    );
    let surplus: Vec<(Uuid, bool)> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(new.created_at.0)
        .bind(RevokedReason::Surplus.code())
        .bind(new.user.0)
        .bind(new.id.0)
        .bind(SessionInfo::MAX_PER_USER - 1)
        .fetch_all(connection)
        .await?;
    let event = SecurityEvent::revoked(RevokedReason::Surplus, actor, new.created_at);
    Ok(events_of_live(surplus, &event.with_user(new.user)))
}
