//! Tests of the response headers that restrict what a browser may do with a response.

use std::{
    collections::{HashMap, HashSet},
    fs,
};

use axum::{body::Body, http::Request};
use tempfile::TempDir;

use crate::support::{Process, TestResponse, TestServer, countersign};

const NON_PAGE_POLICY: &str =
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Asserts the headers of every response, and a policy without unsafe sources.
#[track_caller]
fn assert_security_headers(label: &str, response: &TestResponse) {
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(response.header(name), Some(value), "{name} of {label}");
    }
    let is_page = response.header("content-type") == Some("text/html; charset=utf-8");
    let opener = response.header("cross-origin-opener-policy");
    assert_eq!(opener, is_page.then_some("same-origin"), "{label}");
    let features = response.header("permissions-policy");
    assert_eq!(
        features.is_some_and(|features| features.contains("camera=()")),
        is_page,
        "{label}"
    );
    let policies: Vec<_> = response
        .headers
        .get_all("content-security-policy")
        .iter()
        .collect();
    assert_eq!(policies.len(), 1, "{label}");
    let policy = directives(response);
    assert_eq!(policy["default-src"], "'none'", "{label}");
    assert_eq!(policy["base-uri"], "'none'", "{label}");
    assert_eq!(policy["frame-ancestors"], "'none'", "{label}");
    assert!(
        !policies[0].to_str().unwrap().contains("unsafe-inline"),
        "{label}"
    );
    assert!(
        !policies[0].to_str().unwrap().contains("'unsafe-eval'"),
        "{label}"
    );
}

/// The directives of the response's Content-Security-Policy, by name.
fn directives(response: &TestResponse) -> HashMap<String, String> {
    let policy = response.header("content-security-policy").unwrap();
    let parts = policy.split("; ").map(|part| part.split_once(' ').unwrap());
    parts
        .map(|(name, sources)| (name.to_owned(), sources.to_owned()))
        .collect()
}

/// The nonce in the Content-Security-Policy of a page.
fn nonce(page: &TestResponse) -> String {
    let scripts = &directives(page)["script-src"];
    let nonce = scripts
        .split("'nonce-")
        .nth(1)
        .and_then(|rest| rest.split('\'').next())
        .unwrap();
    nonce.to_owned()
}

/// Every opening tag of a document.
fn tags(html: &str) -> impl Iterator<Item = &str> {
    html.split('<')
        .skip(1)
        .filter_map(|tag| tag.split('>').next())
        .filter(|tag| !tag.starts_with(['/', '!']))
}

/// One page of each kind.
async fn pages(server: &TestServer) -> Vec<(&'static str, TestResponse)> {
    let ada = server.ada().await;
    let wrong = [("username", "ada"), ("password", "wrong")];
    vec![
        ("the login page", server.get("/login").await),
        (
            "the login page after signing out",
            server.get("/login?signed-out").await,
        ),
        (
            "the login page with an error",
            server.post_own_form("/login", &wrong, None).await,
        ),
        (
            "the dashboard",
            server.get_with_cookie("/dashboard", &ada.cookie).await,
        ),
        ("the 404 page", server.get("/no/such/page").await),
    ]
}

#[tokio::test]
async fn every_page_has_the_security_headers_and_a_policy_that_allows_only_its_own_scripts() {
    let server = TestServer::start().await;
    for (label, page) in pages(&server).await {
        assert_security_headers(label, &page);
        let nonce = nonce(&page);
        assert!(
            nonce.len() >= 22,
            "a nonce has at least 128 bits, in base64"
        );
        let policy = directives(&page);
        assert_eq!(
            policy["script-src"],
            format!("'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'"),
            "{label}"
        );
        for directive in [
            "style-src",
            "img-src",
            "connect-src",
            "manifest-src",
            "form-action",
        ] {
            assert_eq!(policy[directive], "'self'", "{directive} of {label}");
        }
        assert_eq!(policy["object-src"], "'none'", "{label}");
        let reported = page.header("content-security-policy-report-only").unwrap();
        assert!(
            reported.starts_with("require-trusted-types-for 'script'; trusted-types "),
            "{reported}"
        );
    }
}

