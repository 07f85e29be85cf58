use sqlx::FromRow;

use super::{Admission, AttemptKeys, NewAttempt};
use crate::domain::{Backoff, BackoffPolicy, FailureCount, FailureKey, Timestamp};

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
    /// The key whose failures refuse the attempt, if the audit log lacks the delay.
    pub to_report: Option<FailureKey>,
    /// Attempts have to be counted first that are undecided for too long.
    pub overdue: bool,
}

impl Decision {
    /// The keys that an attempt is counted for: with a device cookie, those of the browser, unless too
    /// many attempts with those of the user failed. `devices` is the state of the user's key there.
    pub fn keys(attempt: &NewAttempt, devices: Option<&KeyState>) -> AttemptKeys {
        let counts = devices
            .is_some_and(|state| state.admit(BackoffPolicy::USER, attempt.now) == Backoff::Allowed);
        attempt.device.filter(|_| counts).unwrap_or(attempt.keys)
    }

    /// `own` and `user` are the states of the keys. The longest delay refuses the attempt.
    pub fn new(
        attempt: &NewAttempt,
        keys: AttemptKeys,
        own: &KeyState,
        user: Option<&KeyState>,
        devices: Option<&KeyState>,
    ) -> Self {
        let states = [Some(own), user].into_iter().flatten();
        let mut decision = Self {
            admission: Admission::Allowed,
            keys,
            to_report: None,
            overdue: states.clone().chain(devices).any(|state| state.overdue),
        };
        let mut longest = 0;
        for ((key, policy), state) in keys.with_policies().zip(states) {
            match state.admit(policy, attempt.now) {
                Backoff::Refused { wait_seconds } if wait_seconds > longest => {
                    longest = wait_seconds;
                    decision.admission = Admission::Throttled { wait_seconds };
                    decision.to_report = (!state.reported).then_some(key);
                }
                Backoff::Undecided if longest == 0 => decision.admission = Admission::Undecided,
                _ => {}
            }
        }
        decision
    }
}

/// An attempt whose password is being checked.
#[derive(FromRow)]
pub(super) struct AttemptRow {
    key: Vec<u8>,
    user_key: Option<Vec<u8>>,
    pub begun_at: i64,
    pub counted: bool,
}

impl AttemptRow {
    pub fn keys(&self) -> Option<AttemptKeys> {
        let key = |bytes: &[u8]| bytes.try_into().ok().map(FailureKey::from_bytes);
        Some(AttemptKeys {
            own: key(&self.key)?,
            user: self.user_key.as_deref().and_then(key),
        })
    }
}

impl AttemptKeys {
    /// Each key with the policy by which its failures count.
    pub(super) fn with_policies(self) -> impl Iterator<Item = (FailureKey, BackoffPolicy)> {
        let user = self.user.map(|key| (key, BackoffPolicy::USER));
        [(self.own, BackoffPolicy::ACCOUNT)].into_iter().chain(user)
    }

    pub(super) fn all(self) -> impl Iterator<Item = FailureKey> {
        self.with_policies().map(|(key, _)| key)
    }
}
