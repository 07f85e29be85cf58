use crate::domain::Timestamp;

/// For how many seconds the counter before the current one still gets the current cookie again: two tabs that
/// renew at once, or an answer that was lost on its way.
pub const GRACE_SECONDS: i64 = 30;

/// What becomes of a renewal of a live session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[must_use]
pub enum Rotation {
    /// The current cookie was shown: the counter advances to this one.
    Advanced(u64),
    /// The one before was shown, in time: the current one is given again.
    Repeated(u64),
    /// Anything else is a copy: somebody has a cookie that its owner has used up. The session ends, since nobody
    /// can say which of the two is the owner (RFC 9700 §4.14.2).
    Reused,
}

/// The rule of the renewal cookie, apart from clocks and databases. The store applies it within one transaction,
/// and the model in `tests/renewal_model.rs` checks this very function.
pub fn rotate(current: u64, rotated_at: Timestamp, shown: u64, now: Timestamp) -> Rotation {
    let in_time = now.seconds_since(rotated_at).abs() < GRACE_SECONDS;
    match current.checked_sub(shown) {
        Some(0) => Rotation::Advanced(current.saturating_add(1)),
        Some(1) if in_time => Rotation::Repeated(current),
        // A counter that was never reached comes from before the database was set back: not to be trusted either.
        Some(_) | None => Rotation::Reused,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_current_cookie_gives_the_next_whenever_it_comes() {
        for now in [100, 129, 130, 1_000_000] {
            assert_eq!(
                rotate(7, Timestamp(100), 7, Timestamp(now)),
                Rotation::Advanced(8)
            );
        }
    }

    #[test]
    fn the_one_before_gives_the_current_again_for_half_a_minute() {
        assert_eq!(
            rotate(7, Timestamp(100), 6, Timestamp(129)),
            Rotation::Repeated(7)
        );
        assert_eq!(
            rotate(7, Timestamp(100), 6, Timestamp(130)),
            Rotation::Reused
        );
    }

    #[test]
    fn anything_else_is_a_copy() {
        for shown in [0, 5, 8, u64::MAX] {
            assert_eq!(
                rotate(7, Timestamp(100), shown, Timestamp(100)),
                Rotation::Reused
            );
        }
    }
}
