use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

use url::{Host, Url};

/// A web origin: scheme, host and port, in the spelling that browsers send (RFC 6454 §6.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    text: String,
    is_https: bool,
    is_loopback: bool,
}

impl Origin {
    /// Reads an origin in any spelling: upper case, a default port, an internationalised name or a
    /// trailing slash make no difference. `None` for anything else, such as an address with a path.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text).ok()?;
        let is_bare = url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        let is_web = ["http", "https"].contains(&url.scheme());
        let is_loopback = match url.host()? {
            Host::Domain(name) => name == "localhost" || name.ends_with(".localhost"),
            Host::Ipv4(ip) => ip.is_loopback(),
            Host::Ipv6(ip) => ip.is_loopback(),
        };
        (is_web && is_bare).then(|| Self {
            text: url.origin().ascii_serialization(),
            is_https: url.scheme() == "https",
            is_loopback,
        })
    }

    /// The origins of pages that are requested from a plain http server at this address. A loopback
    /// or unspecified address has several names.
    #[must_use]
    pub fn of_address(address: SocketAddr) -> Vec<Self> {
        let port = address.port();
        let ip = address.ip();
        let mut origins = vec![format!("http://{address}")];
        if ip.is_loopback() || ip.is_unspecified() {
            let loopback: [IpAddr; 2] = [Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
            origins.extend(loopback.map(|ip| format!("http://{}", SocketAddr::new(ip, port))));
            origins.push(format!("http://localhost:{port}"));
        }
        origins
            .iter()
            .filter_map(|text| Self::parse(text))
            .collect()
    }

    #[must_use]
    pub fn is_https(&self) -> bool {
        self.is_https
    }

    /// Whether it names the machine that asks.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.is_loopback
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl PartialEq<str> for Origin {
    fn eq(&self, text: &str) -> bool {
        self.text == text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_an_origin_is_the_one_that_browsers_send() {
        for (text, sent) in [
            ("HTTPS://Login.Example", "https://login.example"),
            ("https://login.example:443", "https://login.example"),
            ("https://login.example/", "https://login.example"),
            ("https://müller.example", "https://xn--mller-kva.example"),
            ("http://login.example:80", "http://login.example"),
            ("http://[::1]:3000", "http://[::1]:3000"),
            ("http://127.1:3000", "http://127.0.0.1:3000"),
        ] {
            let origin = Origin::parse(text).unwrap();
            assert_eq!(origin.to_string(), sent);
            assert_eq!(origin.is_https(), sent.starts_with("https:"));
        }
    }

    #[test]
    fn anything_but_an_origin_is_refused() {
        for text in [
            "",
            "login.example",
            "ftp://login.example",
            "https://",
            "https://login.example/app",
            "https://login.example?x",
            "https://login.example#x",
            "https://me@login.example",
            "https://:secret@login.example",
            "javascript:alert(1)",
        ] {
            assert_eq!(Origin::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_loopback_address_has_several_names_and_another_has_one() {
        let names = |address: &str| {
            let origins = Origin::of_address(address.parse().unwrap());
            origins.iter().map(Origin::to_string).collect::<Vec<_>>()
        };
        for name in ["127.0.0.1", "[::1]", "localhost"] {
            for address in ["127.0.0.1:3000", "[::1]:3000", "0.0.0.0:3000", "[::]:3000"] {
                assert!(names(address).contains(&format!("http://{name}:3000")));
            }
        }
        assert_eq!(names("192.0.2.1:80"), ["http://192.0.2.1"]);
    }

    #[test]
    fn loopback_names_are_known() {
        for (text, is_loopback) in [
            ("https://localhost", true),
            ("https://app.localhost:8443", true),
            ("https://127.0.0.2", true),
            ("https://[::1]", true),
            ("https://login.example", false),
            ("https://notlocalhost", false),
        ] {
            assert_eq!(Origin::parse(text).unwrap().is_loopback(), is_loopback);
        }
    }
}
