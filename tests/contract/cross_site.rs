use axum::{body::Body, http::Request};

use crate::support::{Answer, TestServer, form};

const CHANGING: [&str; 9] = [
    "/api/end_session",
    "/api/end_other_sessions",
    "/api/login",
    "/api/renew",
    "/api/logout",
    "/api/me",
    "/api/session",
    "/login",
    "/logout",
];

async fn post(server: &TestServer, path: &str, cookie: &str, headers: &[(&str, &str)]) -> Answer {
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
async fn what_another_site_sends_is_refused_everywhere_and_changes_nothing() {
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
        for path in CHANGING {
            let answer = post(&server, path, &ada.cookie, headers).await;
            answer.assert_error(403, "cross_site");
            assert_eq!(answer.cookie(), None, "{path}");
        }
    }
    ada.assert_accepted(&server).await;
    assert_eq!(
        server.app.vault.hashes_computed(),
        2,
        "adding ada and signing her in"
    );
}

#[tokio::test]
async fn what_this_site_sends_is_carried_out() {
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
async fn nothing_is_changed_by_a_link() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    for path in ["/logout", "/api/logout", "/api/renew"] {
        let answer = server.get_with_cookie(path, &ada.cookie).await;
        assert_eq!(answer.status, 405, "{path}");
    }
    ada.assert_accepted(&server).await;
}
