use std::fmt;

use aws_lc_rs::hmac;
use axum::http::{HeaderMap, HeaderValue};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use cookie::{Cookie, SameSite, time::Duration};
use uuid::Uuid;

use super::RenewalKey;
use crate::{
    domain::{SessionId, ending_cookie},
    server::cookies::cookies,
};

/// What the renewal cookie says: which session, and which number in its series of cookies this is. Its text is
/// `sid.counter.mac`, which no script can read and nobody can make up; its `Debug` prints nothing of it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RenewalToken {
    pub session: SessionId,
    pub counter: u64,
}

/// How cookies are named and set: by whether browsers reach this server over https.
#[derive(Debug, Clone, Copy)]
pub struct CookiePolicy {
    pub secure: bool,
}

/// For how long a browser is known, in seconds: a year after its last sign-in.
const DEVICE_SECONDS: i64 = 365 * 86_400;

impl RenewalToken {
    /// The cookie's value.
    #[must_use]
    pub fn sign(self, key: &RenewalKey) -> String {
        let text = self.unsigned();
        let mac = hmac::sign(key.hmac(), text.as_bytes());
        format!("{text}.{}", BASE64_URL_SAFE_NO_PAD.encode(mac))
    }

    /// Reads a cookie's value. `None` for everything that this server has not signed, to the letter.
    #[must_use]
    pub fn verify(value: &str, key: &RenewalKey) -> Option<Self> {
        let (text, mac) = value.rsplit_once('.')?;
        let mac = BASE64_URL_SAFE_NO_PAD.decode(mac).ok()?;
        hmac::verify(key.hmac(), text.as_bytes(), &mac).ok()?;
        let (session, counter) = text.split_once('.')?;
        let token = Self {
            session: SessionId(Uuid::try_parse(session).ok()?),
            counter: counter.parse().ok()?,
        };
        (token.unsigned() == text).then_some(token)
    }

    fn unsigned(self) -> String {
        format!("{}.{}", self.session.0.simple(), self.counter)
    }
}

impl CookiePolicy {
    /// `__Host-` makes browsers hold the cookie to this host, this path and https (RFC 6265bis §4.1.3.2).
    #[must_use]
    pub fn name(self) -> &'static str {
        if self.secure {
            "__Host-countersign"
        } else {
            "countersign"
        }
    }

    fn device_name(self) -> &'static str {
        if self.secure {
            "__Host-countersign-device"
        } else {
            "countersign-device"
        }
    }

    /// The value of the one renewal cookie of a request; two of them are none.
    #[must_use]
    pub fn read(self, headers: &HeaderMap) -> Option<String> {
        only(headers, self.name())
    }

    /// The value by which a browser shows that somebody has signed in with it before.
    #[must_use]
    pub fn read_device(self, headers: &HeaderMap) -> Option<String> {
        only(headers, self.device_name())
    }

    /// Whether the browser says that its user has signed out while the server could not be reached.
    #[must_use]
    pub fn is_ending(self, headers: &HeaderMap) -> bool {
        cookies(headers).any(|cookie| cookie.name() == ending_cookie(self.secure))
    }

    /// `Set-Cookie` for a value that lasts `seconds`, or until the browser ends.
    #[must_use]
    pub fn set(self, value: String, seconds: Option<i64>) -> Option<HeaderValue> {
        self.secret(self.name(), value, seconds)
    }

    /// `Set-Cookie` for the value by which this browser is known from now on. A logout leaves it.
    #[must_use]
    pub fn set_device(self, value: String) -> Option<HeaderValue> {
        self.secret(self.device_name(), value, Some(DEVICE_SECONDS))
    }

    fn secret(
        self,
        name: &'static str,
        value: String,
        seconds: Option<i64>,
    ) -> Option<HeaderValue> {
        let cookie = Cookie::build((name, value))
            .path("/")
            .http_only(true)
            .same_site(SameSite::Lax);
        let mut cookie = cookie.secure(self.secure).build();
        cookie.set_max_age(seconds.map(Duration::seconds));
        let mut header = HeaderValue::try_from(cookie.to_string()).ok()?;
        // Its Debug then prints nothing of it.
        header.set_sensitive(true);
        Some(header)
    }

    /// `Set-Cookie` that takes the cookie away.
    #[must_use]
    pub fn clear(self) -> Option<HeaderValue> {
        self.set(String::new(), Some(0))
    }

    /// `Set-Cookie` that takes away the browser's word that its user has signed out, once that was heard.
    #[must_use]
    pub fn clear_ending(self) -> Option<HeaderValue> {
        let cookie = Cookie::build((ending_cookie(self.secure), ""))
            .path("/")
            .secure(self.secure);
        cookie
            .max_age(Duration::ZERO)
            .build()
            .to_string()
            .parse()
            .ok()
    }
}

