use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

/// What is not a page runs nothing, loads nothing, sends nothing and stands in no frame.
const NO_PAGE: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);
/// Seen by whoever works on the pages, in the console, and enforced by nobody: see ADR 6.
const TRUSTED_TYPES: HeaderValue =
    HeaderValue::from_static("require-trusted-types-for 'script'; trusted-types 'none'");
/// A year, which is the least that ASVS 3.4.1 asks for.
const HTTPS_ONLY: HeaderValue = HeaderValue::from_static("max-age=31536000; includeSubDomains");
/// What the pages never ask a user for. Browsers complain about names that they don't know, so only common ones.
const NO_DEVICES: HeaderValue = HeaderValue::from_static(
    "accelerometer=(), autoplay=(), camera=(), clipboard-read=(), display-capture=(), \
     encrypted-media=(), fullscreen=(), geolocation=(), gyroscope=(), hid=(), idle-detection=(), magnetometer=(), \
     microphone=(), midi=(), payment=(), picture-in-picture=(), screen-wake-lock=(), serial=(), usb=(), \
     xr-spatial-tracking=()",
);

/// The headers of every answer (OWASP ASVS 3.4), whatever it is: a page, a file, an error, a 303.
const EVERYWHERE: [(HeaderName, HeaderValue); 5] = [
    (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
    // Not `no-referrer`: with it, a plain form would be sent with `Origin: null`, and be refused as foreign.
    (
        header::REFERRER_POLICY,
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    // The public keys too: other services fetch them without a browser, which alone looks at this.
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (HeaderName::from_static("permissions-policy"), NO_DEVICES),
];

/// The headers that tell a browser what not to do with an answer. A page brings its own policy along, in place of this one.
pub(super) fn of_every_answer(public_url: &str) -> HeaderMap {
    let mut headers = HeaderMap::from_iter(EVERYWHERE);
    headers.insert(header::CONTENT_SECURITY_POLICY, NO_PAGE);
    if public_url.starts_with("https:") {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HTTPS_ONLY);
    }
    headers
}

/// The policy of a page: the scripts that carry this answer's nonce and what they load, wasm, and otherwise only what
/// comes from here (OWASP ASVS 3.4.3). `live_reload` lets `make dev` have its socket.
#[must_use]
pub fn page_policy(nonce: &str, live_reload: bool) -> [(HeaderName, HeaderValue); 2] {
    let sockets = if live_reload { " ws: wss:" } else { "" };
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self'; connect-src 'self'{sockets}; manifest-src 'self'; object-src 'none'; base-uri 'none'; \
         form-action 'self'; frame-ancestors 'none'"
    );
    [
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_str(&policy).unwrap_or(NO_PAGE),
        ),
        (header::CONTENT_SECURITY_POLICY_REPORT_ONLY, TRUSTED_TYPES),
    ]
}
