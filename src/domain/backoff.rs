use std::fmt;

use super::Timestamp;

/// What failed logins are counted for. An HMAC, since people type passwords into the field for the
/// user name: what was typed is not stored, nor anything that could be guessed without the key.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct FailureKey([u8; 16]);

/// Failed logins in a row, and when the last of them was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FailureCount {
    pub number: i64,
    pub last_at: Timestamp,
}

/// How failed logins delay the next attempt, and how they are forgotten. Free of clocks and
/// databases: every store applies it within its transaction.
#[derive(Debug, Clone, Copy)]
pub struct BackoffPolicy {
    /// This many failures in a row cause no delay.
    free: i64,
    /// After this many failures, further attempts are refused for a day.
    max: i64,
    /// One failure is forgotten per this many seconds; `None`: all of them together, after a day.
    drain_seconds: Option<i64>,
}

/// Whether an attempt may be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backoff {
    Allowed,
    /// Attempts that are not decided yet would refuse this one if they all fail.
    Undecided,
    Refused {
        wait_seconds: i64,
    },
}

const FIRST_DELAY_SECONDS: i64 = 5;
const MAX_DELAY_SECONDS: i64 = 3600;
/// By this much, the times of concurrent requests may differ. A failure that is further in the
/// future was counted before the clock was set back.
const CLOCK_SKEW_SECONDS: i64 = 60;

impl FailureKey {
    #[must_use]
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for FailureKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FailureKey(…)")
    }
}

impl BackoffPolicy {
    /// For one user name or e-mail address: five failures are free, as for somebody who tries to remember. Then the
    /// delay doubles from 5 seconds to an hour, with at most 100 failures in a row (NIST SP
    /// 800-63B-4 §3.2.2). A success forgets them all, and so does a day without a failure.
    pub const ACCOUNT: Self = Self {
        free: 5,
        max: 100,
        drain_seconds: None,
    };
    /// For all spellings of one user together, a name and an e-mail address, beside the count of each.
    /// Also for all browsers together in which the user has signed in before.
    pub const USER: Self = Self {
        free: 100,
        max: 100,
        drain_seconds: None,
    };
    /// An attempt that is undecided for this many seconds has failed.
    pub const UNDECIDED_SECONDS: i64 = 30;
    /// For one address, which many people may share.
    pub const ADDRESS: Self = Self {
        free: 30,
        max: i64::MAX,
        drain_seconds: Some(60),
    };
    /// For all addresses of one site.
    pub const SITE: Self = Self {
        free: 120,
        max: i64::MAX,
        drain_seconds: Some(15),
    };
    /// This many seconds after the last failure, [`Self::ACCOUNT`] has forgotten all of them. Also
    /// the delay after the hundredth.
    pub const FORGET_AFTER_SECONDS: i64 = 24 * 3600;

    /// For how many seconds further attempts are refused; 0 when the next one is allowed.
    #[must_use]
    pub fn wait_seconds(self, before: Option<FailureCount>, now: Timestamp) -> i64 {
        let Some(before) =
            before.filter(|before| before.last_at.seconds_since(now) <= CLOCK_SKEW_SECONDS)
        else {
            return 0;
        };
        let number = self.remaining(before, now);
        let delay = if number >= self.max {
            Self::FORGET_AFTER_SECONDS
        } else {
            doubling_delay(number - self.free)
        };
        (delay - elapsed(before.last_at, now)).max(0)
    }

    /// Whether another attempt may be made, while so many are undecided. By this rule no more of
    /// them are made at once than one after the other.
    #[must_use]
    pub fn admit(self, before: Option<FailureCount>, undecided: i64, now: Timestamp) -> Backoff {
        let wait_seconds = self.wait_seconds(before, now);
        if wait_seconds > 0 {
            return Backoff::Refused { wait_seconds };
        }
        let all_failed = FailureCount {
            number: before.map_or(0, |before| self.remaining(before, now)) + undecided,
            last_at: now,
        };
        if undecided > 0 && self.wait_seconds(Some(all_failed), now) > 0 {
            return Backoff::Undecided;
        }
        Backoff::Allowed
    }

    /// The count after another failure.
    #[must_use]
    pub fn failed(self, before: Option<FailureCount>, now: Timestamp) -> FailureCount {
        FailureCount {
            number: before.map_or(0, |before| self.remaining(before, now)) + 1,
            last_at: now,
        }
    }

    /// How many failures are not forgotten yet.
    fn remaining(self, before: FailureCount, now: Timestamp) -> i64 {
        let elapsed = elapsed(before.last_at, now);
        match self.drain_seconds {
            Some(drain) => (before.number - elapsed / drain).max(0),
            None if elapsed < Self::FORGET_AFTER_SECONDS => before.number,
            None => 0,
        }
    }
}

