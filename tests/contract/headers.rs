//! The headers by which a browser is told what it may not do with an answer.

use std::{
    collections::{HashMap, HashSet},
    fs,
};

use axum::{body::Body, http::Request};
use tempfile::TempDir;

use crate::support::{Answer, Process, TestServer, countersign};

const NO_PAGE: &str =
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What every answer carries, and that it has a policy without holes.
#[track_caller]
fn assert_guarded(what: &str, answer: &Answer) {
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(answer.header(name), Some(value), "{name} of {what}");
    }
    assert!(
        answer
            .header("permissions-policy")
            .unwrap()
            .contains("camera=()"),
        "{what}"
    );
    let policies: Vec<_> = answer
        .headers
        .get_all("content-security-policy")
        .iter()
        .collect();
    assert_eq!(policies.len(), 1, "{what}");
    let policy = directives(answer);
    assert_eq!(policy["default-src"], "'none'", "{what}");
    assert_eq!(policy["base-uri"], "'none'", "{what}");
    assert_eq!(policy["frame-ancestors"], "'none'", "{what}");
    assert!(
        !policies[0].to_str().unwrap().contains("unsafe-inline"),
        "{what}"
    );
    assert!(
        !policies[0].to_str().unwrap().contains("'unsafe-eval'"),
        "{what}"
    );
}

/// The directives of an answer's policy, by name.
fn directives(answer: &Answer) -> HashMap<String, String> {
    let policy = answer.header("content-security-policy").unwrap();
    let parts = policy.split("; ").map(|part| part.split_once(' ').unwrap());
    parts
        .map(|(name, sources)| (name.to_owned(), sources.to_owned()))
        .collect()
}

/// The nonce in the policy of a page.
fn nonce(page: &Answer) -> String {
    let scripts = &directives(page)["script-src"];
    let nonce = scripts
        .split("'nonce-")
        .nth(1)
        .and_then(|rest| rest.split('\'').next())
        .unwrap();
    nonce.to_owned()
}

/// Every tag that opens in a document.
fn tags(html: &str) -> impl Iterator<Item = &str> {
    html.split('<')
        .skip(1)
        .filter_map(|tag| tag.split('>').next())
        .filter(|tag| !tag.starts_with(['/', '!']))
}

