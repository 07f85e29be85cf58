use crate::domain::Timestamp;

/// Failed sign-ins in a row, and when the last of them was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failures {
    pub number: i64,
    pub last_at: Timestamp,
}

/// What becomes of an attempt to sign in. It counts as failed before its password is looked at, so that many at
/// once are not all looked at before the first of them has failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Counted {
    /// It may go on, and leaves this behind unless it succeeds.
    Yes(Failures),
    /// It comes too early by so many seconds, and is not looked at.
    TooEarly { wait_seconds: i64 },
}

/// So many wrong passwords in a row are a person who tries to remember.
const ACCOUNT_FREE: i64 = 5;
/// NIST SP 800-63B-4 §3.2.2 allows at most 100 failures in a row.
const ACCOUNT_MOST: i64 = 100;
const FIRST_WAIT_SECONDS: i64 = 5;
const LONGEST_WAIT_SECONDS: i64 = 3600;
/// So long after the last failure for a user name, all of them are forgotten. Also the wait after the hundredth.
pub const FORGOTTEN_AFTER_SECONDS: i64 = 24 * 3600;

/// Many people can share an address, and each may forget a password.
const ADDRESS_FREE: i64 = 30;
/// One failure of an address is forgotten in each of these.
const ADDRESS_DRAIN_SECONDS: i64 = 60;

/// For one user name: five failures are free, then the wait doubles from 5 seconds to an hour, and after the hundredth
/// nothing is looked at for a day. Success forgets them all; so does a day without a failure.
pub fn count_for_account(before: Option<Failures>, now: Timestamp) -> Counted {
    let before = before.filter(|before| elapsed(before.last_at, now) < FORGOTTEN_AFTER_SECONDS);
    let wait = |number| match number {
        ACCOUNT_MOST.. => FORGOTTEN_AFTER_SECONDS,
        _ => doubling_wait(number - ACCOUNT_FREE),
    };
    count(before, now, wait)
}

/// For one address: thirty failures are free and one is forgotten each minute, then the wait doubles from 5 seconds to
/// an hour.
pub fn count_for_address(before: Option<Failures>, now: Timestamp) -> Counted {
    let drained = before.map(|before| {
        let forgotten = elapsed(before.last_at, now) / ADDRESS_DRAIN_SECONDS;
        Failures { number: (before.number - forgotten).max(0), ..before }
    });
    count(drained, now, |number| doubling_wait(number - ADDRESS_FREE))
}

fn count(before: Option<Failures>, now: Timestamp, wait_after: impl Fn(i64) -> i64) -> Counted {
    let Some(before) = before else { return Counted::Yes(Failures { number: 1, last_at: now }) };
    let wait_seconds = wait_after(before.number) - elapsed(before.last_at, now);
    if wait_seconds > 0 {
        return Counted::TooEarly { wait_seconds };
    }
    Counted::Yes(Failures { number: before.number + 1, last_at: now })
}

/// 0, then 5 seconds, 10, 20, up to an hour: after the failures that are free, so many more.
fn doubling_wait(beyond: i64) -> i64 {
    match u32::try_from(beyond) {
        Ok(doublings) => (FIRST_WAIT_SECONDS << doublings.min(10)).min(LONGEST_WAIT_SECONDS),
        Err(_) => 0,
    }
}

/// A clock that was set back lengthens no wait: as if no time had passed.
fn elapsed(earlier: Timestamp, now: Timestamp) -> i64 {
    now.seconds_since(earlier).max(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fails as fast as it is let, and tells when each failure was looked at.
    fn attack(count: fn(Option<Failures>, Timestamp) -> Counted, until: i64) -> Vec<i64> {
        let (mut failures, mut now, mut looked_at) = (None, 0, Vec::new());
        while now < until {
            match count(failures, Timestamp(now)) {
                Counted::Yes(counted) => {
                    failures = Some(counted);
                    looked_at.push(now);
                }
                Counted::TooEarly { wait_seconds } => now += wait_seconds,
            }
        }
        looked_at
    }

    #[test]
    fn the_waits_for_an_account_grow_and_end() {
        let looked_at = attack(count_for_account, 4 * 86400);
        let waits: Vec<_> = looked_at.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert_eq!(waits[..16], [0, 0, 0, 0, 5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]);
    }

    #[test]
    fn no_more_than_a_hundred_failures_for_an_account_come_in_a_row() {
        let looked_at = attack(count_for_account, 30 * 86400);
        assert_eq!(looked_at[100] - looked_at[99], FORGOTTEN_AFTER_SECONDS);
        assert_eq!(looked_at[101], looked_at[100], "then it begins anew");
    }

    #[test]
    fn who_waits_a_day_begins_anew() {
        let failures = Some(Failures { number: 99, last_at: Timestamp(0) });
        assert_eq!(
            count_for_account(failures, Timestamp(86400)),
            Counted::Yes(Failures { number: 1, last_at: Timestamp(86400) })
        );
    }

    #[test]
    fn an_address_may_fail_about_once_a_minute_in_the_long_run() {
        let looked_at = attack(count_for_address, 86400);
        assert_eq!(looked_at[29], 0);
        assert!(looked_at[30] >= 5);
        assert!((1000..1600).contains(&looked_at.len()), "{}", looked_at.len());
    }

    #[test]
    fn many_people_behind_one_address_may_each_forget_their_password_once_a_day() {
        let mut failures = None;
        for minute in 0..1440 {
            let Counted::Yes(counted) = count_for_address(failures, Timestamp(minute * 60)) else { panic!("{minute}") };
            failures = Some(counted);
        }
    }

    #[test]
    fn a_clock_that_is_set_back_locks_nobody_out_for_longer() {
        let failures = Some(Failures { number: 5, last_at: Timestamp(1_000_000) });
        assert_eq!(count_for_account(failures, Timestamp(0)), Counted::TooEarly { wait_seconds: 5 });
    }
}
