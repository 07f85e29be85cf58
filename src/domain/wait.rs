/// A waiting time for display, in one unit and rounded up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    Seconds(i64),
    Minutes(i64),
    Hours(i64),
}

impl Wait {
    /// Chooses the unit: seconds below 2 minutes, minutes below 2 hours, hours from there.
    #[must_use]
    pub fn of_seconds(seconds: i64) -> Self {
        match seconds {
            ..=119 => Self::Seconds(seconds),
            120..7200 => Self::Minutes((seconds + 59) / 60),
            _ => Self::Hours((seconds + 3599) / 3600),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Wait;

    #[test]
    fn a_wait_is_always_rounded_up() {
        for (seconds, wait) in [
            (1, Wait::Seconds(1)),
            (119, Wait::Seconds(119)),
            (120, Wait::Minutes(2)),
            (121, Wait::Minutes(3)),
            (7199, Wait::Minutes(120)),
            (7200, Wait::Hours(2)),
            (7201, Wait::Hours(3)),
        ] {
            assert_eq!(Wait::of_seconds(seconds), wait);
        }
    }
}