/// One page of each kind.
async fn pages(server: &TestServer) -> Vec<(&'static str, Answer)> {
    let ada = server.ada().await;
    let wrong = [("username", "ada"), ("password", "wrong")];
    vec![
        ("the login page", server.get("/login").await),
        (
            "the login page that says goodbye",
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
async fn every_page_has_the_headers_and_a_policy_that_lets_only_its_own_scripts_run() {
    let server = TestServer::start().await;
    for (what, page) in pages(&server).await {
        assert_guarded(what, &page);
        let nonce = nonce(&page);
        assert!(nonce.len() >= 22, "128 bits, in base64");
        let policy = directives(&page);
        assert_eq!(
            policy["script-src"],
            format!("'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'"),
            "{what}"
        );
        for directive in [
            "style-src",
            "img-src",
            "connect-src",
            "manifest-src",
            "form-action",
        ] {
            assert_eq!(policy[directive], "'self'", "{directive} of {what}");
        }
        assert_eq!(policy["object-src"], "'none'", "{what}");
        let reported = page.header("content-security-policy-report-only").unwrap();
        assert!(
            reported.starts_with("require-trusted-types-for 'script'; trusted-types "),
            "{reported}"
        );
    }
}

#[tokio::test]
async fn every_script_of_a_page_carries_the_nonce_of_this_answer_and_nothing_else_can_run() {
    let server = TestServer::start().await;
    for (what, page) in pages(&server).await {
        let (html, nonce) = (page.text(), nonce(&page));
        let scripts: Vec<_> = tags(&html)
            .filter(|tag| tag.starts_with("script"))
            .collect();
        // What starts the wasm, and what the server knew of the visitor.
        assert!(scripts.len() >= 2, "{what}: {scripts:?}");
        for script in scripts {
            assert!(
                script.contains(&format!(r#" nonce="{nonce}""#)),
                "{what}: {script}"
            );
            assert!(!script.contains(" src="), "{what}: {script}");
        }
        for tag in tags(&html) {
            let mut attributes = tag.split_ascii_whitespace().skip(1);
            let inline = attributes
                .find(|attribute| attribute.starts_with("style=") || attribute.starts_with("on"));
            assert_eq!(inline, None, "{what}: {tag}");
            assert!(!tag.starts_with("style"), "{what}: {tag}");
        }
        assert!(!html.contains("javascript:"), "{what}");
    }
}

#[tokio::test]
async fn the_nonce_of_a_page_is_never_given_twice() {
    let server = TestServer::start().await;
    let mut seen = HashSet::new();
    for _ in 0..20 {
        for path in ["/login", "/no/such/page"] {
            let page = server.get(path).await;
            assert!(seen.insert(nonce(&page)), "{path}");
            assert_eq!(
                page.header("cache-control"),
                Some("no-store"),
                "what is kept is given twice"
            );
        }
    }
}

#[tokio::test]
async fn a_page_that_can_not_know_who_is_there_is_guarded_too() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    server.app.vault.close().await;
    let page = server.get_with_cookie("/dashboard", &ada.cookie).await;
    assert_eq!(page.status, 503);
    assert_guarded("the dashboard without its database", &page);
    assert_eq!(nonce(&page).len(), 22);
    let ready = server.get("/readyz").await;
    assert_eq!(ready.status, 503);
    assert_no_page("a failing probe", &ready);
}

#[track_caller]
fn assert_no_page(what: &str, answer: &Answer) {
    assert_guarded(what, answer);
    assert_eq!(
        answer.header("content-security-policy"),
        Some(NO_PAGE),
        "{what}"
    );
    assert_eq!(
        answer.header("content-security-policy-report-only"),
        None,
        "{what}"
    );
}

#[tokio::test]
async fn what_is_not_a_page_is_guarded_as_well_and_may_do_nothing_in_a_browser() {
    let files = [
        ("pkg/countersign.js", "export default 1"),
        ("favicon.svg", "<svg/>"),
    ];
    let server = TestServer::start_with_site(&files).await;
    let ada = server.ada().await;
    let icon = server.get("/favicon.svg").await;
    let account = [("username", "ada"), ("password", "analytical engine")];
    let long = "x".repeat(100_000);
    let typed = |kind: &str| {
        let request = Request::post("/api/login")
            .header("content-type", kind)
            .body(Body::from("username=a"));
        server.send(request.unwrap())
    };
    let foreign = Request::post("/login")
        .header("origin", "https://evil.example")
        .body(Body::empty())
        .unwrap();
    let not_modified =
        Request::get("/favicon.svg").header("if-none-match", icon.header("etag").unwrap());
    for (status, what, answer) in [
        (
            200,
            "a sign-in",
            server.post_form("/api/login", &account).await,
        ),
        (
            200,
            "a protected answer",
            server.post_with_token("/api/me", &ada.token).await,
        ),
        (200, "a probe", server.get("/healthz").await),
        (200, "the other probe", server.get("/readyz").await),
        (
            200,
            "the public keys",
            server.get("/.well-known/jwks.json").await,
        ),
        (200, "a script", server.get("/pkg/countersign.js").await),
        (200, "an icon", server.get("/favicon.svg").await),
        (
            200,
            "a sign-out",
            server.post_with_token("/api/logout", &ada.token).await,
        ),
        (303, "where to sign in", server.get("/dashboard").await),
        (
            303,
            "the plain sign-in",
            server.post_own_form("/login", &account, None).await,
        ),
        (
            303,
            "the plain sign-out",
            server.post_own_form("/logout", &[], None).await,
        ),
        (
            304,
            "an icon that is known already",
            server.send(not_modified.body(Body::empty()).unwrap()).await,
        ),
        (
            401,
            "a wrong password",
            server.try_log_in("ada", "wrong").await,
        ),
        (
            401,
            "a dead token",
            server.post_with_token("/api/me", &ada.token).await,
        ),
        (403, "a form of another site", server.send(foreign).await),
        (
            404,
            "no such function",
            server.post_form("/api/nothing", &[]).await,
        ),
        (405, "another method", server.get("/api/me").await),
        (
            405,
            "another method of a probe",
            server.post_form("/healthz", &[]).await,
        ),
        (413, "a huge body", server.try_log_in("ada", &long).await),
        (
            413,
            "a huge plain form",
            server
                .post_own_form("/login", &[("username", &long)], None)
                .await,
        ),
        (415, "another media type", typed("application/json").await),
        (
            422,
            "half a form",
            typed("application/x-www-form-urlencoded").await,
        ),
    ] {
        assert_eq!(answer.status, status, "{what}: {}", answer.text());
        assert_no_page(what, &answer);
    }
}

#[test]
fn the_answer_to_a_panic_is_guarded_and_says_nothing_of_it() {
    let data = TempDir::new().unwrap();
    let mut command = countersign(data.path());
    // Leptos panics over it, at each page.
    fs::write(
        data.path().join("site/pkg/__wasm_split_manifest.json"),
        "no JSON",
    )
    .unwrap();
    let server = Process::start(command.arg("serve"));
    let answer = server.get("/login");
    answer.assert_error(503, "unavailable");
    assert_no_page("a panic", &answer);
    let (_, log) = server.stop();
    assert!(log.contains("could not read manifest file"), "{log}");
}

#[tokio::test]
async fn only_a_server_that_is_reached_by_https_says_never_to_come_by_http_again() {
    for (url, expected) in [
        (
            "https://login.example",
            Some("max-age=31536000; includeSubDomains"),
        ),
        ("http://login.example", None),
        ("http://127.0.0.1:3000", None),
    ] {
        let server = TestServer::start_with(|settings| settings.public_url = url.to_owned()).await;
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
fn live_reload_has_its_socket_and_its_script_the_nonce() {
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
