use crate::domain::Timestamp;

/// Failed sign-ins in a row, and when the last of them was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failures {
    pub number: i64,
    pub last_at: Timestamp,
}

/// How failures are counted, and how long they make the next attempt wait.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    /// So many failures in a row cost nothing.
    free: i64,
    /// After so many of them, nothing is looked at for a day.
    most: i64,
    /// One failure is forgotten in each of these; `None`: all of them at once, after a day.
    drain_seconds: Option<i64>,
}

const FIRST_WAIT_SECONDS: i64 = 5;
const LONGEST_WAIT_SECONDS: i64 = 3600;
/// So long after the last failure for a user name, all of them are forgotten. Also the wait after the hundredth.
pub const FORGOTTEN_AFTER_SECONDS: i64 = 24 * 3600;
/// Requests that are looked at together may disagree by so much about what time it is. A failure that is further ahead
/// was counted by a clock that has been set back since.
const CLOCKS_DIFFER_SECONDS: i64 = 60;

impl Limit {
    /// For one user name: five failures are a person who tries to remember; then the wait doubles from 5 seconds to an
    /// hour. At most 100 in a row (NIST SP 800-63B-4 §3.2.2). Success forgets them all; so does a day without a failure.
    pub const ACCOUNT: Self = Self {
        free: 5,
        most: 100,
        drain_seconds: None,
    };
    /// For one address: many people can share it, and each may forget a password.
    pub const ADDRESS: Self = Self {
        free: 30,
        most: i64::MAX,
        drain_seconds: Some(60),
    };
    /// For all addresses of one site.
    pub const SITE: Self = Self {
        free: 120,
        most: i64::MAX,
        drain_seconds: Some(15),
    };

    /// For how many seconds no attempt is looked at; 0: it may go on.
    #[must_use]
    pub fn wait_seconds(self, before: Option<Failures>, now: Timestamp) -> i64 {
        let Some(before) =
            before.filter(|before| before.last_at.seconds_since(now) <= CLOCKS_DIFFER_SECONDS)
        else {
            return 0;
        };
        let number = self.standing(before, now);
        let wait = if number >= self.most {
            FORGOTTEN_AFTER_SECONDS
        } else {
            doubling_wait(number - self.free)
        };
        (wait - elapsed(before.last_at, now)).max(0)
    }

    /// What an attempt leaves behind that has failed.
    #[must_use]
    pub fn failed(self, before: Option<Failures>, now: Timestamp) -> Failures {
        Failures {
            number: before.map_or(0, |before| self.standing(before, now)) + 1,
            last_at: now,
        }
    }

    /// How many failures are not forgotten yet.
    fn standing(self, before: Failures, now: Timestamp) -> i64 {
        let elapsed = elapsed(before.last_at, now);
        match self.drain_seconds {
            Some(drain) => (before.number - elapsed / drain).max(0),
            None if elapsed < FORGOTTEN_AFTER_SECONDS => before.number,
            None => 0,
        }
    }
}

/// 0, then 5 seconds, 10, 20, up to an hour: after the failures that are free, so many more.
fn doubling_wait(beyond: i64) -> i64 {
    match u32::try_from(beyond) {
        Ok(doublings) => (FIRST_WAIT_SECONDS << doublings.min(10)).min(LONGEST_WAIT_SECONDS),
        Err(_) => 0,
    }
}

/// A clock that was set back a little lengthens no wait: as if no time had passed.
fn elapsed(earlier: Timestamp, now: Timestamp) -> i64 {
    now.seconds_since(earlier).max(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fails as fast as it is let, and tells when each failure was looked at.
    fn attack(limit: Limit, until: i64) -> Vec<i64> {
        let (mut failures, mut now, mut looked_at) = (None, 0, Vec::new());
        while now < until {
            match limit.wait_seconds(failures, Timestamp(now)) {
                0 => {
                    failures = Some(limit.failed(failures, Timestamp(now)));
                    looked_at.push(now);
                }
                wait => now += wait,
            }
        }
        looked_at
    }

    #[test]
    fn the_waits_for_an_account_grow_and_end() {
        let looked_at = attack(Limit::ACCOUNT, 4 * 86400);
        let waits: Vec<_> = looked_at.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert_eq!(
            waits[..16],
            [
                0, 0, 0, 0, 5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600
            ]
        );
    }

    #[test]
    fn no_more_than_a_hundred_failures_for_an_account_come_in_a_row() {
        let looked_at = attack(Limit::ACCOUNT, 30 * 86400);
        assert_eq!(looked_at[100] - looked_at[99], FORGOTTEN_AFTER_SECONDS);
        assert_eq!(looked_at[101], looked_at[100], "then it begins anew");
    }

    #[test]
    fn who_waits_a_day_begins_anew() {
        let failures = Some(Failures {
            number: 99,
            last_at: Timestamp(0),
        });
        let day = Timestamp(86400);
        assert_eq!(Limit::ACCOUNT.wait_seconds(failures, day), 0);
        assert_eq!(
            Limit::ACCOUNT.failed(failures, day),
            Failures {
                number: 1,
                last_at: day
            }
        );
        assert_eq!(
            Limit::ACCOUNT.failed(failures, Timestamp(86399)).number,
            100
        );
    }

    #[test]
    fn an_address_may_fail_about_once_a_minute_in_the_long_run_and_a_site_four_times() {
        for (limit, free, range) in [
            (Limit::ADDRESS, 30, 1000..1600),
            (Limit::SITE, 120, 4000..6400),
        ] {
            let looked_at = attack(limit, 86400);
            assert_eq!(looked_at[free - 1], 0);
            assert!(looked_at[free] >= 5);
            assert!(range.contains(&looked_at.len()), "{}", looked_at.len());
        }
    }

    #[test]
    fn many_people_behind_one_address_may_each_forget_their_password_once_a_day() {
        let mut failures = None;
        for minute in 0..1440 {
            let now = Timestamp(minute * 60);
            assert_eq!(Limit::ADDRESS.wait_seconds(failures, now), 0, "{minute}");
            failures = Some(Limit::ADDRESS.failed(failures, now));
        }
    }

    #[test]
    fn clocks_that_differ_a_little_open_no_gap() {
        let failures = Some(Failures {
            number: 5,
            last_at: Timestamp(1000),
        });
        for now in [940, 999, 1000] {
            assert_eq!(
                Limit::ACCOUNT.wait_seconds(failures, Timestamp(now)),
                5,
                "{now}"
            );
        }
    }

    #[test]
    fn a_clock_that_ran_ahead_and_was_set_right_locks_nobody_out() {
        let ahead = Some(Failures {
            number: 50,
            last_at: Timestamp(1_000_000),
        });
        for limit in [Limit::ACCOUNT, Limit::ADDRESS] {
            assert_eq!(limit.wait_seconds(ahead, Timestamp(0)), 0);
            let after = limit.failed(ahead, Timestamp(0));
            assert_eq!(
                after,
                Failures {
                    number: 51,
                    last_at: Timestamp(0)
                },
                "and it counts from now on"
            );
            assert_eq!(limit.wait_seconds(Some(after), Timestamp(0)), 3600);
        }
    }
}
