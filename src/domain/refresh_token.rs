use std::fmt;

use super::SessionId;

/// The content of a refresh token whose MAC was verified: the session, and the position in the
/// session's series of refresh tokens. Its `Debug` prints nothing of it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RefreshToken {
    pub session: SessionId,
    /// 0 for the token of the login, and one more at each rotation.
    pub counter: u64,
}

impl fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RefreshToken(…)")
    }
}