#[tokio::test]
async fn every_script_has_the_nonce_of_its_response_and_no_other_inline_code_exists() {
    let server = TestServer::start().await;
    for (label, page) in pages(&server).await {
        let (html, nonce) = (page.text(), nonce(&page));
        let scripts: Vec<_> = tags(&html)
            .filter(|tag| tag.starts_with("script"))
            .collect();
        // One script starts the wasm, and one passes on the authentication state of the render.
        assert!(scripts.len() >= 2, "{label}: {scripts:?}");
        for script in scripts {
            assert!(
                script.contains(&format!(r#" nonce="{nonce}""#)),
                "{label}: {script}"
            );
            assert!(!script.contains(" src="), "{label}: {script}");
        }
        for tag in tags(&html) {
            let mut attributes = tag.split_ascii_whitespace().skip(1);
            let inline = attributes
                .find(|attribute| attribute.starts_with("style=") || attribute.starts_with("on"));
            assert_eq!(inline, None, "{label}: {tag}");
            assert!(!tag.starts_with("style"), "{label}: {tag}");
        }
        assert!(!html.contains("javascript:"), "{label}");
    }
}

#[tokio::test]
async fn no_nonce_is_used_twice() {
    let server = TestServer::start().await;
    let mut seen = HashSet::new();
    for _ in 0..20 {
        for path in ["/login", "/no/such/page"] {
            let page = server.get(path).await;
            assert!(seen.insert(nonce(&page)), "{path}");
            assert_eq!(
                page.header("cache-control"),
                Some("no-store, no-transform"),
                "a cached page would reuse its nonce"
            );
        }
    }
}

#[tokio::test]
async fn the_503_responses_of_a_failed_database_have_the_security_headers() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    server.app.auth.close().await;
    let page = server.get_with_cookie("/dashboard", &ada.cookie).await;
    assert_eq!(page.status, 503);
    assert_security_headers("the dashboard without its database", &page);
    assert_eq!(nonce(&page).len(), 22);
    let ready = server.get("/readyz").await;
    assert_eq!(ready.status, 503);
    assert_non_page_headers("a failing probe", &ready);
}

#[track_caller]
fn assert_non_page_headers(label: &str, response: &TestResponse) {
    assert_security_headers(label, response);
    assert_eq!(
        response.header("content-security-policy"),
        Some(NON_PAGE_POLICY),
        "{label}"
    );
    assert_eq!(
        response.header("content-security-policy-report-only"),
        None,
        "{label}"
    );
}

#[tokio::test]
async fn responses_other_than_pages_have_the_security_headers_and_a_policy_that_allows_nothing() {
    let files = [
        ("pkg/countersign.js", "export default 1"),
        ("favicon.svg", "<svg/>"),
    ];
    let server = TestServer::start_with_site(&files).await;
    let ada = server.ada().await;
    let icon = server.get("/favicon.svg").await;
    let account = [("username", "ada"), ("password", "analytical engine")];
    let foreign = Request::post("/login")
        .header("origin", "https://evil.example")
        .body(Body::empty())
        .unwrap();
    let not_modified = Request::get("/favicon.svg")
        .header("if-none-match", icon.header("etag").unwrap())
        .body(Body::empty())
        .unwrap();
    let check = |status: u16, label: &str, response: TestResponse| {
        assert_eq!(response.status, status, "{label}: {}", response.text());
        assert_non_page_headers(label, &response);
    };
    for path in ["/healthz", "/readyz", "/.well-known/jwks.json"] {
        check(200, path, server.get(path).await);
    }
    for path in ["/pkg/countersign.js", "/favicon.svg"] {
        check(200, path, server.get(path).await);
    }
    let unchanged = server.send(not_modified).await;
    check(304, "an icon that has not changed", unchanged);
    let sign_in = server.post_form("/api/login", &account).await;
    check(200, "a sign-in", sign_in);
    let me = server.post_with_token("/api/me", &ada.token).await;
    check(200, "a response of a protected route", me);
    let sign_out = server.post_with_token("/api/logout", &ada.token).await;
    check(200, "a sign-out", sign_out);
    let revoked = server.post_with_token("/api/me", &ada.token).await;
    check(401, "a revoked token", revoked);
    let to_login = server.get("/dashboard").await;
    check(303, "a redirect to the login page", to_login);
    let plain_sign_in = server.post_own_form("/login", &account, None).await;
    check(303, "the plain sign-in", plain_sign_in);
    let plain_sign_out = server.post_own_form("/logout", &[], None).await;
    check(303, "the plain sign-out", plain_sign_out);
    let wrong = server.try_log_in("ada", "wrong").await;
    check(401, "a wrong password", wrong);
    check(403, "a form of another site", server.send(foreign).await);
}

#[tokio::test]
async fn requests_that_are_refused_as_malformed_get_the_same_headers() {
    let server = TestServer::start().await;
    let long_name = "x".repeat(100_000);
    let login_with_content_type = |kind: &str| {
        let request = Request::post("/api/login")
            .header("content-type", kind)
            .body(Body::from("username=a"));
        server.send(request.unwrap())
    };
    let check = |status: u16, label: &str, response: TestResponse| {
        assert_eq!(response.status, status, "{label}: {}", response.text());
        assert_non_page_headers(label, &response);
    };
    let unknown = server.post_form("/api/nothing", &[]).await;
    check(404, "an unknown server function", unknown);
    check(405, "a wrong method", server.get("/api/login").await);
    let probe = server.post_form("/healthz", &[]).await;
    check(405, "a wrong method for a probe", probe);
    let huge = server.try_log_in("ada", &long_name).await;
    check(413, "a huge body", huge);
    let fields = [("username", long_name.as_str())];
    let huge_form = server.post_own_form("/login", &fields, None).await;
    check(413, "a huge plain form", huge_form);
    let json = login_with_content_type("application/json").await;
    check(415, "a wrong media type", json);
    let incomplete = login_with_content_type("application/x-www-form-urlencoded").await;
    check(422, "an incomplete form", incomplete);
}

#[test]
fn the_response_to_a_panic_has_the_security_headers_and_no_details() {
    let data = TempDir::new().unwrap();
    let mut command = countersign(data.path());
    // Leptos panics on every page when it can't parse this file.
    fs::write(
        data.path().join("site/pkg/__wasm_split_manifest.json"),
        "no JSON",
    )
    .unwrap();
    let server = Process::start(command.arg("serve"));
    let response = server.get("/login");
    response.assert_error(503, "unavailable");
    assert_non_page_headers("a panic", &response);
    let (_, log) = server.stop();
    assert!(log.contains("could not read manifest file"), "{log}");
}

#[tokio::test]
async fn hsts_is_sent_only_with_an_https_public_url() {
    let (alone, all) = ("max-age=31536000", "max-age=31536000; includeSubDomains");
    for (url, with_subdomains, expected) in [
        ("https://login.example", false, Some(alone)),
        ("HTTPS://Login.Example:443/", false, Some(alone)),
        ("https://login.example", true, Some(all)),
        ("http://login.example", true, None),
        ("https://localhost", true, None),
        ("https://127.0.0.1:8443", true, None),
        ("https://app.localhost", true, None),
    ] {
        let server = TestServer::start_with(|settings| {
            settings.public.url = url.to_owned();
            settings.public.hsts_include_subdomains = with_subdomains;
        })
        .await;
        for path in [
            "/login",
            "/dashboard",
            "/healthz",
            "/api/me",
            "/no/such/page",
        ] {
            assert_eq!(
                server.get(path).await.header("strict-transport-security"),
                expected,
                "{url}{path}"
            );
        }
    }
}

#[test]
fn live_reload_may_open_its_socket_and_its_script_has_the_nonce() {
    let data = TempDir::new().unwrap();
    let watched = Process::start(
        countersign(data.path())
            .arg("serve")
            .env("LEPTOS_WATCH", "ON"),
    );
    let page = watched.get("/login");
    assert_eq!(directives(&page)["connect-src"], "'self' ws: wss:");
    let (html, nonce) = (page.text(), nonce(&page));
    let reload = &html[..html.find("live_reload").unwrap()];
    assert!(
        reload[reload.rfind("<script").unwrap()..].contains(&nonce),
        "{reload}"
    );
}
