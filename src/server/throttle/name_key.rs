use std::{fmt, path::Path};

use aws_lc_rs::hmac;

use crate::{
    domain::Username,
    server::secret_key::{SecretKey, SecretKeyError},
};

/// The key under which failed sign-ins are filed. People type passwords into the field for the user name, so what was
/// typed there is not kept, and not in a form either that could be guessed without this key.
#[derive(Debug)]
pub struct NameKey(SecretKey);

/// Stands for a user name, whether or not there is such a user.
#[derive(Clone, Copy)]
pub struct NameMac([u8; 16]);

impl NameKey {
    /// Reads the key from the directory of the signing keys, making it at the first start.
    ///
    /// # Errors
    /// When the file can't be used.
    pub fn open(directory: &Path) -> Result<Self, SecretKeyError> {
        SecretKey::open(directory, "throttle.key").map(Self)
    }

    #[must_use]
    pub fn mac(&self, name: &Username) -> NameMac {
        let tag = hmac::sign(self.0.hmac(), name.comparison_key().as_bytes());
        let mut mac = [0; 16];
        mac.iter_mut().zip(tag.as_ref()).for_each(|(byte, from)| *byte = *from);
        NameMac(mac)
    }
}

impl NameMac {
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for NameMac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NameMac(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_one_mac_in_every_spelling_and_debug_shows_nothing_of_it() {
        let key = NameKey(SecretKey::from_bytes(b"a key for tests of thirty-two by"));
        let mac = |name| key.mac(&Username::parse(name).unwrap());
        assert_eq!(mac("Zoë").as_bytes(), mac("ZOE\u{308}").as_bytes());
        assert_ne!(mac("ada").as_bytes(), mac("eve").as_bytes());
        let other = NameKey(SecretKey::from_bytes(b"another for tests, of thirty-two"));
        assert_ne!(mac("ada").as_bytes(), other.mac(&Username::parse("ada").unwrap()).as_bytes());
        assert_eq!(format!("{:?} {key:?}", mac("ada")), "NameMac(…) NameKey(SecretKey(…))");
    }
}
