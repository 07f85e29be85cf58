use std::sync::{Mutex, PoisonError};

use super::Clock;
use crate::domain::Timestamp;

/// By how many seconds the clock may run ahead of the monotonic one between two readings.
const TOLERANCE_SECONDS: i64 = 60;
/// After this time it is the clock before the jump that was wrong, or the machine was suspended.
const BELIEVED_AFTER_SECONDS: i64 = 86_400;

/// The time as far as the monotonic clock confirms it, for what can't be undone. When the clock
/// jumps ahead, this time goes on as before; it follows once the jump has lasted for a day.
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
    pub fn new(clock: &Clock) -> Self {
        Self(Mutex::new(Reading::of(clock)))
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
                    "the clock has jumped ahead: nothing is pruned by it until tomorrow"
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
