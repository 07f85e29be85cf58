use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use arc_swap::ArcSwapOption;

use crate::{domain::Timestamp, store::running};

/// A reading of the database's clock that took longer says too little.
const MAX_READING: Duration = Duration::from_secs(1);

/// By how much that clock may be corrected at once.
const MAX_STEP: Duration = Duration::from_mins(1);
/// A clock that differs for so long is right.
const BELIEVED_AFTER: Duration = Duration::from_mins(5);

/// The source of the time. It is an argument, so that a test can set the clock.
#[derive(Clone)]
pub struct Clock {
    now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    seconds_passed: Arc<dyn Fn() -> i64 + Send + Sync>,
    /// The last reading of the clock that this one is set by.
    reading: Arc<ArcSwapOption<Reading>>,
    /// Since when that clock has differed from this one.
    differs_since: Arc<Mutex<Option<Duration>>>,
}

/// The time since 1970 by another clock, at this time of [`running()`].
#[derive(Debug)]
struct Reading {
    time: Duration,
    at: Duration,
}

impl Clock {
    /// The system clock, until it is set by another one.
    #[must_use]
    pub fn system() -> Self {
        let start = Instant::now();
        let reading = Arc::new(ArcSwapOption::<Reading>::empty());
        let read = Arc::clone(&reading);
        let now = move || {
            let since_epoch = match read.load().as_deref() {
                Some(reading) => reading.time + running().saturating_sub(reading.at),
                None => system_time(),
            };
            Timestamp(seconds(since_epoch))
        };
        Self {
            reading,
            ..Self::from_fns(now, move || seconds(start.elapsed()))
        }
    }

    /// `now` is the time, and `seconds_passed` counts the seconds since any moment, whatever
    /// happens to the time. It can't be set by another clock.
    #[must_use]
    pub fn from_fns(
        now: impl Fn() -> Timestamp + Send + Sync + 'static,
        seconds_passed: impl Fn() -> i64 + Send + Sync + 'static,
    ) -> Self {
        Self {
            now: Arc::new(now),
            seconds_passed: Arc::new(seconds_passed),
            reading: Arc::default(),
            differs_since: Arc::default(),
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

    /// Sets the clock by another one, which was asked at `asked_at` and has answered now. From then
    /// on, steps of the system clock don't matter.
    pub fn set(&self, time: Duration, asked_at: Duration) {
        let now = running();
        let took = now.saturating_sub(asked_at);
        let at = asked_at + took / 2;
        let last = self.reading.load();
        let is_usable = last.as_deref().is_none_or(|last| {
            let expected = last.time + at.saturating_sub(last.at);
            took <= MAX_READING && self.confirms(time.abs_diff(expected), now)
        });
        if is_usable {
            self.reading.store(Some(Reading { time, at }.into()));
        }
    }

    /// Whether a reading is believed that differs by so much from the time as it was set before: a
    /// primary with a wrong clock would end every session.
    fn confirms(&self, difference: Duration, now: Duration) -> bool {
        let mut since = self
            .differs_since
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if difference <= MAX_STEP {
            *since = None;
            return true;
        }
        let since = *since.get_or_insert_with(|| {
            tracing::error!(
                seconds = difference.as_secs(),
                "the clock of the database has jumped: the time goes on as before for five minutes"
            );
            now
        });
        now.saturating_sub(since) >= BELIEVED_AFTER
    }
}

fn system_time() -> Duration {
    #[expect(
        clippy::disallowed_methods,
        reason = "the only place that reads the system clock"
    )]
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
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

    #[test]
    fn a_clock_that_is_set_goes_on_from_there() {
        let clock = Clock::system();
        clock.set(Duration::from_secs(1000), running());
        assert!((1000..1010).contains(&clock.now().0));
    }

    #[test]
    fn a_reading_that_took_long_sets_no_clock_again() {
        let clock = Clock::system();
        clock.set(Duration::from_secs(1000), running());
        clock.set(
            Duration::from_secs(5000),
            running().saturating_sub(Duration::from_secs(3)),
        );
        assert!((1000..1010).contains(&clock.now().0));
    }

    #[test]
    fn a_clock_that_jumps_is_not_followed_at_once() {
        let clock = Clock::system();
        clock.set(Duration::from_secs(1000), running());
        for jump in [5000, 0] {
            clock.set(Duration::from_secs(jump), running());
            assert!((1000..1010).contains(&clock.now().0));
        }
        clock.set(Duration::from_secs(1030), running());
        assert!((1030..1040).contains(&clock.now().0));
    }

    #[test]
    fn a_clock_of_a_test_is_not_set() {
        let clock = Clock::from_fns(|| Timestamp(7), || 0);
        clock.set(Duration::from_secs(1000), running());
        assert_eq!(clock.now(), Timestamp(7));
    }
}
