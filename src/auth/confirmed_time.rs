use std::sync::{Mutex, PoisonError};

use super::Clock;
use crate::domain::Timestamp;

/// By how many seconds the clock may run ahead of the monotonic one between two readings.
const TOLERANCE_SECONDS: i64 = 60;
/// After this time it is the clock before the jump that was wrong, or the machine was suspended.
const BELIEVED_AFTER_SECONDS: i64 = 86_400;

/// The time as far as the monotonic clock confirms it, for what can't be undone. When the clock
/// jumps ahead, this time goes on as before; it follows once the jump has lasted for a day. A clock
/// that is ahead of the database by more than a day when the process starts has jumped.
#[derive(Debug)]
pub(super) struct ConfirmedTime(Mutex<Reading>);

/// What the clocks said, and since when the clock has been ahead.
#[derive(Debug, Clone, Copy)]
struct Reading {
    time: Timestamp,
    seconds_passed: i64,
    ahead_since: Option<i64>,
}

impl ConfirmedTime {
    /// `newest` is the newest time in the database. A server that was off for less than a day is not
    /// worth a warning.
    pub fn new(clock: &Clock, newest: Option<Timestamp>) -> Self {
        let mut reading = Reading::of(clock);
        let jumped =
            |newest: &Timestamp| reading.time.seconds_since(*newest) > BELIEVED_AFTER_SECONDS;
        if let Some(newest) = newest.filter(jumped) {
            reading.time = newest;
        }
        Self(Mutex::new(reading))
    }

    pub fn now(&self, clock: &Clock) -> Timestamp {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let current = Reading::of(clock);
        let expected = last
            .time
            .plus_seconds(current.seconds_passed - last.seconds_passed);
        let ahead = current.time.seconds_since(expected);
        if ahead > TOLERANCE_SECONDS {
            let since = last.ahead_since.unwrap_or_else(|| {
                tracing::warn!(
                    seconds = ahead,
                    "the clock has jumped ahead, or this server was off: nothing is pruned by it until \
                     tomorrow"
                );
                current.seconds_passed
            });
            last.ahead_since = Some(since);
            if current.seconds_passed - since < BELIEVED_AFTER_SECONDS {
                return expected;
            }
        }
        *last = current;
        current.time
    }
}

impl Reading {
    fn of(clock: &Clock) -> Self {
        Self {
            time: clock.now(),
            seconds_passed: clock.seconds_passed(),
            ahead_since: None,
        }
    }
}
