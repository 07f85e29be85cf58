use axum::{
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::Response,
};
use tower_http::services::ServeDir;

/// A file whose name holds the hash of its content never changes.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// Other files may change with the next release, and are asked for again.
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");
/// Pages and answers are about one person at one moment (OWASP ASVS 14.3.2).
const NEVER: HeaderValue = HeaderValue::from_static("no-store");

/// Serves the built site, in the precompressed form that the browser takes.
pub fn site_files(root: &str) -> ServeDir {
    ServeDir::new(root).precompressed_br().precompressed_gzip().append_index_html_on_directories(false)
}

/// Tells browsers and caches what they may keep: hashed files for ever, other files after asking, nothing else.
pub async fn set_cache_control(request: Request, next: Next) -> Response {
    let hashed = has_hash(request.uri().path());
    let mut response = next.run(request).await;
    let is_file = response.headers().contains_key(header::LAST_MODIFIED);
    let found = response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED;
    let rule = match (is_file && found, hashed) {
        (true, true) => FOR_EVER,
        (true, false) => ASK_AGAIN,
        (false, _) => NEVER,
    };
    response.headers_mut().insert(header::CACHE_CONTROL, rule);
    response
}

/// `/pkg/name.HASH.ext`, as cargo-leptos names files: 22 characters of base64.
fn has_hash(path: &str) -> bool {
    let mut parts = path.strip_prefix("/pkg/").unwrap_or_default().rsplit('.').skip(1);
    parts.next().is_some_and(|hash| hash.len() == 22)
}

#[cfg(test)]
mod tests {
    use super::has_hash;

    #[test]
    fn only_a_hashed_name_is_for_ever() {
        assert!(has_hash("/pkg/countersign.KYl0tOgq_lmvXMCI6zqJuA.css"));
        for path in ["/pkg/countersign.css", "/favicon.svg", "/", "/pkg/", "/a.KYl0tOgq_lmvXMCI6zqJuA.css"] {
            assert!(!has_hash(path), "{path}");
        }
    }
}
