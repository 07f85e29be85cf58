use std::fmt;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

use crate::{
    auth::keys::ThrottleSecret,
    domain::{FailureKey, Timestamp, UserId},
};

/// Marks a browser in which a user has signed in before (OWASP, Slow Down Online Guessing Attacks
/// with Device Cookies). Failures elsewhere don't delay this user there. It authenticates nobody.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct DeviceCookie {
    id: [u8; 16],
}

/// The account that a device cookie is valid for: until its password is set anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeviceOwner {
    pub user: UserId,
    pub password_generation: i64,
}

/// For how many seconds after a login a device cookie is valid: a year.
pub const DEVICE_COOKIE_SECONDS: i64 = 365 * 86_400;
/// Neither user names nor e-mail addresses hold a NUL, so no other MAC of this key begins like this.
const CONTEXT: &[u8] = b"\0device\0";
/// By this much, the clocks of servers may differ.
const CLOCK_SKEW_SECONDS: i64 = 60;

impl DeviceCookie {
    /// The cookie for a browser that has none yet.
    #[must_use]
    pub fn generate() -> Self {
        Self { id: rand::random() }
    }

    /// The value of the cookie: `id.issued_at.mac`.
    #[must_use]
    pub fn sign(&self, owner: DeviceOwner, now: Timestamp, secret: &ThrottleSecret) -> String {
        let mac = secret.hmac().sign(&[&self.signed_bytes(owner, now)]);
        let [id, mac] =
            [self.id.as_slice(), mac.as_ref()].map(|bytes| BASE64_URL_SAFE_NO_PAD.encode(bytes));
        format!("{id}.{}.{mac}", now.0)
    }

    /// Reads the value of a cookie. `None` unless this server has set it for this user and the
    /// current password, within a year.
    #[must_use]
    pub fn verify(
        value: &str,
        owner: DeviceOwner,
        now: Timestamp,
        secret: &ThrottleSecret,
    ) -> Option<Self> {
        let (id, rest) = value.split_once('.')?;
        let (issued_at, mac) = rest.split_once('.')?;
        let device = Self {
            id: BASE64_URL_SAFE_NO_PAD.decode(id).ok()?.try_into().ok()?,
        };
        let issued_at = Timestamp(issued_at.parse().ok()?);
        let mac = BASE64_URL_SAFE_NO_PAD.decode(mac).ok()?;
        let age = now.seconds_since(issued_at);
        let signed = device.signed_bytes(owner, issued_at);
        let is_valid = secret.hmac().verify(&[&signed], &mac)
            && (-CLOCK_SKEW_SECONDS..DEVICE_COOKIE_SECONDS).contains(&age);
        is_valid.then_some(device)
    }

    fn signed_bytes(&self, owner: DeviceOwner, issued_at: Timestamp) -> Vec<u8> {
        [
            CONTEXT,
            &self.id,
            owner.user.0.as_bytes(),
            &owner.password_generation.to_be_bytes(),
            &issued_at.0.to_be_bytes(),
        ]
        .concat()
    }

    /// What the failures of this user in this browser are counted for.
    #[must_use]
    pub fn failure_key(&self, user: UserId, secret: &ThrottleSecret) -> FailureKey {
        secret.device_key(&self.id, user)
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
    use uuid::Uuid;

    use super::*;
    use crate::auth::keys::HmacKey;

    const KEY: &[u8; 32] = b"a key for tests of thirty-two by";
    const NOW: Timestamp = Timestamp(1_767_225_600);
    const ADA: DeviceOwner = DeviceOwner {
        user: UserId(Uuid::from_u128(1)),
        password_generation: 3,
    };

    fn verify(value: &str, owner: DeviceOwner, now: Timestamp) -> Option<DeviceCookie> {
        DeviceCookie::verify(value, owner, now, &HmacKey::from_bytes(KEY).into())
    }

    #[test]
    fn a_device_cookie_is_valid_for_one_user_one_password_one_key_and_a_year() {
        let device = DeviceCookie::generate();
        let value = device.sign(ADA, NOW, &HmacKey::from_bytes(KEY).into());
        assert_eq!(verify(&value, ADA, NOW), Some(device));
        let eve = UserId(Uuid::from_u128(2));
        assert_eq!(verify(&value, DeviceOwner { user: eve, ..ADA }, NOW), None);
        let reset = DeviceOwner {
            password_generation: 4,
            ..ADA
        };
        assert_eq!(verify(&value, reset, NOW), None);
        let other = HmacKey::from_bytes(b"another for tests, of thirty-two").into();
        assert_eq!(DeviceCookie::verify(&value, ADA, NOW, &other), None);
        for (seconds, is_valid) in [
            (DEVICE_COOKIE_SECONDS - 1, true),
            (DEVICE_COOKIE_SECONDS, false),
            (-60, true),
            (-61, false),
        ] {
            let at = NOW.plus_seconds(seconds);
            assert_eq!(verify(&value, ADA, at).is_some(), is_valid, "{seconds}");
        }
        let later = value.replace(&NOW.0.to_string(), &NOW.plus_seconds(1).0.to_string());
        assert_eq!(verify(&later, ADA, NOW), None);
        assert_ne!(device, DeviceCookie::generate());
        assert_eq!(format!("{device:?}"), "DeviceCookie(…)");
    }

    proptest! {
        #[test]
        fn no_made_up_device_is_known(
            value in r"[A-Za-z0-9_-]{22}\.17672256[0-9]{2}\.[A-Za-z0-9_-]{43}|(?s).{0,80}"
        ) {
            prop_assert_eq!(verify(&value, ADA, NOW), None);
        }
    }
}
