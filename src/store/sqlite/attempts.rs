use sqlx::SqliteConnection;

use super::{SqliteStore, StoreError};
use crate::{
    domain::{AttemptId, EventKind, FailureKey, SecurityEvent, Timestamp},
    store::{
        Admission, AttemptKeys, NewAttempt, SucceededAttempt,
        admission::{AttemptRow, Decision, KeyState, failure_count, overdue_at},
    },
};

/// The failures of a key, its undecided attempts, and whether some are undecided for too long, by the
/// column of the attempts that holds the key.
macro_rules! state_by {
    ($column:literal) => {
        concat!(
            "SELECT failures, last_at, coalesce(reported, 0) AS reported,
                (SELECT count(*) FROM countersign_login_attempts
                    WHERE ",
            $column,
            " = ?1 AND counted = 0 AND begun_at > ?2) AS undecided,
                EXISTS (SELECT 1 FROM countersign_login_attempts
                    WHERE ",
            $column,
            " = ?1 AND counted = 0 AND begun_at <= ?2) AS overdue
             FROM (SELECT 1) LEFT JOIN countersign_failed_logins ON key = ?1"
        )
    };
}

const STATE: &str = state_by!("key");
const STATE_OF_USER: &str = state_by!("user_key");

pub(super) async fn begin(
    store: &SqliteStore,
    attempt: &NewAttempt,
) -> Result<Admission, StoreError> {
    // An attempt that is refused again, or waits, does not take the write lock.
    let mut reading = store.readers.acquire().await?;
    let decision = decide(&mut reading, attempt).await?;
    drop(reading);
    if decision.admission != Admission::Allowed && decision.to_report.is_none() {
        return Ok(decision.admission);
    }
    let mut writing = store.begin().await?;
    let mut decision = decide(&mut writing, attempt).await?;
    if decision.overdue {
        count_overdue(&mut writing, attempt).await?;
        decision = decide(&mut writing, attempt).await?;
    }
    if decision.admission == Admission::Allowed {
        insert(&mut writing, attempt, decision.keys).await?;
    }
    let mut event = None;
    if let Some(key) = decision.to_report {
        sqlx::query("UPDATE countersign_failed_logins SET reported = 1 WHERE key = ?")
            .bind(key.as_bytes())
            .execute(&mut *writing)
            .await?;
        let throttled = SecurityEvent::new(EventKind::LoginThrottled, &attempt.actor, attempt.now);
        event = Some(SecurityEvent {
            user: attempt.user,
            ..throttled.with_detail("user_name")
        });
    }
    SqliteStore::commit(writing, event).await?;
    Ok(decision.admission)
}

/// Decides by the policies.
async fn decide(
    connection: &mut SqliteConnection,
    attempt: &NewAttempt,
) -> Result<Decision, StoreError> {
    let device = attempt.device.and_then(|device| device.user);
    let devices = user_state(connection, device, attempt.now).await?;
    let keys = Decision::keys(attempt, devices.as_ref());
    let own = state(connection, STATE, keys.own, attempt.now).await?;
    let user = user_state(connection, keys.user, attempt.now).await?;
    let (user, devices) = (user.as_ref(), devices.as_ref());
    Ok(Decision::new(attempt, keys, &own, user, devices))
}

async fn user_state(
    connection: &mut SqliteConnection,
    key: Option<FailureKey>,
    now: Timestamp,
) -> Result<Option<KeyState>, StoreError> {
    match key {
        Some(key) => state(connection, STATE_OF_USER, key, now).await.map(Some),
        None => Ok(None),
    }
}

async fn state(
    connection: &mut SqliteConnection,
    statement: &'static str,
    key: FailureKey,
    now: Timestamp,
) -> Result<KeyState, StoreError> {
    let state = sqlx::query_as(statement)
        .bind(key.as_bytes())
        .bind(overdue_at(now).0)
        .fetch_one(connection)
        .await?;
    Ok(state)
}

async fn insert(
    connection: &mut SqliteConnection,
    attempt: &NewAttempt,
    keys: AttemptKeys,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO countersign_login_attempts (id, key, user_key, begun_at)
         VALUES (?, ?, ?, ?)",
    )
    .bind(attempt.id.0)
    .bind(keys.own.as_bytes())
    .bind(keys.user.as_ref().map(FailureKey::as_bytes))
    .bind(attempt.now.0)
    .execute(connection)
    .await?;
    Ok(())
}

/// Counts attempts as failed that are undecided for too long: their server has stopped. The rows
/// remain, so that none is counted again.
async fn count_overdue(
    connection: &mut SqliteConnection,
    attempt: &NewAttempt,
) -> Result<(), StoreError> {
    let device = attempt.device;
    let own = device.map(|device| device.own);
    let devices = device.and_then(|device| device.user);
    let overdue: Vec<AttemptRow> = sqlx::query_as(
        "UPDATE countersign_login_attempts SET counted = 1
         WHERE (key IN (?1, ?2) OR user_key IN (?3, ?4)) AND counted = 0 AND begun_at <= ?5
         RETURNING key, user_key, begun_at, counted",
    )
    .bind(attempt.keys.own.as_bytes())
    .bind(own.as_ref().map(FailureKey::as_bytes))
    .bind(attempt.keys.user.as_ref().map(FailureKey::as_bytes))
    .bind(devices.as_ref().map(FailureKey::as_bytes))
    .bind(overdue_at(attempt.now).0)
    .fetch_all(&mut *connection)
    .await?;
    for row in overdue {
        count_failure(connection, row.keys(), Timestamp(row.begun_at)).await?;
    }
    Ok(())
}

pub(super) async fn fail(
    store: &SqliteStore,
    attempt: AttemptId,
    event: SecurityEvent,
) -> Result<(), StoreError> {
    let mut writing = store.begin().await?;
    let Some(row) = remove(&mut writing, attempt).await? else {
        return Ok(writing.rollback().await?);
    };
    if !row.counted {
        count_failure(&mut writing, row.keys(), event.at).await?;
    }
    SqliteStore::commit(writing, [event]).await
}

async fn remove(
    connection: &mut SqliteConnection,
    attempt: AttemptId,
) -> Result<Option<AttemptRow>, StoreError> {
    let row = sqlx::query_as(
        "DELETE FROM countersign_login_attempts WHERE id = ?
         RETURNING key, user_key, begun_at, counted",
    )
    .bind(attempt.0)
    .fetch_optional(connection)
    .await?;
    Ok(row)
}

async fn count_failure(
    connection: &mut SqliteConnection,
    keys: Option<AttemptKeys>,
    at: Timestamp,
) -> Result<(), StoreError> {
    for (key, policy) in keys.into_iter().flat_map(AttemptKeys::with_policies) {
        let before =
            sqlx::query_as("SELECT failures, last_at FROM countersign_failed_logins WHERE key = ?")
                .bind(key.as_bytes())
                .fetch_optional(&mut *connection)
                .await?
                .map(failure_count);
        let count = policy.failed(before, at);
        sqlx::query(
            "INSERT INTO countersign_failed_logins (key, failures, last_at) VALUES (?1, ?2, ?3)
             ON CONFLICT (key) DO UPDATE SET failures = ?2, last_at = ?3, reported = 0",
        )
        .bind(key.as_bytes())
        .bind(count.number)
        .bind(count.last_at.0)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// Ends an attempt within the transaction of what its password was asked for.
pub(super) async fn succeed(
    connection: &mut SqliteConnection,
    attempt: SucceededAttempt,
) -> Result<(), StoreError> {
    let row = remove(connection, attempt.id).await?;
    let keys = row.and_then(|row| row.keys()).into_iter();
    let keys = keys.flat_map(AttemptKeys::all).chain(attempt.all_devices);
    reset_failures(connection, &keys.collect::<Vec<_>>()).await
}

/// Resets the failed logins within the caller's transaction.
pub(super) async fn reset_failures(
    connection: &mut SqliteConnection,
    keys: &[FailureKey],
) -> Result<(), StoreError> {
    for key in keys {
        sqlx::query("DELETE FROM countersign_failed_logins WHERE key = ?")
            .bind(key.as_bytes())
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}
