use std::sync::Once;

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};

use super::{
    HttpSettings, Origin, bearer::bearer_token, edge_state::EdgeState,
    error_response::error_response,
};
use crate::{
    auth::{AuthService, Expiry},
    domain::AuthError,
};

/// What opens a session or takes a cookie. A token is no reason to accept these from another site.
const WITHOUT_TOKEN: [&str; 2] = ["/api/login", "/api/refresh"];
/// Accepts expired tokens (RFC 7009 §2.2).
const LOGOUT: &str = "/api/logout";

/// Has `next` answer a request that a page of this site has sent, or no browser. A request from
/// another site is refused, unless it acts by a token: then it acts on the session of this token
/// alone, and its cookies are neither read nor set.
pub(super) async fn check_site(
    state: &EdgeState,
    mut request: Request,
    next: impl AsyncFnOnce(Request) -> Response,
) -> Response {
    if is_own(request.headers(), &state.settings) {
        return next(request).await;
    }
    if !acts_by_token(&request, &state.auth) {
        log_refusal(request.headers());
        let token_was_sent = request.headers().contains_key(header::AUTHORIZATION);
        return error_response(&AuthError::CrossSite, token_was_sent);
    }
    request.headers_mut().remove(header::COOKIE);
    let mut response = next(request).await;
    response.headers_mut().remove(header::SET_COOKIE);
    response.headers_mut().remove("clear-site-data");
    response
}

/// Whether a page of this site has sent a request, or no browser. Also notices https in front of a
/// server that does not know of it.
pub(super) fn is_own(headers: &HeaderMap, settings: &HttpSettings) -> bool {
    warn_of_https_outside(headers, settings);
    is_same_origin(headers, &settings.allowed_origins)
}

/// How much of a header is logged. The origins of most sites have fewer bytes.
const MAX_LOGGED_BYTES: usize = 200;

/// Says which of the two headers was the reason. Neither is secret.
pub(super) fn log_refusal(headers: &HeaderMap) {
    let text = |name: &str| {
        let escaped = headers.get(name)?.as_bytes().escape_ascii();
        Some(
            escaped
                .take(MAX_LOGGED_BYTES)
                .map(char::from)
                .collect::<String>(),
        )
    };
    let reason = if headers.contains_key("sec-fetch-site") {
        "Sec-Fetch-Site is not same-origin"
    } else {
        "Origin is neither public.url nor, if that is empty, the address listened on"
    };
    let (origin, sec_fetch_site) = (text("origin"), text("sec-fetch-site"));
    tracing::info!(
        reason,
        origin,
        sec_fetch_site,
        "refused a cross-site request"
    );
}

/// Whether a request acts by an access token of this server, which a page of another site can't
/// add by itself: it comes from a proxy or service that passes on the headers of a browser.
fn acts_by_token(request: &Request, auth: &AuthService) -> bool {
    let path = request.uri().path();
    let expiry = if path == LOGOUT {
        Expiry::Ignored
    } else {
        Expiry::Enforced
    };
    !WITHOUT_TOKEN.contains(&path)
        && bearer_token(request.headers()).is_some_and(|token| auth.verifies(&token, expiry))
}

/// Whether a request was sent by a page of this site, or by no browser at all (OWASP ASVS 3.5.1). A
/// request with neither header comes from no browser, so it carries no cookies that another site
/// could abuse.
///
/// Browsers send `Sec-Fetch-Site` to https and to loopback addresses only. Without it, the origin
/// has to be one of this server's. It is never compared with `Host`, which is the attacker's own in
/// a DNS rebinding attack.
#[must_use]
fn is_same_origin(headers: &HeaderMap, allowed: &[Origin]) -> bool {
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
fn warn_of_https_outside(headers: &HeaderMap, settings: &HttpSettings) {
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
