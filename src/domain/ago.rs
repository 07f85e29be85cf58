/// How long ago something was, for display: in one unit and rounded down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ago {
    JustNow,
    Minutes(i64),
    Hours(i64),
    Days(i64),
}

impl Ago {
    /// The largest number of days: a date says more from there on.
    pub const MAX_DAYS: i64 = 30;

    /// Chooses the unit: minutes below an hour, hours below a day, days up to [`Self::MAX_DAYS`],
    /// and `None` beyond. The clock of a browser may be behind that of the server, so that something
    /// of just now is in the future.
    #[must_use]
    pub fn of_seconds(seconds: i64) -> Option<Self> {
        match seconds {
            ..60 => Some(Self::JustNow),
            60..3600 => Some(Self::Minutes(seconds / 60)),
            3600..86_400 => Some(Self::Hours(seconds / 3600)),
            _ => Some(seconds / 86_400)
                .filter(|days| *days <= Self::MAX_DAYS)
                .map(Self::Days),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Ago;

    #[test]
    fn a_past_time_is_in_the_largest_unit_and_rounded_down() {
        for (seconds, ago) in [
            (-5, Some(Ago::JustNow)),
            (59, Some(Ago::JustNow)),
            (60, Some(Ago::Minutes(1))),
            (3599, Some(Ago::Minutes(59))),
            (3600, Some(Ago::Hours(1))),
            (86_399, Some(Ago::Hours(23))),
            (86_400, Some(Ago::Days(1))),
            (31 * 86_400 - 1, Some(Ago::Days(30))),
            (31 * 86_400, None),
        ] {
            assert_eq!(Ago::of_seconds(seconds), ago);
        }
    }
}
