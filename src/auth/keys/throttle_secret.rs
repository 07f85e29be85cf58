use super::HmacKey;
use crate::{
    domain::{FailureKey, Identifier, SessionId, UserId},
    store::StoredUser,
};

/// The key from which [`FailureKey`]s and the MACs of device cookies are derived.
#[derive(Debug)]
pub struct ThrottleSecret(HmacKey);

impl ThrottleSecret {
    /// For a user name or an e-mail address, whether or not there is such a user.
    #[must_use]
    pub fn identifier_key(&self, identifier: &Identifier) -> FailureKey {
        self.failure_key(&[identifier.comparison_key().as_bytes()])
    }

    /// For a user, by whatever name or address.
    #[must_use]
    pub fn user_key(&self, user: UserId) -> FailureKey {
        self.failure_key(&[b"\0of user\0", user.0.as_bytes()])
    }

    /// In place of [`Self::user_key`] where there is no such user, so that the time tells nothing.
    #[must_use]
    pub fn unknown_user_key(&self, identifier: &Identifier) -> FailureKey {
        let key = identifier.comparison_key();
        self.failure_key(&[b"\0unknown user\0", key.as_bytes()])
    }

    /// For a user in a browser in which they have signed in before. Neither user names nor e-mail
    /// addresses hold a NUL, so the kinds of keys can't collide.
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

    /// All that failed sign-ins of an account are counted for, but single browsers and sessions.
    #[must_use]
    pub fn account_keys(&self, account: &StoredUser) -> Vec<FailureKey> {
        let user = &account.user;
        let name = Identifier::Username(user.username.clone());
        let email = account.email.clone().map(Identifier::Email);
        let identifiers = [name].into_iter().chain(email);
        identifiers
            .map(|identifier| self.identifier_key(&identifier))
            .chain([self.user_key(user.id), self.devices_key(user.id)])
            .collect()
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

    fn identifier(typed: &str) -> Identifier {
        Identifier::parse(typed).unwrap()
    }

    #[test]
    fn a_name_or_an_address_has_one_key_in_every_spelling_and_debug_shows_nothing_of_it() {
        let ours = secret(b"a key for tests of thirty-two by");
        let key = |text| ours.identifier_key(&identifier(text));
        assert_eq!(key("Zoë"), key("ZOE\u{308}"));
        assert_eq!(key("Ada@Example.org"), key("ada@example.ORG"));
        assert_ne!(key("ada"), key("eve"));
        let other = secret(b"another for tests, of thirty-two");
        assert_ne!(key("ada"), other.identifier_key(&identifier("ada")));
        assert_eq!(
            format!("{:?} {ours:?}", key("ada")),
            "FailureKey(…) ThrottleSecret(HmacKey(…))"
        );
    }

    #[test]
    fn a_name_a_user_a_device_and_a_session_are_counted_apart() {
        let secret = secret(b"a key for tests of thirty-two by");
        let (ada, address) = (identifier("ada"), identifier("ada@example.org"));
        let [one, two] = [1, 2].map(|id| secret.session_key(SessionId(Uuid::from_u128(id))));
        let [first, second] = [1, 2].map(|id| UserId(Uuid::from_u128(id)));
        let keys = [
            secret.identifier_key(&ada),
            secret.identifier_key(&address),
            secret.unknown_user_key(&ada),
            secret.unknown_user_key(&address),
            secret.user_key(first),
            secret.user_key(second),
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
