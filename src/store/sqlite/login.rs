use sqlx::SqliteConnection;
use uuid::Uuid;

use super::{SqliteStore, StoreError, attempts, logout::revoke_within, session_row::WAS_LIVE};
use crate::{
    domain::{Actor, EventKind, Identifier, RevokedReason, SecurityEvent, SessionInfo},
    store::{
        NewSession, Revocation, StoredCredentials,
        revoked::events_of_live,
        rows::{CredentialsRow, key_column},
    },
};

pub(super) async fn find_credentials(
    store: &SqliteStore,
    identifier: &Identifier,
) -> Result<Option<StoredCredentials>, StoreError> {
    let sql = format!(
        "SELECT id, username, password_hash, password_generation, disabled_at
         FROM countersign_users WHERE {} = ?",
        key_column(identifier)
    );
    let row: Option<CredentialsRow> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(identifier.comparison_key())
        .fetch_optional(&store.readers)
        .await?;
    Ok(row.map(StoredCredentials::from))
}

pub(super) async fn open_session(
    store: &SqliteStore,
    new: &NewSession<'_>,
) -> Result<bool, StoreError> {
    let mut writing = store.begin().await?;
    let Some(events) = open_within(&mut writing, new).await? else {
        return Ok(false);
    };
    SqliteStore::commit(writing, events).await?;
    Ok(true)
}

/// Opens a session within the caller's transaction. Returns the security events, or `None` if the user was
/// disabled or got another password since it was checked.
pub(super) async fn open_within(
    connection: &mut SqliteConnection,
    new: &NewSession<'_>,
) -> Result<Option<Vec<SecurityEvent>>, StoreError> {
    let actor = Actor::from(new.client);
    if !insert_session(connection, new).await? {
        return Ok(None);
    }
    if let Some(attempt) = new.attempt {
        attempts::succeed(connection, attempt).await?;
    }
    if let Some(hash) = new.new_hash {
        sqlx::query("UPDATE countersign_users SET password_hash = ? WHERE id = ?")
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
    Ok(Some(events))
}

/// `false` if the user was disabled or got another password since it was checked.
async fn insert_session(
    connection: &mut SqliteConnection,
    new: &NewSession<'_>,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "INSERT INTO countersign_sessions
            (id, user_id, epoch, user_agent, created_at, last_seen_at, authenticated_at, rotated_at,
             expires_at, idle_seconds)
         SELECT ?1, id, (SELECT epoch FROM countersign_instance), ?2, ?3, ?3, ?3, ?3, ?4, ?5
         FROM countersign_users WHERE id = ?6 AND password_generation = ?7 AND disabled_at IS NULL",
    )
    .bind(new.id.0)
    .bind(&new.client.user_agent)
    .bind(new.created_at.0)
    .bind(new.expires_at.0)
    .bind(new.idle_seconds)
    .bind(new.user.0)
    .bind(new.password_generation)
    .execute(&mut *connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends the least recently used sessions beyond the maximum.
async fn revoke_surplus(
    connection: &mut SqliteConnection,
    new: &NewSession<'_>,
    actor: &Actor,
) -> Result<Vec<SecurityEvent>, StoreError> {
    let sql = format!(
        "UPDATE countersign_sessions SET revoked_at = ?1, revoked_reason = ?2 WHERE id IN
            (SELECT id FROM countersign_sessions
             WHERE user_id = ?3 AND id <> ?4 AND revoked_at IS NULL
             ORDER BY last_seen_at DESC, created_at DESC, id LIMIT -1 OFFSET ?5)
         RETURNING id, {WAS_LIVE}"
    );
    let surplus: Vec<(Uuid, bool)> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(new.created_at.0)
        .bind(RevokedReason::Surplus.code())
        .bind(new.user.0)
        .bind(new.id.0)
        .bind(SessionInfo::MAX_PER_USER - 1)
        .fetch_all(&mut *connection)
        .await?;
    let event = SecurityEvent::revoked(RevokedReason::Surplus, actor, new.created_at);
    Ok(events_of_live(surplus, &event.with_user(new.user)))
}
