//! Tests of the cross-site check (`Sec-Fetch-Site` and `Origin`).

use std::time::Duration;

use axum::{body::Body, http::Request};

use crate::support::{Process, SlowClient, TestResponse, TestServer, data_dir_with_ada, form};

const CHECKED_ROUTES: [&str; 9] = [
    "/api/revoke_session",
    "/api/revoke_other_sessions",
    "/api/login",
    "/api/refresh",
    "/api/logout",
    "/api/sessions",
    "/api/events",
    "/login",
    "/logout",
];

async fn post(
    server: &TestServer,
    path: &str,
    cookie: &str,
    headers: &[(&str, &str)],
) -> TestResponse {
    let mut request = Request::post(path)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("cookie", cookie);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let fields = form(&[("username", "ada"), ("password", "analytical engine")]);
    server.send(request.body(Body::from(fields)).unwrap()).await
}

#[tokio::test]
async fn cross_site_requests_are_refused_on_every_route_and_change_nothing() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    for headers in [
        &[("sec-fetch-site", "cross-site")][..],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "none")],
        &[
            ("sec-fetch-site", "cross-site"),
            ("origin", "http://127.0.0.1:3000"),
        ],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[("origin", "http://127.0.0.1:3000.evil.example")],
        // A name that an attacker has resolve to this server (DNS rebinding).
        &[("origin", "http://evil.example"), ("host", "evil.example")],
        &[("origin", "http://127.0.0.1"), ("host", "127.0.0.1")],
    ] {
        for path in CHECKED_ROUTES {
            let response = post(&server, path, &ada.cookie, headers).await;
            response.assert_error(403, "cross_site");
            assert_eq!(response.cookie(), None, "{path}");
        }
    }
    ada.assert_accepted(&server).await;
    assert_eq!(
        server.app.auth.hashes_computed(),
        2,
        "only adding ada and signing her in computed a hash"
    );
}

#[tokio::test]
async fn api_me_ignores_the_cookie_and_accepts_the_token_from_any_site() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    for headers in [
        ("sec-fetch-site", "cross-site"),
        ("origin", "https://evil.example"),
    ] {
        let by_cookie = post(&server, "/api/me", &ada.cookie, &[headers]).await;
        by_cookie.assert_error(401, "invalid_token");
        let token = format!("Bearer {}", ada.token);
        let authorization = ("authorization", token.as_str());
        let by_token = post(&server, "/api/me", "", &[headers, authorization]).await;
        assert_eq!(by_token.status, 200);
        assert_eq!(by_token.cookie(), None);
    }
}

#[tokio::test]
async fn requests_from_this_site_or_from_no_browser_are_accepted() {
    let server = TestServer::start().await;
    server.add_user("ada", "analytical engine").await;
    for headers in [
        &[("sec-fetch-site", "same-origin")][..],
        &[("origin", "http://127.0.0.1:3000")],
        &[],
    ] {
        assert_eq!(
            post(&server, "/api/login", "", headers).await.status,
            200,
            "{headers:?}"
        );
        assert_eq!(
            post(&server, "/login", "", headers).await.status,
            303,
            "{headers:?}"
        );
    }
}

#[tokio::test]
async fn get_requests_change_nothing() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    for path in ["/logout", "/api/logout", "/api/refresh"] {
        let response = server.get_with_cookie(path, &ada.cookie).await;
        assert_eq!(response.status, 405, "{path}");
    }
    ada.assert_accepted(&server).await;
}

#[tokio::test]
async fn a_refused_origin_gets_a_message_that_names_the_setting() {
    let server = TestServer::start().await;
    let lan = [
        ("origin", "http://192.168.1.5:3000"),
        ("host", "192.168.1.5:3000"),
    ];
    let refused = post(&server, "/api/login", "", &lan).await;
    refused.assert_error(403, "cross_site");
    assert!(refused.text().contains("public.url"), "{}", refused.text());
}

#[tokio::test]
async fn with_a_public_url_only_its_pages_may_send_forms_in_whatever_spelling_it_is_set() {
    let url = "HTTPS://Login.Example:443/";
    let server = TestServer::start_with(|settings| settings.public.url = url.to_owned()).await;
    server.add_user("ada", "analytical engine").await;
    let ours = post(
        &server,
        "/api/login",
        "",
        &[("origin", "https://login.example")],
    )
    .await;
    assert_eq!(ours.status, 200);
    let cookie = ours.header("set-cookie").unwrap();
    assert!(
        cookie.starts_with("__Host-") && cookie.contains("Secure"),
        "{cookie}"
    );
    for origin in [
        "http://login.example",
        "http://127.0.0.1:3000",
        "https://evil.example",
    ] {
        let headers = [("origin", origin), ("host", "login.example")];
        let refused = post(&server, "/api/login", "", &headers).await;
        refused.assert_error(403, "cross_site");
    }
}

/// Proxies and other services pass on the headers of the browser whose request they handle.
#[tokio::test]
async fn a_token_is_accepted_from_any_site_for_its_own_session_and_without_cookies() {
    let server = TestServer::start().await;
    let account = server.add_user("ada", "analytical engine").await;
    let (first, second) = (server.log_in(&account).await, server.log_in(&account).await);
    let token = format!("Bearer {}", first.token);
    let headers = [
        ("sec-fetch-site", "cross-site"),
        ("authorization", token.as_str()),
    ];
    let listed = post(&server, "/api/sessions", &second.cookie, &headers).await;
    assert_eq!(listed.status, 200);
    for path in ["/api/login", "/api/refresh", "/login", "/logout"] {
        let refused = post(&server, path, &second.cookie, &headers).await;
        refused.assert_error(403, "cross_site");
    }
    server.pass_seconds(901);
    let expired = post(&server, "/api/sessions", &second.cookie, &headers).await;
    expired.assert_error(403, "cross_site");
    let ended = post(&server, "/api/logout", &second.cookie, &headers).await;
    assert_eq!(ended.status, 200);
    assert_eq!(
        (ended.header("set-cookie"), ended.header("clear-site-data")),
        (None, None)
    );
    first.assert_over(&server).await;
    assert_eq!(server.refresh(&second.cookie).await.status, 200);
}

#[tokio::test]
async fn what_is_no_token_of_this_server_passes_no_cross_site_check() {
    let (server, other) = (TestServer::start().await, TestServer::start().await);
    let (ada, foreign) = (server.ada().await, other.ada().await);
    for authorization in [
        "Basic YWRhOmVuZ2luZQ==".to_owned(),
        "Bearer x".to_owned(),
        "Bearer ".to_owned(),
        format!("Bearer {}", foreign.token),
        format!("Bearer {}x", ada.token),
    ] {
        for path in CHECKED_ROUTES {
            let headers = [
                ("origin", "https://evil.example"),
                ("authorization", &*authorization),
            ];
            let refused = post(&server, path, &ada.cookie, &headers).await;
            refused.assert_error(403, "cross_site");
        }
    }
    ada.assert_accepted(&server).await;
}

#[test]
fn https_in_front_of_an_http_public_url_is_logged_once_with_the_setting() {
    let data = data_dir_with_ada();
    let server = Process::serve(data.path());
    for _ in 0..3 {
        let mut client = SlowClient::connect(&server);
        client.write(
            b"POST /api/logout HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\nx-forwarded-proto: https\r\n\r\n",
        );
        assert!(client.response_within(Duration::from_secs(10)).is_some());
    }
    let (_, log) = server.stop();
    let warnings = log.lines().filter(|line| line.contains("public.url"));
    assert_eq!(warnings.count(), 1, "{log}");
}
