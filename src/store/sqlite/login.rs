use uuid::Uuid;

use super::{
    SqliteStore, StoreError, attempts, logout::revoke_within, session_row::WAS_LIVE,
    transaction::Writing,
};
use crate::{
    domain::{Actor, EventKind, RevokedReason, SecurityEvent, SessionInfo, Username},
    store::{
        NewSession, Revocation, StoredCredentials, revoked::events_of_live, rows::CredentialsRow,
    },
};

pub(super) async fn find_credentials(
    store: &SqliteStore,
    name: &Username,
) -> Result<Option<StoredCredentials>, StoreError> {
    let row: Option<CredentialsRow> = sqlx::query_as(
        "SELECT id, username, password_hash, password_generation, disabled_at
         FROM countersign_users WHERE username_key = ?",
    )
    .bind(name.comparison_key())
    .fetch_optional(&store.readers)
    .await?;
    Ok(row.map(StoredCredentials::from))
}

pub(super) async fn open_session(
    store: &SqliteStore,
    new: &NewSession<'_>,
) -> Result<bool, StoreError> {
    let actor = Actor::from(new.client);
    let mut writing = store.begin().await?;
    if !insert_session(&mut writing, new).await? {
        return Ok(false);
    }
    attempts::succeed(&mut writing, new.attempt).await?;
    if let Some(hash) = new.new_hash {
        sqlx::query("UPDATE countersign_users SET password_hash = ? WHERE id = ?")
            .bind(hash)
            .bind(new.user.0)
            .execute(&mut *writing)
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
    events.extend(
        revoke_within(&mut writing, replaced.as_slice())
            .await?
            .events,
    );
    events.extend(revoke_surplus(&mut writing, new, &actor).await?);
    SqliteStore::commit(writing, events).await?;
    Ok(true)
}

/// `false` if the user was disabled or got another password since it was checked.
async fn insert_session(writing: &mut Writing, new: &NewSession<'_>) -> Result<bool, StoreError> {
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
    .execute(&mut **writing)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends the least recently used sessions beyond the maximum.
async fn revoke_surplus(
    writing: &mut Writing,
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
        .fetch_all(&mut **writing)
        .await?;
    let event = SecurityEvent::revoked(RevokedReason::Surplus, actor, new.created_at);
    Ok(events_of_live(surplus, &event.with_user(new.user)))
}
