use percent_encoding::percent_decode_str;
use thiserror::Error;
use url::{Host, Url};

/// Which mail server to use: `smtps://user@host:465`, or `smtp://user@host:587` with STARTTLS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmtpUrl {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) tls: Tls,
    pub(super) user: Option<String>,
}

/// How a connection is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tls {
    /// From the first byte (RFC 8314 §3.3).
    Implicit,
    /// By STARTTLS (RFC 3207). A server that does not offer it gets nothing.
    Required,
    /// Not at all: the server is on this machine.
    None,
}

/// Why an address can't be that of a mail server. The text shows nothing of the address, which may
/// have a password in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InvalidSmtpUrl {
    #[error("it must begin with smtps:// or smtp://, as in smtps://user@mail.example.org")]
    Scheme,
    #[error("it is not an address such as smtps://user@mail.example.org")]
    Malformed,
    #[error("it has a password in it, which belongs into a file: see mail.password_file")]
    Password,
    #[error("after host and port it must end, as in smtps://user@mail.example.org:465")]
    Rest,
}

impl SmtpUrl {
    /// Reads the address of a mail server.
    ///
    /// # Errors
    /// When it has another scheme, a password, a path or a query, or is no address at all.
    pub fn parse(text: &str) -> Result<Self, InvalidSmtpUrl> {
        let url = Url::parse(text).map_err(|_| InvalidSmtpUrl::Malformed)?;
        if url.password().is_some() {
            return Err(InvalidSmtpUrl::Password);
        }
        let is_implicit = match url.scheme() {
            "smtps" => true,
            "smtp" => false,
            _ => return Err(InvalidSmtpUrl::Scheme),
        };
        let host = url.host_str().ok_or(InvalidSmtpUrl::Malformed)?;
        // The host of such a scheme is left as it is written, where that of https is read.
        let host = Host::parse(host).map_err(|_| InvalidSmtpUrl::Malformed)?;
        let is_rest_empty = matches!(url.path(), "" | "/");
        if !is_rest_empty || url.query().is_some() || url.fragment().is_some() {
            return Err(InvalidSmtpUrl::Rest);
        }
        let user = percent_decode_str(url.username())
            .decode_utf8()
            .map_err(|_| InvalidSmtpUrl::Malformed)?;
        let tls = match (is_implicit, is_loopback(&host)) {
            (true, _) => Tls::Implicit,
            (false, false) => Tls::Required,
            (false, true) => Tls::None,
        };
        Ok(Self {
            host: match host {
                Host::Domain(name) => name,
                Host::Ipv4(address) => address.to_string(),
                Host::Ipv6(address) => address.to_string(),
            },
            port: url.port().unwrap_or(if is_implicit { 465 } else { 587 }),
            tls,
            user: (!user.is_empty()).then(|| user.into_owned()),
        })
    }
}

fn is_loopback(host: &Host) -> bool {
    match host {
        Host::Domain(name) => name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_how_to_connect() {
        for (text, host, port, tls, user) in [
            (
                "smtps://me@mail.example.org",
                "mail.example.org",
                465,
                Tls::Implicit,
                Some("me"),
            ),
            (
                "smtp://me@mail.example.org",
                "mail.example.org",
                587,
                Tls::Required,
                Some("me"),
            ),
            (
                "smtp://mail.example.org:25/",
                "mail.example.org",
                25,
                Tls::Required,
                None,
            ),
            (
                "smtp://me%40example.org@192.0.2.1",
                "192.0.2.1",
                587,
                Tls::Required,
                Some("me@example.org"),
            ),
            (
                "smtp://me@example.org@[2001:db8::1]",
                "2001:db8::1",
                587,
                Tls::Required,
                Some("me@example.org"),
            ),
            (
                "smtp://b%C3%BCcher.example",
                "xn--bcher-kva.example",
                587,
                Tls::Required,
                None,
            ),
            ("smtp://127.0.0.1:1025", "127.0.0.1", 1025, Tls::None, None),
            ("smtp://127.8.8.8:1025", "127.8.8.8", 1025, Tls::None, None),
            ("smtp://[::1]:1025", "::1", 1025, Tls::None, None),
            ("smtp://LOCALHOST:1025", "localhost", 1025, Tls::None, None),
            ("smtps://localhost", "localhost", 465, Tls::Implicit, None),
            (
                "smtp://localhost.example.org",
                "localhost.example.org",
                587,
                Tls::Required,
                None,
            ),
        ] {
            let expected = SmtpUrl {
                host: host.to_owned(),
                port,
                tls,
                user: user.map(str::to_owned),
            };
            assert_eq!(SmtpUrl::parse(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn other_addresses_are_refused_without_being_shown() {
        for (text, expected) in [
            ("", InvalidSmtpUrl::Malformed),
            ("mail.example.org", InvalidSmtpUrl::Malformed),
            ("mail.example.org:587", InvalidSmtpUrl::Scheme),
            ("smtp:", InvalidSmtpUrl::Malformed),
            ("smtp:mail.example.org", InvalidSmtpUrl::Malformed),
            ("smtp://", InvalidSmtpUrl::Malformed),
            ("smtp://me@:587", InvalidSmtpUrl::Malformed),
            ("smtp://mail.example.org:99999", InvalidSmtpUrl::Malformed),
            ("smtp://a b", InvalidSmtpUrl::Malformed),
            ("https://mail.example.org", InvalidSmtpUrl::Scheme),
            ("smtp+tls://mail.example.org", InvalidSmtpUrl::Scheme),
            (
                "smtp://me:canary@mail.example.org",
                InvalidSmtpUrl::Password,
            ),
            ("smtp://:canary@mail.example.org", InvalidSmtpUrl::Password),
            ("smtp://mail.example.org/canary", InvalidSmtpUrl::Rest),
            ("smtp://mail.example.org?tls=canary", InvalidSmtpUrl::Rest),
            ("smtp://mail.example.org#canary", InvalidSmtpUrl::Rest),
        ] {
            assert_eq!(SmtpUrl::parse(text), Err(expected), "{text}");
        }
    }
}
