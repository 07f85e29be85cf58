use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What stays as it is in the value of a query parameter, so that the address can be read.
const QUERY_VALUE: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// Where to go after signing in: a path of this site and nothing else.
///
/// Anything a browser could read as another origin is refused (OWASP ASVS 3.7.2): it must begin with one
/// slash, and holds no backslash (browsers read it as a slash) and no control character (browsers drop
/// tabs and line feeds before they look at the slashes).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextPath(String);

impl NextPath {
    /// Reads the value of `next`, percent-decoded. `None` for everything that is not a local path, for the login page
    /// itself, and for the start, which is no page.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix('/')?;
        let path = text.split(['?', '#']).next().unwrap_or_default();
        let local = !rest.starts_with('/')
            && !text.contains('\\')
            && !text.contains(char::is_control)
            && !has_dot_segments(path)
            && !matches!(path.trim_end_matches('/'), "" | "/login");
        local.then(|| Self(text.to_owned()))
    }

    /// The login page that leads back here.
    #[must_use]
    pub fn login_address(&self) -> String {
        format!("/login?next={}", utf8_percent_encode(&self.0, QUERY_VALUE))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Browsers resolve `.` and `..`, also percent-encoded, and could find two slashes at the beginning of what is left.
fn has_dot_segments(path: &str) -> bool {
    path.split('/').any(|segment| {
        matches!(
            segment.to_ascii_lowercase().replace("%2e", ".").as_str(),
            "." | ".."
        )
    })
}

impl Default for NextPath {
    fn default() -> Self {
        Self("/dashboard".to_owned())
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
    fn local_paths_are_accepted_as_they_are() {
        for path in [
            "/dashboard",
            "/a/b?c=d&e=/f#g",
            "/%2F%2Fevil.example",
            "/login-help",
            "/a//b",
        ] {
            assert_eq!(NextPath::parse(path).unwrap().as_str(), path);
        }
    }

    #[test]
    fn the_login_page_is_told_the_whole_path() {
        let next = NextPath::parse("/a?b=c&d#é").unwrap();
        assert_eq!(next.login_address(), "/login?next=/a%3Fb%3Dc%26d%23%C3%A9");
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
        /// What a browser makes of an accepted path stays on this origin: `url` implements the WHATWG
        /// URL standard, as browsers do.
        #[test]
        fn an_accepted_path_never_leaves_the_origin(text in r"[/\\:@.?#%a-z0-9\t\n ]{0,24}|(?s).{0,24}") {
            if let Some(next) = NextPath::parse(&text) {
                let here = url::Url::parse("https://here.example/login").unwrap();
                let there = here.join(next.as_str()).unwrap();
                prop_assert_eq!(there.origin(), here.origin());
                // Nor does what a router makes of it: the path alone, as it was resolved.
                prop_assert_eq!(here.join(there.path()).unwrap().origin(), here.origin());
            }
        }
    }
}
