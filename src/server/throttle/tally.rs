use std::{fmt, path::Path};

use aws_lc_rs::hmac;

use super::KnownDevice;
use crate::{
    domain::{SessionId, Username},
    server::secret_key::{SecretKey, SecretKeyError},
};

/// The key under which failed sign-ins are filed. People type passwords into the field for the user name, so what was
/// typed there is not kept, and not in a form either that could be guessed without this key.
#[derive(Debug)]
pub struct ThrottleKey(SecretKey);

/// What failed sign-ins are counted for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Tally([u8; 16]);

impl ThrottleKey {
    /// Reads the key from the directory of the signing keys, making it at the first start.
    ///
    /// # Errors
    /// When the file can't be used.
    pub fn open(directory: &Path) -> Result<Self, SecretKeyError> {
        SecretKey::open(directory, "throttle.key").map(Self)
    }

    /// For a user name, whether or not there is such a user.
    #[must_use]
    pub fn of_name(&self, name: &Username) -> Tally {
        self.tally(&[name.comparison_key().as_bytes()])
    }

    /// For a user name at a browser that has signed in with it before. No name holds a NUL.
    #[must_use]
    pub fn of_device(&self, device: &KnownDevice, name: &Username) -> Tally {
        self.tally(&[
            b"\0at device\0",
            device.id(),
            name.comparison_key().as_bytes(),
        ])
    }

    /// For a session whose user is asked for the password again.
    #[must_use]
    pub fn of_session(&self, session: SessionId) -> Tally {
        self.tally(&[b"\0in session\0", session.0.as_bytes()])
    }

    fn tally(&self, parts: &[&[u8]]) -> Tally {
        let mut mac = [0; 16];
        mac.iter_mut()
            .zip(self.sign(parts).as_ref())
            .for_each(|(byte, from)| *byte = *from);
        Tally(mac)
    }

    pub(super) fn sign(&self, parts: &[&[u8]]) -> hmac::Tag {
        let mut context = hmac::Context::with_key(self.0.hmac());
        for part in parts {
            context.update(part);
        }
        context.sign()
    }

    pub(super) fn verify(&self, parts: &[&[u8]], mac: &[u8]) -> bool {
        hmac::verify(self.0.hmac(), &parts.concat(), mac).is_ok()
    }
}

impl Tally {
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tally(…)")
    }
}

#[cfg(test)]
pub(super) mod tests {
    use uuid::Uuid;

    use super::*;

    pub fn key(bytes: &[u8; 32]) -> ThrottleKey {
        ThrottleKey(SecretKey::from_bytes(bytes))
    }

    pub fn name(name: &str) -> Username {
        Username::parse(name).unwrap()
    }

    #[test]
    fn a_name_has_one_tally_in_every_spelling_and_debug_shows_nothing_of_it() {
        let key_of_tests = key(b"a key for tests of thirty-two by");
        let tally = |text| key_of_tests.of_name(&name(text));
        assert_eq!(tally("Zoë"), tally("ZOE\u{308}"));
        assert_ne!(tally("ada"), tally("eve"));
        assert_ne!(
            tally("ada"),
            key(b"another for tests, of thirty-two").of_name(&name("ada"))
        );
        assert_eq!(
            format!("{:?} {key_of_tests:?}", tally("ada")),
            "Tally(…) ThrottleKey(SecretKey(…))"
        );
    }

    #[test]
    fn a_name_a_device_and_a_session_are_counted_apart() {
        let key = key(b"a key for tests of thirty-two by");
        let (one, other) = (KnownDevice::new(), KnownDevice::new());
        let sessions = [1, 2].map(|number| key.of_session(SessionId(Uuid::from_u128(number))));
        let ada = name("ada");
        let tallies = [
            key.of_name(&ada),
            key.of_device(&one, &ada),
            key.of_device(&other, &ada),
            sessions[0],
            sessions[1],
        ];
        for (at, tally) in tallies.iter().enumerate() {
            assert!(!tallies[..at].contains(tally));
        }
        assert_ne!(key.of_device(&one, &ada), key.of_device(&one, &name("eve")));
    }
}
