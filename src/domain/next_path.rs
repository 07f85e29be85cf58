use std::fmt;

use form_urlencoded::parse;
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};

use super::paths;

/// Everything that is percent-encoded in an address: what RFC 3986 allows nowhere. The rest may have
/// a meaning there.
const ADDRESS: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// Everything that is percent-encoded in the value of a query parameter. Slashes stay, which keeps
/// the address readable.
const QUERY_VALUE: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// How long a path may be. It is in the login page several times over, where each quote takes five
/// bytes.
const MAX_BYTES: usize = 2048;

/// The page to open after a login: a path on this site, with query and fragment.
///
/// Everything that a browser could resolve to another origin is refused (OWASP ASVS 3.7.2). A path
/// begins with exactly one slash. It contains no backslash, which browsers treat as a slash, and no
/// control character, since browsers remove tabs and line feeds before parsing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextPath(String);

impl NextPath {
    /// Reads the `next` parameter of a query. `use_query_map` of Leptos decodes a value twice, so a
    /// `%26` in it would become a delimiter.
    #[must_use]
    pub fn of_query(query: &str) -> Option<Self> {
        let (_, next) = parse(query.as_bytes()).find(|(name, _)| name == "next")?;
        Self::parse(&next)
    }

    /// Reads a percent-decoded value. `None` if it is not a local path, if it is longer than 2,048
    /// bytes, if it is the login page itself, or if it is `/`, which only redirects.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix('/')?;
        let path = text.split(['?', '#']).next().unwrap_or_default();
        let is_allowed = text.len() <= MAX_BYTES
            && !rest.starts_with('/')
            && !text.contains('\\')
            && !text.contains(char::is_control)
            && !has_dot_segments(path)
            && !matches!(path.trim_end_matches('/'), "" | paths::LOGIN);
        is_allowed.then(|| Self(text.to_owned()))
    }

    /// The address of the login page that leads back to this path: `/login?next=…`.
    #[must_use]
    pub fn login_address(&self) -> String {
        format!(
            "{}?next={}",
            paths::LOGIN,
            utf8_percent_encode(&self.0, QUERY_VALUE)
        )
    }

    /// The value for a `Location` header (RFC 9110 §10.2.2). What no address may contain, such as a
    /// space or a letter outside of ASCII, is percent-encoded, as browsers do.
    #[must_use]
    pub fn address(&self) -> String {
        utf8_percent_encode(&self.0, ADDRESS).to_string()
    }
}

/// Whether a path has a segment `.` or `..`, also percent-encoded. Browsers resolve these, and the
/// result may begin with two slashes, which names another host.
fn has_dot_segments(path: &str) -> bool {
    path.split('/').any(|segment| {
        matches!(
            segment.to_ascii_lowercase().replace("%2e", ".").as_str(),
            "." | ".."
        )
    })
}

/// The home page of the application.
impl Default for NextPath {
    fn default() -> Self {
        Self("/".to_owned())
    }
}

impl fmt::Display for NextPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn local_paths_are_accepted_unchanged() {
        for path in [
            "/dashboard",
            "/a/b?c=d&e=/f#g",
            "/%2F%2Fevil.example",
            "/login-help",
            "/a//b",
        ] {
            assert_eq!(NextPath::parse(path).unwrap().to_string(), path);
        }
    }

    #[test]
    fn the_login_address_carries_the_whole_path() {
        let next = NextPath::parse("/a?b=c&d#é").unwrap();
        assert_eq!(next.login_address(), "/login?next=/a%3Fb%3Dc%26d%23%C3%A9");
    }

    #[test]
    fn a_query_is_decoded_once() {
        for path in [
            "/a?q=a%26b%3Dc",
            "/a%2Fb?u=%2Fc%3Fd%3De%26f",
            "/a+b?c=%2B&d=%25",
        ] {
            let address = NextPath::parse(path).unwrap().login_address();
            let (_, query) = address.split_once('?').unwrap();
            let next = NextPath::of_query(&format!("a=b&{query}&next=/other"));
            assert_eq!(next.unwrap().to_string(), path);
        }
        assert_eq!(NextPath::of_query("a=/b"), None);
    }

    #[test]
    fn a_long_path_is_refused() {
        let longest = format!("/{}", "a".repeat(2047));
        assert!(NextPath::parse(&longest).is_some());
        assert_eq!(NextPath::parse(&format!("{longest}a")), None);
    }

    #[test]
    fn an_address_is_ascii() {
        let next = NextPath::parse("/a/ñ?b=c d&e=%20#é").unwrap();
        assert_eq!(next.address(), "/a/%C3%B1?b=c%20d&e=%20#%C3%A9");
    }

    #[test]
    fn other_origins_and_the_login_page_are_refused() {
        for text in [
            "",
            "dashboard",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\/evil.example",
            "\\\\evil.example",
            "https://evil.example",
            "https:evil.example",
            "javascript:alert(1)",
            " //evil.example",
            "/\t/evil.example",
            "\t//evil.example",
            "/\n/evil.example",
            "/a\\..\\b",
            "/.//evil.example",
            "/a/..//evil.example",
            "/%2E/%2e%2E//evil.example",
            "/",
            "/?x",
            "/login",
            "/login/",
            "/login?next=/dashboard",
        ] {
            assert_eq!(NextPath::parse(text), None, "{text:?}");
        }
    }

    proptest! {
        /// `url` implements the WHATWG URL standard, so it resolves a path as browsers do.
        #[test]
        fn an_accepted_path_never_leaves_the_origin(text in r"[/\\:@.?#%a-z0-9\t\n ]{0,24}|(?s).{0,24}") {
            if let Some(next) = NextPath::parse(&text) {
                let here = url::Url::parse("https://here.example/login").unwrap();
                let there = here.join(&next.to_string()).unwrap();
                prop_assert_eq!(there.origin(), here.origin());
                prop_assert_eq!(here.join(&next.address()).unwrap().origin(), here.origin());
                prop_assert!(next.address().bytes().all(|byte| byte.is_ascii_graphic()));
                // A router sees only the resolved path, and that must stay on this origin as well.
                prop_assert_eq!(here.join(there.path()).unwrap().origin(), here.origin());
            }
        }
    }
}
