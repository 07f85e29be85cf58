use sqlx::FromRow;

use super::{Admission, NewAttempt};
use crate::domain::{Backoff, BackoffPolicy, FailureCount, FailureKey, Timestamp};

/// What an attempt is counted for.
#[derive(Clone, Copy)]
pub(super) struct AttemptKeys {
    pub own: FailureKey,
    pub devices: Option<FailureKey>,
}

/// The failures of a key and its undecided attempts.
#[derive(FromRow)]
pub(super) struct KeyState {
    failures: Option<i64>,
    last_at: Option<i64>,
    /// The current delay is in the audit log.
    reported: bool,
    undecided: i64,
    /// Some attempts are undecided for too long.
    overdue: bool,
}

impl KeyState {
    fn admit(&self, policy: BackoffPolicy, now: Timestamp) -> Backoff {
        let failures = self.failures.zip(self.last_at).map(failure_count);
        policy.admit(failures, self.undecided, now)
    }
}

/// A number of failures and the time of the last one, as they are stored.
pub(super) fn failure_count((number, last_at): (i64, i64)) -> FailureCount {
    FailureCount {
        number,
        last_at: Timestamp(last_at),
    }
}

/// An attempt that began at this time or before has failed if it is undecided.
pub(super) fn overdue_at(now: Timestamp) -> Timestamp {
    now.plus_seconds(-BackoffPolicy::UNDECIDED_SECONDS)
}

/// Whether an attempt is admitted, by the policies.
pub(super) struct Decision {
    pub admission: Admission,
    pub keys: AttemptKeys,
    /// The audit log lacks the delay.
    pub to_report: bool,
    /// Attempts have to be counted first that are undecided for too long.
    pub overdue: bool,
}

impl Decision {
    /// The keys that an attempt is counted for: with a device cookie, its own, unless too many
    /// attempts with those of the user failed. `devices` is the state of [`super::DeviceKeys::all`].
    pub fn keys(attempt: &NewAttempt, devices: Option<&KeyState>) -> AttemptKeys {
        let admitted = attempt.device.zip(devices).filter(|(_, state)| {
            state.admit(BackoffPolicy::DEVICES, attempt.now) == Backoff::Allowed
        });
        match admitted {
            Some((device, _)) => AttemptKeys {
                own: device.own,
                devices: Some(device.all),
            },
            None => AttemptKeys {
                own: attempt.key,
                devices: None,
            },
        }
    }

    /// `own` is the state of the attempt's own key.
    pub fn new(
        attempt: &NewAttempt,
        keys: AttemptKeys,
        own: &KeyState,
        devices: Option<&KeyState>,
    ) -> Self {
        let (admission, to_report) = match own.admit(BackoffPolicy::ACCOUNT, attempt.now) {
            Backoff::Allowed => (Admission::Allowed, false),
            Backoff::Undecided => (Admission::Undecided, false),
            Backoff::Refused { wait_seconds } => {
                (Admission::Throttled { wait_seconds }, !own.reported)
            }
        };
        Self {
            admission,
            keys,
            to_report,
            overdue: own.overdue || devices.is_some_and(|devices| devices.overdue),
        }
    }
}

/// An attempt whose password is being checked.
#[derive(FromRow)]
pub(super) struct AttemptRow {
    key: Vec<u8>,
    devices_key: Option<Vec<u8>>,
    pub begun_at: i64,
    pub counted: bool,
}

impl AttemptRow {
    pub fn keys(&self) -> Option<AttemptKeys> {
        let key = |bytes: &[u8]| bytes.try_into().ok().map(FailureKey::from_bytes);
        Some(AttemptKeys {
            own: key(&self.key)?,
            devices: self.devices_key.as_deref().and_then(key),
        })
    }
}

impl AttemptKeys {
    /// Each key with the policy by which its failures count.
    pub fn with_policies(self) -> impl Iterator<Item = (FailureKey, BackoffPolicy)> {
        let devices = self.devices.map(|key| (key, BackoffPolicy::DEVICES));
        [(self.own, BackoffPolicy::ACCOUNT)]
            .into_iter()
            .chain(devices)
    }
}
