use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

use super::HttpSettings;

/// For responses that are not pages: nothing may run, load, be sent or be framed.
const NO_PAGE: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);
/// Reported in the console of whoever works on the pages, and not enforced (ADR 6).
const TRUSTED_TYPES: HeaderValue =
    HeaderValue::from_static("require-trusted-types-for 'script'; trusted-types 'none'");
/// Has the browser delete what the site has stored in it (OWASP ASVS 14.3.1).
pub(super) const CLEAR_STORAGE: HeaderValue = HeaderValue::from_static("\"storage\"");
/// A year, the minimum of ASVS 3.4.1.
const HTTPS_ONLY: HeaderValue = HeaderValue::from_static("max-age=31536000");
const HTTPS_ONLY_WITH_SUBDOMAINS: HeaderValue =
    HeaderValue::from_static("max-age=31536000; includeSubDomains");
/// Responses are about one person at one time (OWASP ASVS 14.3.2). Files set their own.
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
/// A page must also reach the browser as it was rendered: the wasm takes over exactly that.
pub(super) const NO_STORE_NO_TRANSFORM: HeaderValue =
    HeaderValue::from_static("no-store, no-transform");
/// Features that the pages never use, and that could tell something about the user. Browsers warn
/// about names that they don't know, so only common ones are listed.
const NO_FEATURES: HeaderValue = HeaderValue::from_static(
    "accelerometer=(), camera=(), clipboard-read=(), display-capture=(), geolocation=(), \
     gyroscope=(), hid=(), idle-detection=(), magnetometer=(), microphone=(), midi=(), \
     serial=(), usb=(), xr-spatial-tracking=()",
);

/// The headers of every response (OWASP ASVS 3.4). Those that are for documents only are sent with
/// pages: they have no effect elsewhere, and each file of a first visit would pay for them.
const EVERY_RESPONSE: [(HeaderName, HeaderValue); 5] = [
    (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
    // With `no-referrer`, a plain form would be sent with `Origin: null` and refused as foreign.
    (
        header::REFERRER_POLICY,
        HeaderValue::from_static("same-origin"),
    ),
    // For the public keys too: other services fetch them without a browser.
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (header::CONTENT_SECURITY_POLICY, NO_PAGE),
    (header::CACHE_CONTROL, NO_STORE),
];

pub(super) fn for_every_response(settings: &HttpSettings) -> HeaderMap {
    let mut headers = HeaderMap::from_iter(EVERY_RESPONSE);
    let public_url = settings.public_url.as_ref();
    // A browser would apply it to every server that a developer runs on localhost.
    if public_url.is_some_and(|url| url.is_https() && !url.is_loopback()) {
        let value = if settings.hsts_include_subdomains {
            HTTPS_ONLY_WITH_SUBDOMAINS
        } else {
            HTTPS_ONLY
        };
        headers.insert(header::STRICT_TRANSPORT_SECURITY, value);
    }
    headers
}

/// The headers of a page. `policy` is its content security policy.
#[must_use]
pub(super) fn for_page(policy: &str) -> [(HeaderName, HeaderValue); 4] {
    let policy = HeaderValue::from_str(policy).unwrap_or(NO_PAGE);
    [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::CONTENT_SECURITY_POLICY_REPORT_ONLY, TRUSTED_TYPES),
        (HeaderName::from_static("permissions-policy"), NO_FEATURES),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            HeaderValue::from_static("same-origin"),
        ),
    ]
}
