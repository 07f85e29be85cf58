use super::HmacKey;
use crate::domain::{FailureKey, SessionId, UserId, Username};

/// The key from which [`FailureKey`]s and the MACs of device cookies are derived.
#[derive(Debug)]
pub struct ThrottleSecret(HmacKey);

impl ThrottleSecret {
    /// For a user name, whether or not there is such a user.
    #[must_use]
    pub fn name_key(&self, name: &Username) -> FailureKey {
        self.failure_key(&[name.comparison_key().as_bytes()])
    }

    /// For a user in a browser in which they have signed in before. User names hold no NUL, so the
    /// kinds of keys can't collide.
    #[must_use]
    pub fn device_key(&self, device_id: &[u8], user: UserId) -> FailureKey {
        self.failure_key(&[b"\0at device\0", device_id, user.0.as_bytes()])
    }

    /// For all such browsers of a user together.
    #[must_use]
    pub fn devices_key(&self, user: UserId) -> FailureKey {
        self.failure_key(&[b"\0at devices\0", user.0.as_bytes()])
    }

    /// For a session whose user is asked for the password again.
    #[must_use]
    pub fn session_key(&self, session: SessionId) -> FailureKey {
        self.failure_key(&[b"\0in session\0", session.0.as_bytes()])
    }

    fn failure_key(&self, parts: &[&[u8]]) -> FailureKey {
        let mut bytes = [0; 16];
        let mac = self.0.sign(parts);
        bytes
            .iter_mut()
            .zip(mac.as_ref())
            .for_each(|(to, from)| *to = *from);
        FailureKey::from_bytes(bytes)
    }

    /// The key itself, for the MAC of device cookies.
    #[must_use]
    pub fn hmac(&self) -> &HmacKey {
        &self.0
    }
}

impl From<HmacKey> for ThrottleSecret {
    fn from(key: HmacKey) -> Self {
        Self(key)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn secret(bytes: &[u8; 32]) -> ThrottleSecret {
        HmacKey::from_bytes(bytes).into()
    }

    fn name(name: &str) -> Username {
        Username::parse(name).unwrap()
    }

    #[test]
    fn a_name_has_one_key_in_every_spelling_and_debug_shows_nothing_of_it() {
        let ours = secret(b"a key for tests of thirty-two by");
        let key = |text| ours.name_key(&name(text));
        assert_eq!(key("Zoë"), key("ZOE\u{308}"));
        assert_ne!(key("ada"), key("eve"));
        let other = secret(b"another for tests, of thirty-two");
        assert_ne!(key("ada"), other.name_key(&name("ada")));
        assert_eq!(
            format!("{:?} {ours:?}", key("ada")),
            "FailureKey(…) ThrottleSecret(HmacKey(…))"
        );
    }

    #[test]
    fn a_name_a_device_and_a_session_are_counted_apart() {
        let secret = secret(b"a key for tests of thirty-two by");
        let (ada, eve) = (name("ada"), name("eve"));
        let [one, two] = [1, 2].map(|id| secret.session_key(SessionId(Uuid::from_u128(id))));
        let [first, second] = [1, 2].map(|id| UserId(Uuid::from_u128(id)));
        let keys = [
            secret.name_key(&ada),
            secret.name_key(&eve),
            secret.device_key(&[1; 16], first),
            secret.device_key(&[2; 16], first),
            secret.device_key(&[1; 16], second),
            secret.devices_key(first),
            secret.devices_key(second),
            one,
            two,
        ];
        for (at, key) in keys.iter().enumerate() {
            assert!(!keys[..at].contains(key));
        }
    }
}
