use axum::http::{HeaderMap, header};

/// Whether a request that changes something may have been sent by a page of ours (OWASP ASVS 3.5.1): by what the
/// browser says of where it comes from. What says nothing is no browser, and has no cookies that anyone could ride on.
#[must_use]
pub fn is_same_origin(headers: &HeaderMap, public_url: &str) -> bool {
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
    // Without https, browsers leave Sec-Fetch-Site out; then the host that was asked is this server's. With https, a page
    // that came without it is none of ours, whatever its host: somebody between may have written it.
    origin == public_url
        || origin.split_once("://").is_some_and(|(scheme, authority)| {
            host == Some(authority)
                && public_url
                    .split_once("://")
                    .is_some_and(|(ours, _)| scheme == ours)
        })
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
    fn what_a_browser_says_of_itself_decides() {
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
    fn an_older_browser_is_judged_by_its_origin() {
        assert!(passes(&[("origin", "https://login.example")]));
        let local = [
            ("origin", "http://127.0.0.1:3000"),
            ("host", "127.0.0.1:3000"),
        ];
        assert!(passes_at("http://login.example", &local));
        assert!(
            !passes(&local),
            "with https, what came without it is foreign"
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
    fn what_is_no_browser_passes() {
        assert!(passes(&[("host", "login.example")]));
    }
}
