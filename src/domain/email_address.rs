use std::fmt;

use email_address::Options;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::unicode;

/// An e-mail address, such as `ada@example.org`: its owner's spelling before the `@`, and behind it the
/// domain as DNS knows it (RFC 5321 §4.1.2).
///
/// Addresses in quotes, with an IP address in place of a domain, or with a name before them are
/// refused: hardly anybody has one, and programs read them in different ways.
///
/// Deserialization does not validate. It is used only for the server's own responses.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EmailAddress(String);

/// Why a text is not an e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("This is not an e-mail address such as ada@example.org.")]
#[non_exhaustive]
pub struct InvalidEmailAddress;

impl EmailAddress {
    /// Reads an address as typed.
    ///
    /// # Errors
    /// When it is not an address, or is longer than a mail server accepts: 64 bytes before the `@`,
    /// 254 in all (RFC 5321 §4.5.3.1).
    pub fn parse(typed: &str) -> Result<Self, InvalidEmailAddress> {
        let address = unicode::trim(typed);
        let options = Options::default()
            .with_required_tld()
            .without_display_text()
            .without_domain_literal();
        let parsed = email_address::EmailAddress::parse_with_options(address, options)
            .map_err(|_| InvalidEmailAddress)?;
        let local = parsed.local_part();
        let is_quoted = local.contains('"');
        if is_quoted || address.len() > 254 || !unicode::is_visible_text(local) {
            return Err(InvalidEmailAddress);
        }
        let domain = ascii_domain(parsed.domain()).ok_or(InvalidEmailAddress)?;
        Ok(Self(format!("{local}@{domain}")))
    }

    /// The key by which addresses are compared: in lower case and NFC. Hardly any mail server tells
    /// the cases before the `@` apart.
    #[must_use]
    pub(crate) fn comparison_key(&self) -> String {
        unicode::compose(&self.0.to_lowercase())
    }

    /// The address as a mail server takes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Takes an address from the database without validation. It was validated before it was
    /// stored.
    #[must_use]
    pub(crate) fn from_stored(address: String) -> Self {
        Self(address)
    }
}

/// The domain in the form that DNS knows, in lower case (RFC 5891 §5). `None` if it has characters that
/// no host name has (RFC 1123 §2.1), or is an IP address in any spelling: a top-level domain begins
/// with a letter (RFC 3696 §2).
fn ascii_domain(domain: &str) -> Option<String> {
    let ascii = idna::domain_to_ascii_strict(domain).ok()?;
    let (_, top) = ascii.rsplit_once('.')?;
    top.starts_with(|c: char| c.is_ascii_alphabetic())
        .then_some(ascii)
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Logs tell users by their ids.
impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EmailAddress(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn addresses_are_trimmed_and_compared_without_case() {
        let address = EmailAddress::parse(" Ada.Lovelace@Example.ORG\n").unwrap();
        assert_eq!(address.as_str(), "Ada.Lovelace@example.org");
        assert_eq!(address.comparison_key(), "ada.lovelace@example.org");
        let composed = EmailAddress::parse("zo\u{eb}@example.org").unwrap();
        let decomposed = EmailAddress::parse("zoe\u{308}@example.org").unwrap();
        assert_eq!(composed.comparison_key(), decomposed.comparison_key());
        assert!(EmailAddress::parse("ada+notes@sub.example.org").is_ok());
        for same in [
            "ada@bücher.example",
            "ada@BÜCHER.example",
            "ada@bu\u{308}cher.example",
            "ada@xn--bcher-kva.example",
        ] {
            let address = EmailAddress::parse(same).unwrap();
            assert_eq!(address.as_str(), "ada@xn--bcher-kva.example", "{same}");
        }
        let wide = EmailAddress::parse("ada@ｅxample.org").unwrap();
        assert_eq!(wide.as_str(), "ada@example.org");
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let long = format!("{}@example.org", "a".repeat(65));
        for typed in [
            "",
            "ada",
            "@example.org",
            "ada@",
            "ada@localhost",
            "ada@[192.0.2.1]",
            "ada@192.0.2.1",
            "ada@0x7f.1",
            "ada@ex%61mple.org",
            "ada@example.org?subject=x",
            "ada@ex_ample.org",
            "a\u{202e}da@example.org",
            "a\u{200b}da@example.org",
            "a\u{2028}da@example.org",
            "ada@exam\u{200b}ple.org\u{202e}x",
            "Ada <ada@example.org>",
            "\"ada\"@example.org",
            "ada@example.org, eve@example.org",
            "ada@example.org\r\nBcc: eve@example.org",
            &long,
        ] {
            assert_eq!(
                EmailAddress::parse(typed),
                Err(InvalidEmailAddress),
                "{typed}"
            );
        }
    }

    proptest! {
        #[test]
        fn parsing_never_panics_and_is_idempotent(typed in "\\PC{0,40}|[a-z.@+-]{0,40}") {
            if let Ok(address) = EmailAddress::parse(&typed) {
                prop_assert_eq!(EmailAddress::parse(address.as_str()), Ok(address.clone()));
                prop_assert!(!address.as_str().chars().any(char::is_control));
            }
        }
    }
}
