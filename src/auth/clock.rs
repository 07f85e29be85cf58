use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use crate::domain::Timestamp;

/// The source of the time. It is an argument, so that a test can set the clock.
#[derive(Clone)]
pub struct Clock {
    now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    seconds_passed: Arc<dyn Fn() -> i64 + Send + Sync>,
}

impl Clock {
    /// The system clock.
    #[must_use]
    pub fn system() -> Self {
        let start = Instant::now();
        let now = || {
            #[expect(
                clippy::disallowed_methods,
                reason = "the only place that reads the system clock"
            )]
            let since_epoch = SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .unwrap_or_default();
            Timestamp(seconds(since_epoch))
        };
        Self::from_fns(now, move || seconds(start.elapsed()))
    }

    /// `now` is the time, and `seconds_passed` counts the seconds since any moment, whatever
    /// happens to the time.
    #[must_use]
    pub fn from_fns(
        now: impl Fn() -> Timestamp + Send + Sync + 'static,
        seconds_passed: impl Fn() -> i64 + Send + Sync + 'static,
    ) -> Self {
        Self {
            now: Arc::new(now),
            seconds_passed: Arc::new(seconds_passed),
        }
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        (self.now)()
    }

    /// The monotonic clock.
    #[must_use]
    pub fn seconds_passed(&self) -> i64 {
        (self.seconds_passed)()
    }
}

fn seconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_of_this_machine_is_of_this_century() {
        let clock = Clock::system();
        assert!((1_700_000_000..4_102_444_800).contains(&clock.now().0));
        assert_eq!(format!("{clock:?}"), "Clock");
    }
}
