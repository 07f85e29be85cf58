use std::fmt;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

use super::ThrottleKey;
use crate::domain::Username;

/// A browser in which somebody has signed in with a user name. It may try again when that name is made to wait for what
/// others have failed at: who only guesses has no such browser (OWASP, Slow Down Online Guessing Attacks with Device
/// Cookies). It opens nothing by itself.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct KnownDevice([u8; 16]);

/// No user name holds a NUL, so what begins like this is never the mac of a name.
const FOR_DEVICES: &[u8] = b"\0device\0";

impl KnownDevice {
    /// One that was not known before.
    #[must_use]
    pub fn new() -> Self {
        Self(rand::random())
    }

    /// The cookie's value, `id.mac`: good for this user name only.
    #[must_use]
    pub fn sign(&self, name: &Username, key: &ThrottleKey) -> String {
        let mac = key.sign(&[FOR_DEVICES, &self.0, name.comparison_key().as_bytes()]);
        format!(
            "{}.{}",
            BASE64_URL_SAFE_NO_PAD.encode(self.0),
            BASE64_URL_SAFE_NO_PAD.encode(mac)
        )
    }

    /// Reads a cookie's value. `None` for what this server has not given to a browser of this user.
    #[must_use]
    pub fn verify(value: &str, name: &Username, key: &ThrottleKey) -> Option<Self> {
        let (id, mac) = value.split_once('.')?;
        let id: [u8; 16] = BASE64_URL_SAFE_NO_PAD.decode(id).ok()?.try_into().ok()?;
        let mac = BASE64_URL_SAFE_NO_PAD.decode(mac).ok()?;
        key.verify(&[FOR_DEVICES, &id, name.comparison_key().as_bytes()], &mac)
            .then_some(Self(id))
    }

    pub(super) fn id(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for KnownDevice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KnownDevice(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{
        super::tally::tests::{key, name},
        *,
    };

    const KEY: &[u8; 32] = b"a key for tests of thirty-two by";

    #[test]
    fn a_device_is_known_for_its_user_by_its_key_only() {
        let device = KnownDevice::new();
        let value = device.sign(&name("Ada"), &key(KEY));
        assert_eq!(
            KnownDevice::verify(&value, &name("ada"), &key(KEY)),
            Some(device)
        );
        assert_eq!(KnownDevice::verify(&value, &name("eve"), &key(KEY)), None);
        assert_eq!(
            KnownDevice::verify(
                &value,
                &name("ada"),
                &key(b"another for tests, of thirty-two")
            ),
            None
        );
        assert_ne!(device, KnownDevice::new());
        assert_eq!(format!("{device:?}"), "KnownDevice(…)");
    }

    proptest! {
        #[test]
        fn no_made_up_device_is_known(value in r"[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}|(?s).{0,80}") {
            prop_assert_eq!(KnownDevice::verify(&value, &name("ada"), &key(KEY)), None);
        }
    }
}
