//! Tests of the headers of responses of the application.

use std::path::Path;

use axum::{
    body::Body,
    http::{Method, Request},
};

use super::{send, start};

#[tokio::test]
async fn every_answer_of_the_host_has_the_security_headers() {
    let server = start().await;
    for (method, path) in [
        (Method::GET, "/echo"),
        (Method::POST, "/anybody"),
        (Method::GET, "/host/list"),
        (Method::GET, "/no-such-page"),
        (Method::OPTIONS, "/anybody"),
    ] {
        let response = send(&server, method, path, &[]).await;
        assert_eq!(
            response.header("x-content-type-options"),
            Some("nosniff"),
            "{path}"
        );
        assert!(
            response.header("content-security-policy").is_some(),
            "{path}"
        );
        assert!(
            response
                .header("cache-control")
                .unwrap()
                .starts_with("no-store"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn the_host_adds_to_the_policy_of_its_pages_and_to_no_other() {
    let server = start().await;
    let ada = server.ada().await;
    for path in ["/notes", "/", "/no-such-page"] {
        let page = server.get_with_cookie(path, &ada.cookie).await;
        let policy = page.header("content-security-policy").unwrap();
        let directives: Vec<_> = policy.split("; ").collect();
        assert!(
            directives.contains(&"img-src 'self' https://images.example"),
            "{path}: {policy}"
        );
        assert!(
            directives.contains(&"frame-src https://frames.example"),
            "{path}: {policy}"
        );
        assert!(policy.contains("script-src 'nonce-"), "{path}: {policy}");
        assert!(!policy.contains("other.example"), "{path}: {policy}");
    }
    for path in ["/echo", "/api/me"] {
        let other = server.get(path).await;
        let policy = other.header("content-security-policy").unwrap();
        assert!(!policy.contains("https:"), "{path}: {policy}");
    }
}

#[tokio::test]
async fn files_of_the_host_are_kept_and_asked_for_again() {
    let server = start().await;
    let site = Path::new(&*server.settings.leptos.site_root).join("pkg");
    std::fs::create_dir_all(&site).unwrap();
    std::fs::write(site.join("host.css"), "body{}").unwrap();
    let file = server.get("/pkg/host.css").await;
    assert_eq!((file.status.as_u16(), &*file.text()), (200, "body{}"));
    assert_eq!(file.header("cache-control"), Some("private, no-cache"));
    let date = file.header("last-modified").unwrap();
    let request = Request::get("/pkg/host.css").header("if-modified-since", date);
    let again = server.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(again.status, 304);
}

#[tokio::test]
async fn a_pending_logout_is_finished_by_any_page_and_the_answer_is_not_cached() {
    let server = start().await;
    let ada = server.ada().await;
    let cookies = format!("{}; countersign-pending-logout=1", ada.cookie);
    // The answer for a file may come when the next user has signed in.
    for (name, value) in [("sec-fetch-mode", "cors"), ("accept", "*/*")] {
        for path in ["/echo", "/download"] {
            let headers = [("cookie", &*cookies), (name, value)];
            let response = send(&server, Method::GET, path, &headers).await;
            let status = if path == "/echo" { 200 } else { 401 };
            assert_eq!(response.status, status);
            assert_eq!(response.header("set-cookie"), None);
            assert_eq!(response.header("clear-site-data"), None);
        }
    }
    ada.assert_accepted(&server).await;
    let response = server.get_with_cookie("/echo", &cookies).await;
    assert_eq!(response.status, 200);
    assert_eq!(response.header("cache-control"), Some("no-store"));
    assert_eq!(response.header("clear-site-data"), Some("\"storage\""));
    ada.assert_refused(&server).await;
}