/// The value of a cookie that is there once.
fn only(headers: &HeaderMap, name: &str) -> Option<String> {
    let mut values = cookies(headers).filter(|cookie| cookie.name() == name);
    let (cookie, None) = (values.next()?, values.next()) else {
        return None;
    };
    Some(cookie.value().to_owned())
}

impl fmt::Debug for RenewalToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RenewalToken(…)")
    }
}

#[cfg(test)]
mod tests {
    use axum::http::header;
    use proptest::prelude::*;
    use tempfile::TempDir;

    use super::*;
    use crate::server::secret_key::SecretKey;

    fn key() -> RenewalKey {
        RenewalKey(SecretKey::from_bytes(b"a key for tests of thirty-two by"))
    }

    fn token() -> RenewalToken {
        RenewalToken {
            session: SessionId(Uuid::from_u128(7)),
            counter: 3,
        }
    }

    #[test]
    fn a_cookie_is_read_as_it_was_written() {
        assert!(RenewalToken::verify(&token().sign(&key()), &key()) == Some(token()));
    }

    #[test]
    fn another_key_another_counter_or_another_session_is_refused() {
        let value = token().sign(&key());
        let directory = TempDir::new().unwrap();
        assert!(
            RenewalToken::verify(&value, &RenewalKey::open(directory.path()).unwrap()).is_none()
        );
        assert!(RenewalToken::verify(&value.replacen(".3.", ".4.", 1), &key()).is_none());
        assert!(RenewalToken::verify(&value.replacen('7', "8", 1), &key()).is_none());
        assert!(RenewalToken::verify(&value.replacen(".3.", ".03.", 1), &key()).is_none());
        assert!(RenewalToken::verify(&format!("{value}="), &key()).is_none());
    }

    #[test]
    fn debug_shows_nothing_of_a_cookie() {
        assert_eq!(
            format!("{:?} {:?}", token(), key()),
            "RenewalToken(…) RenewalKey(SecretKey(…))"
        );
    }

    #[test]
    fn two_renewal_cookies_are_none() {
        let policy = CookiePolicy { secure: false };
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, "a=b; countersign=x; c=d".parse().unwrap());
        assert_eq!(policy.read(&headers).as_deref(), Some("x"));
        headers.append(header::COOKIE, "countersign=y".parse().unwrap());
        assert_eq!(policy.read(&headers), None);
    }

    #[test]
    fn a_foreign_cookie_that_is_no_text_hides_no_other() {
        let policy = CookiePolicy { secure: false };
        let line = HeaderValue::from_bytes(
            b"name=Zo\xeb; countersign=x; \xff\xfe; =; countersign-device=y",
        )
        .unwrap();
        let headers = HeaderMap::from_iter([(header::COOKIE, line)]);
        assert_eq!(policy.read(&headers).as_deref(), Some("x"));
        assert_eq!(policy.read_device(&headers).as_deref(), Some("y"));
    }

    proptest! {
        #[test]
        fn nothing_made_up_is_accepted(value in r"[0-9a-f]{0,33}\.[0-9]{0,21}\.[A-Za-z0-9_-]{0,44}|(?s).{0,60}") {
            prop_assert!(RenewalToken::verify(&value, &key()).is_none());
        }

        #[test]
        fn one_changed_character_is_noticed(at in 0_usize..70, to in "[ -~]") {
            let value = token().sign(&key());
            if let Some(old) = value.get(at..=at).filter(|old| *old != to) {
                let changed = format!("{}{to}{}", &value[..at], &value[at + old.len()..]);
                prop_assert!(RenewalToken::verify(&changed, &key()).is_none());
            }
        }
    }
}
