use std::fmt;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

use crate::{
    auth::keys::ThrottleSecret,
    domain::{FailureKey, Username},
};

/// Marks a browser in which a user has signed in before (OWASP, Slow Down Online Guessing Attacks
/// with Device Cookies). Failures elsewhere don't delay this user there. It authenticates nobody.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct DeviceCookie {
    id: [u8; 16],
}

/// User names hold no NUL, so no other MAC of this key begins like this.
const CONTEXT: &[u8] = b"\0device\0";

impl DeviceCookie {
    /// The cookie for a browser that has none yet.
    #[must_use]
    pub fn generate() -> Self {
        Self { id: rand::random() }
    }

    /// The value of the cookie, `id.mac`, valid for this user name only.
    #[must_use]
    pub fn sign(&self, name: &Username, secret: &ThrottleSecret) -> String {
        let name = name.comparison_key();
        let mac = secret.hmac().sign(&[CONTEXT, &self.id, name.as_bytes()]);
        let [id, mac] =
            [self.id.as_slice(), mac.as_ref()].map(|bytes| BASE64_URL_SAFE_NO_PAD.encode(bytes));
        format!("{id}.{mac}")
    }

    /// Reads the value of a cookie. `None` unless this server has set it for this user name.
    #[must_use]
    pub fn verify(value: &str, name: &Username, secret: &ThrottleSecret) -> Option<Self> {
        let (id, mac) = value.split_once('.')?;
        let id: [u8; 16] = BASE64_URL_SAFE_NO_PAD.decode(id).ok()?.try_into().ok()?;
        let mac = BASE64_URL_SAFE_NO_PAD.decode(mac).ok()?;
        let name = name.comparison_key();
        let is_ours = secret.hmac().verify(&[CONTEXT, &id, name.as_bytes()], &mac);
        is_ours.then_some(Self { id })
    }

    /// What the failures of this user in this browser are counted for.
    #[must_use]
    pub fn failure_key(&self, name: &Username, secret: &ThrottleSecret) -> FailureKey {
        secret.device_key(&self.id, name)
    }
}

impl fmt::Debug for DeviceCookie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeviceCookie(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::auth::keys::HmacKey;

    fn secret(bytes: &[u8; 32]) -> ThrottleSecret {
        HmacKey::from_bytes(bytes).into()
    }

    fn name(name: &str) -> Username {
        Username::parse(name).unwrap()
    }

    const KEY: &[u8; 32] = b"a key for tests of thirty-two by";

    #[test]
    fn a_device_is_known_for_its_user_by_its_key_only() {
        let device = DeviceCookie::generate();
        let value = device.sign(&name("Ada"), &secret(KEY));
        let verify = |user, key| DeviceCookie::verify(&value, &name(user), &secret(key));
        assert_eq!(verify("ada", KEY), Some(device));
        assert_eq!(verify("eve", KEY), None);
        assert_eq!(verify("ada", b"another for tests, of thirty-two"), None);
        assert_ne!(device, DeviceCookie::generate());
        assert_eq!(format!("{device:?}"), "DeviceCookie(…)");
    }

    proptest! {
        #[test]
        fn no_made_up_device_is_known(value in r"[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}|(?s).{0,80}") {
            prop_assert_eq!(DeviceCookie::verify(&value, &name("ada"), &secret(KEY)), None);
        }
    }
}
