use std::sync::Once;

use axum::http::{HeaderMap, HeaderValue, header};

use super::{HttpSettings, Origin};

/// Whether a request was sent by a page of this site, or by no browser at all (OWASP ASVS 3.5.1). A
/// request with neither header comes from no browser, so it carries no cookies that another site
/// could abuse.
///
/// Browsers send `Sec-Fetch-Site` to https and to loopback addresses only. Without it, the origin
/// has to be one of this server's. It is never compared with `Host`, which is the attacker's own in
/// a DNS rebinding attack.
#[must_use]
pub(super) fn is_same_origin(headers: &HeaderMap, allowed: &[Origin]) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return site == "same-origin";
    }
    let Some(origin) = headers.get(header::ORIGIN) else {
        return true;
    };
    let origin = origin.to_str().unwrap_or_default();
    allowed.iter().any(|allowed| allowed == origin)
}

/// Warns once when browsers use https in front of this server, and `public.url` does not say so:
/// cookies are not `Secure` then.
pub(super) fn warn_of_https_outside(headers: &HeaderMap, settings: &HttpSettings) {
    static WARNING: Once = Once::new();
    let begins_with = |name, text: &str| {
        let value = headers.get(name).map(HeaderValue::as_bytes);
        value.is_some_and(|value| value.starts_with(text.as_bytes()))
    };
    if !settings.is_https()
        && (begins_with("x-forwarded-proto", "https") || begins_with("origin", "https:"))
    {
        WARNING.call_once(|| {
            tracing::warn!(
                "browsers reach this server by https, but public.url does not begin with https:, \
                 so cookies are not Secure: set public.url to the origin that browsers use"
            );
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passes_at(public_url: &str, pairs: &[(&'static str, &str)]) -> bool {
        let headers = pairs
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect();
        is_same_origin(&headers, &[Origin::parse(public_url).unwrap()])
    }

    fn passes(pairs: &[(&'static str, &str)]) -> bool {
        passes_at("https://login.example", pairs)
    }

    #[test]
    fn sec_fetch_site_decides_where_it_is_sent() {
        assert!(passes(&[("sec-fetch-site", "same-origin")]));
        for site in ["cross-site", "same-site", "none", ""] {
            assert!(!passes(&[("sec-fetch-site", site)]), "{site}");
            assert!(
                !passes(&[
                    ("sec-fetch-site", site),
                    ("origin", "https://login.example")
                ]),
                "{site}"
            );
        }
    }

    #[test]
    fn without_sec_fetch_site_the_origin_decides() {
        assert!(passes(&[("origin", "https://login.example")]));
        assert!(passes_at(
            "HTTPS://Login.Example:443/",
            &[("origin", "https://login.example")]
        ));
        for origin in [
            "null",
            "https://evil.example",
            "https://login.example.evil.example",
            "http://login.example",
            "https://login.example:8443",
            "",
        ] {
            assert!(
                !passes(&[("origin", origin), ("host", "login.example")]),
                "{origin}"
            );
        }
    }

    #[test]
    fn a_client_that_is_no_browser_passes() {
        assert!(passes(&[("host", "login.example")]));
    }
}
