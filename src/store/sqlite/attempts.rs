use sqlx::{FromRow, SqliteConnection};

use super::{SqliteStore, StoreError};
use crate::{
    domain::{
        AttemptId, Backoff, BackoffPolicy, EventKind, FailureCount, FailureKey, SecurityEvent,
        Timestamp,
    },
    store::{Admission, NewAttempt, SucceededAttempt},
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
const STATE_OF_DEVICES: &str = state_by!("devices_key");

/// What an attempt is counted for.
#[derive(Clone, Copy)]
struct Keys {
    own: FailureKey,
    devices: Option<FailureKey>,
}

#[derive(FromRow)]
struct KeyState {
    failures: Option<i64>,
    last_at: Option<i64>,
    /// The current delay is in the audit log.
    reported: bool,
    undecided: i64,
    overdue: bool,
}

impl KeyState {
    fn failures(&self) -> Option<FailureCount> {
        Some(FailureCount {
            number: self.failures?,
            last_at: Timestamp(self.last_at?),
        })
    }

    fn admit(&self, policy: BackoffPolicy, now: Timestamp) -> Backoff {
        policy.admit(self.failures(), self.undecided, now)
    }
}

struct Decision {
    admission: Admission,
    keys: Keys,
    /// The audit log lacks the delay.
    to_report: bool,
    /// Attempts have to be counted first that are undecided for too long.
    overdue: bool,
}

pub(super) async fn begin(
    store: &SqliteStore,
    attempt: &NewAttempt,
) -> Result<Admission, StoreError> {
    // An attempt that is refused again, or waits, does not take the write lock.
    let mut reading = store.readers.acquire().await?;
    let decision = decide(&mut reading, attempt).await?;
    drop(reading);
    if decision.admission != Admission::Allowed && !decision.to_report {
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
    if decision.to_report {
        sqlx::query("UPDATE countersign_failed_logins SET reported = 1 WHERE key = ?")
            .bind(decision.keys.own.as_bytes())
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
    let now = attempt.now;
    let mut keys = Keys {
        own: attempt.key,
        devices: None,
    };
    let mut overdue = false;
    // With a device cookie, its own key, unless too many attempts with those of the user failed.
    if let Some(device) = attempt.device {
        let devices = state(connection, STATE_OF_DEVICES, device.all, now).await?;
        overdue = devices.overdue;
        if devices.admit(BackoffPolicy::DEVICES, now) == Backoff::Allowed {
            keys = Keys {
                own: device.own,
                devices: Some(device.all),
            };
        }
    }
    let state = state(connection, STATE, keys.own, now).await?;
    let (admission, to_report) = match state.admit(BackoffPolicy::ACCOUNT, now) {
        Backoff::Allowed => (Admission::Allowed, false),
        Backoff::Undecided => (Admission::Undecided, false),
        Backoff::Refused { wait_seconds } => {
            (Admission::Throttled { wait_seconds }, !state.reported)
        }
    };
    Ok(Decision {
        admission,
        keys,
        to_report,
        overdue: overdue || state.overdue,
    })
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

/// An attempt that began at this time or before has failed if it is undecided.
fn overdue_at(now: Timestamp) -> Timestamp {
    now.plus_seconds(-BackoffPolicy::UNDECIDED_SECONDS)
}

async fn insert(
    connection: &mut SqliteConnection,
    attempt: &NewAttempt,
    keys: Keys,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO countersign_login_attempts (id, key, devices_key, begun_at)
         VALUES (?, ?, ?, ?)",
    )
    .bind(attempt.id.0)
    .bind(keys.own.as_bytes())
    .bind(keys.devices.as_ref().map(FailureKey::as_bytes))
    .bind(attempt.now.0)
    .execute(connection)
    .await?;
    Ok(())
}

#[derive(FromRow)]
struct AttemptRow {
    key: Vec<u8>,
    devices_key: Option<Vec<u8>>,
    begun_at: i64,
    counted: bool,
}

impl AttemptRow {
    fn keys(&self) -> Option<Keys> {
        let key = |bytes: &[u8]| bytes.try_into().ok().map(FailureKey::from_bytes);
        Some(Keys {
            own: key(&self.key)?,
            devices: self.devices_key.as_deref().and_then(key),
        })
    }
}

/// Counts attempts as failed that are undecided for too long: their server has stopped. The rows
/// remain, so that none is counted again.
async fn count_overdue(
    connection: &mut SqliteConnection,
    attempt: &NewAttempt,
) -> Result<(), StoreError> {
    let device = attempt.device.as_ref();
    let overdue: Vec<AttemptRow> = sqlx::query_as(
        "UPDATE countersign_login_attempts SET counted = 1
         WHERE (key IN (?1, ?2) OR devices_key = ?3) AND counted = 0 AND begun_at <= ?4
         RETURNING key, devices_key, begun_at, counted",
    )
    .bind(attempt.key.as_bytes())
    .bind(device.map(|device| device.own.as_bytes()))
    .bind(device.map(|device| device.all.as_bytes()))
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
         RETURNING key, devices_key, begun_at, counted",
    )
    .bind(attempt.0)
    .fetch_optional(connection)
    .await?;
    Ok(row)
}

async fn count_failure(
    connection: &mut SqliteConnection,
    keys: Option<Keys>,
    at: Timestamp,
) -> Result<(), StoreError> {
    let own = keys.map(|keys| (keys.own, BackoffPolicy::ACCOUNT));
    let devices = keys.and_then(|keys| keys.devices);
    let devices = devices.map(|key| (key, BackoffPolicy::DEVICES));
    for (key, policy) in own.into_iter().chain(devices) {
        let row: Option<(i64, i64)> =
            sqlx::query_as("SELECT failures, last_at FROM countersign_failed_logins WHERE key = ?")
                .bind(key.as_bytes())
                .fetch_optional(&mut *connection)
                .await?;
        let before = row.map(|(number, last_at)| FailureCount {
            number,
            last_at: Timestamp(last_at),
        });
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
    let own = row.and_then(|row| row.keys()).map(|keys| keys.own);
    for key in own.into_iter().chain(attempt.all_devices) {
        reset_failures(connection, key).await?;
    }
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
