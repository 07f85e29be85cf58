use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::Response,
};
use cookie::{Cookie, SameSite, time::Duration};
use secrecy::{ExposeSecret, SecretString};

use crate::{
    auth::{DEVICE_COOKIE_SECONDS, IssuedTokens},
    domain::{CookieName, CookiePrefix},
};

/// Reads and sets the cookies of this site.
#[derive(Debug, Clone)]
pub(super) struct CookiePolicy {
    prefix: CookiePrefix,
    https: bool,
}

impl CookiePolicy {
    /// `https`: browsers reach this server over https.
    pub fn new(prefix: CookiePrefix, https: bool) -> Self {
        Self { prefix, https }
    }

    pub fn prefix(&self) -> &CookiePrefix {
        &self.prefix
    }

    /// The value of a cookie that is there exactly once: of two with one name, nobody can say
    /// which is ours.
    pub fn read(&self, headers: &HeaderMap, name: CookieName) -> Option<String> {
        let mut found = self.read_all(headers, name).into_iter();
        let (Some(value), None) = (found.next(), found.next()) else {
            return None;
        };
        Some(value.to_owned())
    }

    /// The values of every cookie with a name. Those that are not UTF-8 are not ours.
    pub fn read_all<'a>(&self, headers: &'a HeaderMap, name: CookieName) -> Vec<&'a str> {
        let name = self.name(name);
        let named = cookies(headers).filter(|(found, _)| *found == name.as_bytes());
        named
            .filter_map(|(_, value)| std::str::from_utf8(value).ok())
            .collect()
    }

    pub fn has(&self, headers: &HeaderMap, name: CookieName) -> bool {
        !self.read_all(headers, name).is_empty()
    }

    fn name(&self, name: CookieName) -> String {
        name.name(&self.prefix, self.https)
    }

    /// The cookies after a login or a refresh.
    pub fn set_tokens(&self, issued: &IssuedTokens) -> Vec<HeaderValue> {
        let refresh = self.secret(
            CookieName::Refresh,
            &issued.refresh_token,
            issued.refresh_max_age,
        );
        let device = issued
            .device_cookie
            .as_ref()
            .and_then(|value| self.set_device(value));
        refresh.into_iter().chain(device).collect()
    }

    pub fn set_device(&self, value: &SecretString) -> Option<HeaderValue> {
        self.secret(CookieName::Device, value, Some(DEVICE_COOKIE_SECONDS))
    }

    pub fn clear_refresh(&self) -> Option<HeaderValue> {
        self.secret(CookieName::Refresh, &SecretString::default(), Some(0))
    }

    /// Keeps a logout that could not be written, for the next request.
    pub fn set_pending_logout(&self) -> Option<HeaderValue> {
        self.preference(
            CookieName::PendingLogout,
            "1",
            CookieName::PENDING_LOGOUT_SECONDS,
        )
    }

    /// Only the server clears this one, once the session has ended.
    pub fn clear_pending_logout(&self) -> Option<HeaderValue> {
        let name = self.name(CookieName::PendingLogout);
        let cookie = Cookie::build((name, "")).path("/").secure(self.https);
        cookie
            .max_age(Duration::ZERO)
            .build()
            .to_string()
            .parse()
            .ok()
    }

    /// A cookie that scripts may read, for so many seconds.
    pub fn preference(&self, name: CookieName, value: &str, seconds: u32) -> Option<HeaderValue> {
        let cookie = Cookie::build((self.name(name), value))
            .path("/")
            .same_site(SameSite::Lax)
            .secure(self.https)
            .max_age(Duration::seconds(seconds.into()));
        cookie.build().to_string().parse().ok()
    }

    fn secret(
        &self,
        name: CookieName,
        value: &SecretString,
        seconds: Option<i64>,
    ) -> Option<HeaderValue> {
        let mut cookie = Cookie::build((self.name(name), value.expose_secret()))
            .path("/")
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(self.https)
            .build();
        cookie.set_max_age(seconds.map(Duration::seconds));
        let mut header = HeaderValue::try_from(cookie.to_string()).ok()?;
        // Its `Debug` then prints nothing of it.
        header.set_sensitive(true);
        Some(header)
    }
}

/// Adds cookies to a response.
pub(super) fn append_cookies(
    response: &mut Response,
    cookies: impl IntoIterator<Item = HeaderValue>,
) {
    let headers = cookies.into_iter();
    append_headers(response, headers.map(|cookie| (header::SET_COOKIE, cookie)));
}

pub(super) fn append_headers(
    response: &mut Response,
    headers: impl IntoIterator<Item = (HeaderName, HeaderValue)>,
) {
    for (name, value) in headers {
        response.headers_mut().append(name, value);
    }
}

/// The names and values of the cookies of a request (RFC 6265 §5.2). They are bytes, of which only
/// spaces and tabs are trimmed: with Unicode's white space too, a cookie that another host may set
/// would get the name of one with `__Host-`, which it may not.
fn cookies(headers: &HeaderMap) -> impl Iterator<Item = (&[u8], &[u8])> {
    let lines = headers
        .get_all(header::COOKIE)
        .into_iter()
        .map(HeaderValue::as_bytes);
    let pairs = lines.flat_map(|line| line.split(|byte| *byte == b';'));
    pairs.filter_map(|pair| {
        let equals = pair.iter().position(|byte| *byte == b'=')?;
        let (name, value) = pair.split_at_checked(equals)?;
        Some((trim(name), trim(value.strip_prefix(b"=")?)))
    })
}

/// Header values hold no other ASCII white space than spaces and tabs.
fn trim(bytes: &[u8]) -> &[u8] {
    bytes.trim_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy() -> CookiePolicy {
        CookiePolicy::new(CookiePrefix::default(), false)
    }

    #[test]
    fn a_cookie_that_is_there_twice_is_not_read() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, "a=b; countersign=x; c=d".parse().unwrap());
        assert_eq!(
            policy().read(&headers, CookieName::Refresh).as_deref(),
            Some("x")
        );
        headers.append(header::COOKIE, "countersign=y".parse().unwrap());
        assert_eq!(policy().read(&headers, CookieName::Refresh), None);
    }

    #[test]
    fn a_foreign_cookie_that_is_not_utf_8_hides_no_other() {
        let line = HeaderValue::from_bytes(
            b"name=Zo\xeb; countersign=x; \xff\xfe; =; countersign-device=y",
        );
        let headers = HeaderMap::from_iter([(header::COOKIE, line.unwrap())]);
        assert_eq!(
            policy().read(&headers, CookieName::Refresh).as_deref(),
            Some("x")
        );
        assert_eq!(
            policy().read(&headers, CookieName::Device).as_deref(),
            Some("y")
        );
    }

    #[test]
    fn a_secret_cookie_is_not_printed() {
        let cookie = policy()
            .secret(CookieName::Refresh, &"canary".to_owned().into(), None)
            .unwrap();
        assert!(!format!("{cookie:?}").contains("canary"));
    }
}
