use super::Timestamp;

/// For how many seconds after a rotation the previous refresh token still gives the current one:
/// two tabs that refresh at once, or an answer that was lost.
pub const REUSE_INTERVAL_SECONDS: i64 = 30;

/// The outcome of presenting a refresh token of a live session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[must_use]
pub enum Rotation {
    /// It was the current one. This is the next counter.
    Rotated(u64),
    /// It was the previous one, within the reuse interval. This is the current counter, unchanged.
    Replayed(u64),
    /// It was used before, so it is a copy. The session is revoked, since nobody can tell its
    /// owner from the thief (RFC 9700 §4.14.2).
    Reused,
}

/// The rotation rule of refresh tokens, free of clocks and databases.
///
/// Every store applies it within its transaction, and `tests/refresh_model.rs` checks this very
/// function in all interleavings.
pub fn rotate(current: u64, rotated_at: Timestamp, shown: u64, now: Timestamp) -> Rotation {
    let within_interval = now.seconds_since(rotated_at).abs() < REUSE_INTERVAL_SECONDS;
    match current.checked_sub(shown) {
        Some(0) => Rotation::Rotated(current.saturating_add(1)),
        Some(1) if within_interval => Rotation::Replayed(current),
        // `None`: a counter that was never reached was issued before the database was restored.
        Some(_) | None => Rotation::Reused,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_current_token_gives_the_next_one_at_any_time() {
        for now in [100, 129, 130, 1_000_000] {
            assert_eq!(
                rotate(7, Timestamp(100), 7, Timestamp(now)),
                Rotation::Rotated(8)
            );
        }
    }

    #[test]
    fn the_previous_token_gives_the_current_one_again_within_the_reuse_interval() {
        assert_eq!(
            rotate(7, Timestamp(100), 6, Timestamp(129)),
            Rotation::Replayed(7)
        );
        assert_eq!(
            rotate(7, Timestamp(100), 6, Timestamp(130)),
            Rotation::Reused
        );
    }

    #[test]
    fn any_other_token_is_detected_as_reuse() {
        for shown in [0, 5, 8, u64::MAX] {
            assert_eq!(
                rotate(7, Timestamp(100), shown, Timestamp(100)),
                Rotation::Reused
            );
        }
    }
}
