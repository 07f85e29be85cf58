use super::{AccessToken, SessionId, Timestamp};

/// A token is refreshed when it has fewer seconds left than this, so that it does not expire on
/// its way to the server.
const EARLY_SECONDS: i64 = 60;

/// An access token in a browser. Its lifetime is counted from its arrival, by the browser's clock:
/// the times in the token are those of the server's clock, and the two may differ by hours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedToken {
    pub access_token: AccessToken,
    pub received_at: Timestamp,
    /// The `expires_in` of its response. The token states it too, as a difference of two times.
    pub lifetime_seconds: i64,
    /// The session that the token names; `None` if its claims can't be read.
    pub session: Option<SessionId>,
}

impl ReceivedToken {
    /// Reads what the token says of itself. A token whose claims can't be read expires at once.
    #[must_use]
    pub fn new(access_token: AccessToken, received_at: Timestamp) -> Self {
        let claims = access_token.claims();
        Self {
            lifetime_seconds: claims.map_or(0, |claims| claims.exp.seconds_since(claims.iat)),
            session: claims.map(|claims| claims.sid),
            access_token,
            received_at,
        }
    }

    /// When the token expires, by the browser's clock.
    #[must_use]
    pub fn expires_at(&self) -> Timestamp {
        self.received_at.plus_seconds(self.lifetime_seconds)
    }

    /// Whether the token is to be refreshed. A short-lived token is used for half of its lifetime
    /// at least.
    ///
    /// A clock that was set back since the arrival says nothing, and the token is refreshed too.
    /// There is no need for a monotonic clock: it stands still while the computer sleeps, and begins
    /// anew with each document.
    #[must_use]
    pub fn is_due(&self, now: Timestamp) -> bool {
        let seconds_left = self.expires_at().seconds_since(now);
        now < self.received_at || seconds_left < EARLY_SECONDS.min(self.lifetime_seconds / 2)
    }
}

#[cfg(test)]
mod tests {
    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
    use uuid::Uuid;

    use super::*;

    /// Of a server whose clock is at 1970, an hour behind the browser's.
    fn token(expires_in: i64) -> ReceivedToken {
        let claims = format!(r#"{{"sid":"{}","iat":0,"exp":{expires_in}}}"#, Uuid::nil());
        let claims = BASE64_URL_SAFE_NO_PAD.encode(claims);
        let token = AccessToken::new(format!("e30.{claims}.c2ln"));
        ReceivedToken::new(token, Timestamp(3600))
    }

    #[test]
    fn a_token_is_due_a_minute_before_it_expires() {
        assert!(!token(900).is_due(Timestamp(4440)));
        assert!(token(900).is_due(Timestamp(4441)));
        assert_eq!(token(900).expires_at(), Timestamp(4500));
    }

    #[test]
    fn a_short_lived_token_is_used_for_half_of_its_lifetime() {
        assert!(!token(4).is_due(Timestamp(3602)));
        assert!(token(4).is_due(Timestamp(3603)));
    }

    #[test]
    fn a_token_is_due_when_the_clock_was_set_back_since_it_arrived() {
        assert!(!token(900).is_due(Timestamp(3600)));
        assert!(token(900).is_due(Timestamp(3599)));
    }

    #[test]
    fn a_token_that_cannot_be_read_is_due() {
        let token = AccessToken::new("of.another.version".to_owned());
        let token = ReceivedToken::new(token, Timestamp(3600));
        assert!(token.is_due(Timestamp(3601)));
    }
}
