use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use uuid::Uuid;

use super::HmacKey;
use crate::domain::{RefreshToken, SessionId};

/// The key of the refresh tokens' MAC.
///
/// A refresh token is `sid.counter.mac` on the wire: nobody can make one up, and nothing but the
/// session and its position in the series is in it.
#[derive(Debug)]
pub struct RefreshTokenKey(HmacKey);

impl RefreshTokenKey {
    /// The refresh token as it is sent.
    #[must_use]
    pub fn sign(&self, token: RefreshToken) -> String {
        let text = unsigned(token);
        let mac = self.0.sign(&[text.as_bytes()]);
        format!("{text}.{}", BASE64_URL_SAFE_NO_PAD.encode(mac))
    }

    /// Reads a refresh token. `None` unless this server has signed it, to the letter.
    #[must_use]
    pub fn verify(&self, value: &str) -> Option<RefreshToken> {
        let (text, mac) = value.rsplit_once('.')?;
        let mac = BASE64_URL_SAFE_NO_PAD.decode(mac).ok()?;
        if !self.0.verify(&[text.as_bytes()], &mac) {
            return None;
        }
        let (session, counter) = text.split_once('.')?;
        let token = RefreshToken {
            session: SessionId(Uuid::try_parse(session).ok()?),
            counter: counter.parse().ok()?,
        };
        (unsigned(token) == text).then_some(token)
    }
}

impl RefreshTokenKey {
    /// The key itself, for its fingerprint.
    #[must_use]
    pub fn hmac(&self) -> &HmacKey {
        &self.0
    }
}

impl From<HmacKey> for RefreshTokenKey {
    fn from(key: HmacKey) -> Self {
        Self(key)
    }
}

fn unsigned(token: RefreshToken) -> String {
    format!("{}.{}", token.session.0.simple(), token.counter)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key() -> RefreshTokenKey {
        RefreshTokenKey(HmacKey::from_bytes(b"a key for tests of thirty-two by"))
    }

    fn token() -> RefreshToken {
        RefreshToken {
            session: SessionId(Uuid::from_u128(7)),
            counter: 3,
        }
    }

    #[test]
    fn a_token_is_read_as_it_was_written() {
        assert!(key().verify(&key().sign(token())) == Some(token()));
    }

    #[test]
    fn another_key_another_counter_or_another_session_is_refused() {
        let value = key().sign(token());
        let other = RefreshTokenKey(HmacKey::from_bytes(b"another for tests, of thirty-two"));
        assert!(other.verify(&value).is_none());
        assert!(key().verify(&value.replacen(".3.", ".4.", 1)).is_none());
        assert!(key().verify(&value.replacen('7', "8", 1)).is_none());
        assert!(key().verify(&value.replacen(".3.", ".03.", 1)).is_none());
        assert!(key().verify(&format!("{value}=")).is_none());
    }

    #[test]
    fn debug_shows_nothing_of_a_token_or_its_key() {
        assert_eq!(
            format!("{:?} {:?}", token(), key()),
            "RefreshToken(…) RefreshTokenKey(HmacKey(…))"
        );
    }

    proptest! {
        #[test]
        fn nothing_made_up_is_accepted(value in r"[0-9a-f]{0,33}\.[0-9]{0,21}\.[A-Za-z0-9_-]{0,44}|(?s).{0,60}") {
            prop_assert!(key().verify(&value).is_none());
        }

        #[test]
        fn one_changed_character_is_noticed(at in 0_usize..70, to in "[ -~]") {
            let value = key().sign(token());
            if let Some(old) = value.get(at..=at).filter(|old| *old != to) {
                let changed = format!("{}{to}{}", &value[..at], &value[at + old.len()..]);
                prop_assert!(key().verify(&changed).is_none());
            }
        }
    }
}
