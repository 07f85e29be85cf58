use axum::http::{HeaderMap, header};

/// Whether a request that changes something may have been sent by a page of ours (OWASP ASVS 3.5.1): by what the
/// browser says of where it comes from. What says nothing is no browser, and has no cookies that anyone could ride on.
#[must_use]
pub fn is_same_origin(headers: &HeaderMap, public_url: &str) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return site == "same-origin";
    }
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let Ok(origin) = origin.to_str() else { return false };
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    // Without https, browsers leave Sec-Fetch-Site out; then the host that was asked is this server's.
    origin == public_url || origin.split_once("://").is_some_and(|(_, authority)| host == Some(authority))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passes(pairs: &[(&'static str, &str)]) -> bool {
        let headers = pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        is_same_origin(&headers, "https://login.example")
    }

    #[test]
    fn what_a_browser_says_of_itself_decides() {
        assert!(passes(&[("sec-fetch-site", "same-origin")]));
        for site in ["cross-site", "same-site", "none", ""] {
            assert!(!passes(&[("sec-fetch-site", site)]), "{site}");
            assert!(!passes(&[("sec-fetch-site", site), ("origin", "https://login.example")]), "{site}");
        }
    }

    #[test]
    fn an_older_browser_is_judged_by_its_origin() {
        assert!(passes(&[("origin", "https://login.example")]));
        assert!(passes(&[("origin", "http://127.0.0.1:3000"), ("host", "127.0.0.1:3000")]));
        for origin in ["null", "https://evil.example", "https://login.example.evil.example", "http://login.example", ""]
        {
            assert!(!passes(&[("origin", origin), ("host", "login.example:8443")]), "{origin}");
        }
    }

    #[test]
    fn what_is_no_browser_passes() {
        assert!(passes(&[("host", "login.example")]));
    }
}
