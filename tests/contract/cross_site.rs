//! Tests of the cross-site check (`Sec-Fetch-Site` and `Origin`).

use axum::{body::Body, http::Request};

use crate::support::{TestResponse, TestServer, form};

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
        &[("origin", "http://login.test"), ("host", "login.test")],
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
