use axum::http::{HeaderMap, header};

/// Whether a request that changes something was sent by a page of this site, or by no browser at
/// all (OWASP ASVS 3.5.1). A request with neither header comes from no browser, so it carries no
/// cookies that another site could abuse.
#[must_use]
pub(super) fn is_same_origin(headers: &HeaderMap, public_url: &str) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return site == "same-origin";
    }
    let Some(origin) = headers.get(header::ORIGIN) else {
        return true;
    };
    let Ok(origin) = origin.to_str() else {
        return false;
    };
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    // Without https, browsers omit Sec-Fetch-Site; then the requested host is this server's. With
    // https, a page that came without it is foreign: somebody in between may have written it.
    let is_host = |origin: &str| {
        let (scheme, authority) = origin.split_once("://")?;
        let (ours, _) = public_url.split_once("://")?;
        Some(host == Some(authority) && scheme == ours)
    };
    origin == public_url || is_host(origin).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passes_at(public_url: &str, pairs: &[(&'static str, &str)]) -> bool {
        let headers = pairs
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect();
        is_same_origin(&headers, public_url)
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
        let local = [
            ("origin", "http://127.0.0.1:3000"),
            ("host", "127.0.0.1:3000"),
        ];
        assert!(passes_at("http://login.example", &local));
        assert!(
            !passes(&local),
            "with https, an origin without it is foreign"
        );
        assert!(passes(&[
            ("origin", "https://other.example"),
            ("host", "other.example")
        ]));
        for origin in [
            "null",
            "https://evil.example",
            "https://login.example.evil.example",
            "http://login.example",
            "",
        ] {
            assert!(
                !passes(&[("origin", origin), ("host", "login.example:8443")]),
                "{origin}"
            );
        }
    }

    #[test]
    fn a_client_that_is_no_browser_passes() {
        assert!(passes(&[("host", "login.example")]));
    }
}
