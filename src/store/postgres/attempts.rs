use sqlx::PgConnection;

use super::{PostgresStore, StoreError};
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
            "SELECT failures, last_at, coalesce(reported, FALSE) AS reported,
                (SELECT count(*) FROM countersign_login_attempts
                    WHERE ",
            $column,
            " = $1 AND NOT counted AND begun_at > $2) AS undecided,
                EXISTS (SELECT 1 FROM countersign_login_attempts
                    WHERE ",
            $column,
            " = $1 AND NOT counted AND begun_at <= $2) AS overdue
             FROM (SELECT 1) AS always LEFT JOIN countersign_failed_logins ON key = $1"
        )
    };
}

const STATE: &str = state_by!("key");
const STATE_OF_USER: &str = state_by!("user_key");

pub(super) async fn begin(
    store: &PostgresStore,
    attempt: &NewAttempt,
) -> Result<Admission, StoreError> {
    // An attempt that is refused again, or waits, locks nothing.
    let mut reading = store.connection().await?;
    let decision = decide(&mut reading, attempt).await?;
    reading.release();
    if decision.admission != Admission::Allowed && decision.to_report.is_none() {
        return Ok(decision.admission);
    }
    let mut writing = store.begin_local().await?;
    let keys = [attempt.keys].into_iter().chain(attempt.device);
    lock(&mut writing, keys.flat_map(AttemptKeys::all), attempt.now).await?;
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
        sqlx::query("UPDATE countersign_failed_logins SET reported = TRUE WHERE key = $1")
            .bind(key.as_bytes())
            .execute(&mut *writing)
            .await?;
        let throttled = SecurityEvent::new(EventKind::LoginThrottled, &attempt.actor, attempt.now);
        event = Some(SecurityEvent {
            user: attempt.user,
            ..throttled.with_detail("user_name")
        });
    }
    writing.commit(event).await?;
    Ok(decision.admission)
}

/// Locks the rows of keys until the end of the transaction, and inserts those that are missing.
/// What is read afterwards is still true at the commit. Always in the same order.
async fn lock(
    connection: &mut PgConnection,
    keys: impl IntoIterator<Item = FailureKey>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let keys = keys.into_iter().map(|key| key.as_bytes().to_vec());
    // A key may be there twice, which one statement can't update.
    sqlx::query(
        "INSERT INTO countersign_failed_logins (key, failures, last_at)
         SELECT DISTINCT key, 0, $2::bigint FROM unnest($1::bytea[]) AS key ORDER BY key
         ON CONFLICT (key) DO UPDATE SET failures = countersign_failed_logins.failures",
    )
    .bind(keys.collect::<Vec<_>>())
    .bind(now.0)
    .execute(connection)
    .await?;
    Ok(())
}

/// Decides by the policies.
async fn decide(
    connection: &mut PgConnection,
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
    connection: &mut PgConnection,
    key: Option<FailureKey>,
    now: Timestamp,
) -> Result<Option<KeyState>, StoreError> {
    match key {
        Some(key) => state(connection, STATE_OF_USER, key, now).await.map(Some),
        None => Ok(None),
    }
}

async fn state(
    connection: &mut PgConnection,
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
    connection: &mut PgConnection,
    attempt: &NewAttempt,
    keys: AttemptKeys,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO countersign_login_attempts (id, key, user_key, begun_at)
         VALUES ($1, $2, $3, $4)",
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
    connection: &mut PgConnection,
    attempt: &NewAttempt,
) -> Result<(), StoreError> {
    let device = attempt.device;
    let own = device.map(|device| device.own);
    let devices = device.and_then(|device| device.user);
    let overdue: Vec<AttemptRow> = sqlx::query_as(
        "UPDATE countersign_login_attempts SET counted = TRUE
         WHERE (key IN ($1, $2) OR user_key IN ($3, $4)) AND NOT counted AND begun_at <= $5
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
    store: &PostgresStore,
    attempt: AttemptId,
    event: SecurityEvent,
) -> Result<(), StoreError> {
    let mut writing = store.begin_local().await?;
    let keys = keys_of(&mut writing, attempt).await?.into_iter();
    lock(&mut writing, keys.flat_map(AttemptKeys::all), event.at).await?;
    let Some(row) = remove(&mut writing, attempt).await? else {
        return writing.roll_back().await;
    };
    if !row.counted {
        count_failure(&mut writing, row.keys(), event.at).await?;
    }
    writing.commit([event]).await
}

async fn keys_of(
    connection: &mut PgConnection,
    attempt: AttemptId,
) -> Result<Option<AttemptKeys>, StoreError> {
    let row: Option<AttemptRow> = sqlx::query_as(
        "SELECT key, user_key, begun_at, counted FROM countersign_login_attempts WHERE id = $1",
    )
    .bind(attempt.0)
    .fetch_optional(connection)
    .await?;
    Ok(row.and_then(|row| row.keys()))
}

async fn remove(
    connection: &mut PgConnection,
    attempt: AttemptId,
) -> Result<Option<AttemptRow>, StoreError> {
    let row = sqlx::query_as(
        "DELETE FROM countersign_login_attempts WHERE id = $1
         RETURNING key, user_key, begun_at, counted",
    )
    .bind(attempt.0)
    .fetch_optional(connection)
    .await?;
    Ok(row)
}

async fn count_failure(
    connection: &mut PgConnection,
    keys: Option<AttemptKeys>,
    at: Timestamp,
) -> Result<(), StoreError> {
    for (key, policy) in keys.into_iter().flat_map(AttemptKeys::with_policies) {
        let before = sqlx::query_as(
            "SELECT failures, last_at FROM countersign_failed_logins WHERE key = $1 FOR UPDATE",
        )
        .bind(key.as_bytes())
        .fetch_optional(&mut *connection)
        .await?
        .map(failure_count);
        let count = policy.failed(before, at);
        sqlx::query(
            "INSERT INTO countersign_failed_logins (key, failures, last_at) VALUES ($1, $2, $3)
             ON CONFLICT (key) DO UPDATE SET failures = $2, last_at = $3, reported = FALSE",
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
    connection: &mut PgConnection,
    attempt: SucceededAttempt,
) -> Result<(), StoreError> {
    let keys = keys_of(connection, attempt.id).await?.into_iter();
    let keys = keys.flat_map(AttemptKeys::all).chain(attempt.all_devices);
    reset_failures(connection, &keys.collect::<Vec<_>>()).await?;
    remove(connection, attempt.id).await?;
    Ok(())
}

/// Resets the failed logins within the caller's transaction.
pub(super) async fn reset_failures(
    connection: &mut PgConnection,
    keys: &[FailureKey],
) -> Result<(), StoreError> {
    let keys = keys.iter().map(FailureKey::as_bytes);
    sqlx::query(
        "DELETE FROM countersign_failed_logins WHERE key IN
            (SELECT key FROM countersign_failed_logins WHERE key = ANY($1) ORDER BY key FOR UPDATE)",
    )
    .bind(keys.collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}
