use sqlx::{FromRow, SqliteConnection, SqliteExecutor};
use uuid::Uuid;

use super::{SqliteStore, StoreError, logout::revoke_within, transaction::Writing};
use crate::{
    domain::{
        Actor, BackoffPolicy, EventKind, FailureCount, FailureKey, RevokedReason, SecurityEvent,
        SessionId, SessionInfo, Timestamp, User, UserId, Username,
    },
    store::{Attempt, NewSession, Revocation, StoredCredentials},
};

#[derive(Default)]
struct FailureState {
    count: Option<FailureCount>,
    /// The current delay is in the audit log.
    reported: bool,
}

pub(super) async fn count_attempt(
    store: &SqliteStore,
    key: FailureKey,
    actor: &Actor,
    now: Timestamp,
) -> Result<Attempt, StoreError> {
    // An attempt that is refused again does not take the write lock.
    let before = find_failures(&store.readers, key).await?;
    let wait_seconds = BackoffPolicy::ACCOUNT.wait_seconds(before.count, now);
    if wait_seconds > 0 && before.reported {
        return Ok(Attempt::Throttled { wait_seconds });
    }
    let mut writing = store.begin().await?;
    let before = find_failures(&mut *writing, key).await?;
    let wait_seconds = BackoffPolicy::ACCOUNT.wait_seconds(before.count, now);
    if wait_seconds == 0 {
        count_failure(
            &mut writing,
            key,
            BackoffPolicy::ACCOUNT.failed(before.count, now),
        )
        .await?;
        SqliteStore::commit(writing, []).await?;
        return Ok(Attempt::Counted);
    }
    if !before.reported {
        sqlx::query("UPDATE countersign_failed_logins SET reported = 1 WHERE key = ?")
            .bind(key.as_bytes())
            .execute(&mut *writing)
            .await?;
        let event = SecurityEvent::new(EventKind::LoginThrottled, actor, now);
        SqliteStore::commit(writing, [event.with_detail("user_name")]).await?;
    }
    Ok(Attempt::Throttled { wait_seconds })
}

async fn find_failures(
    executor: impl SqliteExecutor<'_>,
    key: FailureKey,
) -> Result<FailureState, StoreError> {
    let row: Option<(i64, i64, bool)> = sqlx::query_as(
        "SELECT failures, last_at, reported FROM countersign_failed_logins WHERE key = ?",
    )
    .bind(key.as_bytes())
    .fetch_optional(executor)
    .await?;
    let state = row.map(|(number, last_at, reported)| FailureState {
        count: Some(FailureCount {
            number,
            last_at: Timestamp(last_at),
        }),
        reported,
    });
    Ok(state.unwrap_or_default())
}

async fn count_failure(
    connection: &mut SqliteConnection,
    key: FailureKey,
    count: FailureCount,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO countersign_failed_logins (key, failures, last_at) VALUES (?1, ?2, ?3)
         ON CONFLICT (key) DO UPDATE SET failures = ?2, last_at = ?3, reported = 0",
    )
    .bind(key.as_bytes())
    .bind(count.number)
    .bind(count.last_at.0)
    .execute(connection)
    .await?;
    Ok(())
}

/// Resets the failed logins within the caller's transaction.
pub(super) async fn reset_failures(
    connection: &mut SqliteConnection,
    key: FailureKey,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM countersign_failed_logins WHERE key = ?")
        .bind(key.as_bytes())
        .execute(connection)
        .await?;
    Ok(())
}

pub(super) async fn find_credentials(
    store: &SqliteStore,
    name: &Username,
) -> Result<Option<StoredCredentials>, StoreError> {
    #[derive(FromRow)]
    struct Row {
        id: Uuid,
        username: String,
        password_hash: String,
        disabled_at: Option<i64>,
    }
    let row: Option<Row> = sqlx::query_as(
        "SELECT id, username, password_hash, disabled_at FROM countersign_users
         WHERE username_key = ?",
    )
    .bind(name.comparison_key())
    .fetch_optional(&store.readers)
    .await?;
    Ok(row.map(|row| StoredCredentials {
        user: User {
            id: UserId(row.id),
            username: Username::from_stored(row.username),
        },
        password_hash: row.password_hash,
        enabled: row.disabled_at.is_none(),
    }))
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
    reset_failures(&mut writing, new.failure_key).await?;
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
            (id, user_id, epoch, user_agent, created_at, last_seen_at, rotated_at, expires_at,
             idle_seconds)
         SELECT ?1, id, (SELECT epoch FROM countersign_instance), ?2, ?3, ?3, ?3, ?4, ?5
         FROM countersign_users WHERE id = ?6 AND password_hash = ?7 AND disabled_at IS NULL",
    )
    .bind(new.id.0)
    .bind(&new.client.user_agent)
    .bind(new.created_at.0)
    .bind(new.expires_at.0)
    .bind(new.idle_seconds)
    .bind(new.user.0)
    .bind(new.password_hash)
    .execute(&mut **writing)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends the least recently used sessions beyond the maximum.
async fn revoke_surplus(
    writing: &mut Writing,
    new: &NewSession<'_>,
    actor: &Actor,
) -> Result<impl Iterator<Item = SecurityEvent>, StoreError> {
    let surplus: Vec<Uuid> = sqlx::query_scalar(
        "UPDATE countersign_sessions SET revoked_at = ?1, revoked_reason = ?2 WHERE id IN
            (SELECT id FROM countersign_sessions
             WHERE user_id = ?3 AND id <> ?4 AND revoked_at IS NULL
             ORDER BY last_seen_at DESC, created_at DESC, id LIMIT -1 OFFSET ?5)
         RETURNING id",
    )
    .bind(new.created_at.0)
    .bind(RevokedReason::Surplus.code())
    .bind(new.user.0)
    .bind(new.id.0)
    .bind(SessionInfo::MAX_PER_USER - 1)
    .fetch_all(&mut **writing)
    .await?;
    let event = SecurityEvent::revoked(RevokedReason::Surplus, actor, new.created_at);
    let event = event.with_user(new.user);
    Ok(surplus
        .into_iter()
        .map(move |id| event.clone().with_session(SessionId(id))))
}
