use serde::{Deserialize, Serialize};

/// A point in time in whole seconds since 1970-01-01T00:00:00Z, like a JWT's `NumericDate` (RFC
/// 7519 §2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// By how many seconds another clock may be ahead, or this one may be set back, without a token
    /// or a session of just now being one of the future.
    pub const LEEWAY_SECONDS: i64 = 60;

    /// The point in time `seconds` later. Saturates instead of overflowing.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// Formats the time in UTC by RFC 3339: `2026-03-02T14:30:00Z`.
    ///
    /// A date crate would add tens of kB to the wasm for this one format. The conversion is Howard
    /// Hinnant's `civil_from_days`, in which a year begins in March, so that a leap day is the last
    /// day of its year.
    #[must_use]
    pub fn rfc3339(self) -> String {
        let (days, second) = (self.0.div_euclid(86400), self.0.rem_euclid(86400));
        let days_since_march_of_year_0 = days + 719_468;
        let (era, day) = (
            days_since_march_of_year_0.div_euclid(146_097),
            days_since_march_of_year_0.rem_euclid(146_097),
        );
        let year_of_era = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
        let day_of_year = day - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = (month_from_march + 2) % 12 + 1;
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }

    /// The seconds from `earlier` until this time; negative if `earlier` is later. Saturates
    /// instead of overflowing.
    #[must_use]
    pub fn seconds_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Timestamp;

    #[test]
    fn leap_days_and_year_boundaries_are_formatted_correctly() {
        for (seconds, text) in [
            (-1, "1969-12-31T23:59:59Z"),
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_772_461_800, "2026-03-02T14:30:00Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(Timestamp(seconds).rfc3339(), text);
        }
    }

    proptest! {
        #[test]
        fn formatting_agrees_with_jiff_for_ten_thousand_years(
            seconds in -62_167_219_200_i64..=253_402_207_200,
        ) {
            let expected = jiff::Timestamp::from_second(seconds).unwrap();
            prop_assert_eq!(Timestamp(seconds).rfc3339(), expected.to_string());
        }
    }
}