/// 0 for the free failures, then 5 seconds, 10, 20, up to an hour.
fn doubling_delay(beyond_free: i64) -> i64 {
    match u32::try_from(beyond_free) {
        Ok(doublings) => (FIRST_DELAY_SECONDS << doublings.min(10)).min(MAX_DELAY_SECONDS),
        Err(_) => 0,
    }
}

/// A clock that was set back a little counts as one that stood still, so no delay grows by it.
fn elapsed(earlier: Timestamp, now: Timestamp) -> i64 {
    now.seconds_since(earlier).max(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fails as often as the policy allows, and returns the time of each verified attempt.
    fn guess_without_pause(policy: BackoffPolicy, until: i64) -> Vec<i64> {
        let (mut failures, mut now, mut verified_at) = (None, 0, Vec::new());
        while now < until {
            match policy.wait_seconds(failures, Timestamp(now)) {
                0 => {
                    failures = Some(policy.failed(failures, Timestamp(now)));
                    verified_at.push(now);
                }
                wait => now += wait,
            }
        }
        verified_at
    }

    #[test]
    fn the_delays_for_an_account_double_up_to_an_hour() {
        let verified_at = guess_without_pause(BackoffPolicy::ACCOUNT, 4 * 86400);
        let waits: Vec<_> = verified_at
            .windows(2)
            .map(|pair| pair[1] - pair[0])
            .collect();
        assert_eq!(
            waits[..16],
            [
                0, 0, 0, 0, 5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600
            ]
        );
    }

    #[test]
    fn an_account_allows_at_most_a_hundred_failures_in_a_row() {
        let verified_at = guess_without_pause(BackoffPolicy::ACCOUNT, 30 * 86400);
        assert_eq!(
            verified_at[100] - verified_at[99],
            BackoffPolicy::FORGET_AFTER_SECONDS
        );
        assert_eq!(
            verified_at[101], verified_at[100],
            "the next failures are not delayed again"
        );
    }

    #[test]
    fn the_count_restarts_after_a_day() {
        let failures = Some(FailureCount {
            number: 99,
            last_at: Timestamp(0),
        });
        let day = Timestamp(86400);
        assert_eq!(BackoffPolicy::ACCOUNT.wait_seconds(failures, day), 0);
        assert_eq!(
            BackoffPolicy::ACCOUNT.failed(failures, day),
            FailureCount {
                number: 1,
                last_at: day
            }
        );
        assert_eq!(
            BackoffPolicy::ACCOUNT
                .failed(failures, Timestamp(86399))
                .number,
            100
        );
    }

    #[test]
    fn an_address_may_fail_once_a_minute_in_the_long_run_and_a_site_four_times() {
        for (policy, free, range) in [
            (BackoffPolicy::ADDRESS, 30, 1000..1600),
            (BackoffPolicy::SITE, 120, 4000..6400),
        ] {
            let verified_at = guess_without_pause(policy, 86400);
            assert_eq!(verified_at[free - 1], 0);
            assert!(verified_at[free] >= 5);
            assert!(range.contains(&verified_at.len()), "{}", verified_at.len());
        }
    }

    #[test]
    fn one_failure_a_minute_from_an_address_is_never_delayed() {
        let mut failures = None;
        for minute in 0..1440 {
            let now = Timestamp(minute * 60);
            assert_eq!(
                BackoffPolicy::ADDRESS.wait_seconds(failures, now),
                0,
                "{minute}"
            );
            failures = Some(BackoffPolicy::ADDRESS.failed(failures, now));
        }
    }

    #[test]
    fn small_clock_differences_do_not_shorten_a_delay() {
        let failures = Some(FailureCount {
            number: 5,
            last_at: Timestamp(1000),
        });
        for now in [940, 999, 1000] {
            assert_eq!(
                BackoffPolicy::ACCOUNT.wait_seconds(failures, Timestamp(now)),
                5,
                "{now}"
            );
        }
    }

    #[test]
    fn a_corrected_clock_locks_nobody_out() {
        let ahead = Some(FailureCount {
            number: 50,
            last_at: Timestamp(1_000_000),
        });
        for policy in [BackoffPolicy::ACCOUNT, BackoffPolicy::ADDRESS] {
            assert_eq!(policy.wait_seconds(ahead, Timestamp(0)), 0);
            let after = policy.failed(ahead, Timestamp(0));
            assert_eq!(
                after,
                FailureCount {
                    number: 51,
                    last_at: Timestamp(0)
                },
                "the next failure is dated by the corrected clock"
            );
            assert_eq!(policy.wait_seconds(Some(after), Timestamp(0)), 3600);
        }
    }
}
