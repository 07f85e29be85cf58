//! Tests of requests from another site.

use axum::http::Method;

use super::{FUNCTIONS, bearer, call, send, start};

#[tokio::test]
async fn another_site_reaches_no_server_function_and_changes_nothing() {
    let server = start().await;
    let ada = server.ada().await;
    for header in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
    ] {
        let headers = [header, ("cookie", &*ada.cookie)];
        for called in &FUNCTIONS {
            let response = call(&server, called, &headers).await;
            response.assert_error(403, "cross_site");
        }
        for (method, path) in [
            (Method::POST, "/me"),
            (Method::POST, "/anybody"),
            (Method::POST, "/count"),
            (Method::PUT, "/anybody"),
            (Method::DELETE, "/no-such-route"),
            (Method::POST, "/download"),
        ] {
            let response = send(&server, method, path, &headers).await;
            response.assert_error(403, "cross_site");
        }
    }
    for headers in [&[][..], &[("sec-fetch-site", "same-origin")]] {
        let response = send(&server, Method::POST, "/anybody", headers).await;
        assert_eq!((response.status.as_u16(), &*response.text()), (200, "done"));
    }
}

#[tokio::test]
async fn a_token_acts_from_another_site_without_the_cookies_beside_it() {
    let server = start().await;
    let ada = server.ada().await;
    let headers = [
        ("sec-fetch-site", "cross-site"),
        ("cookie", &*ada.cookie),
        ("authorization", &bearer(&ada)),
    ];
    for called in &FUNCTIONS {
        assert_eq!(call(&server, called, &headers).await.status, 200);
    }
    let response = send(&server, Method::POST, "/set-cookie", &headers).await;
    assert_eq!((response.status.as_u16(), &*response.text()), (200, "0"));
    assert_eq!(response.header("set-cookie"), None);
    let own = [("sec-fetch-site", "same-origin"), ("cookie", &*ada.cookie)];
    let response = send(&server, Method::POST, "/set-cookie", &own).await;
    assert_eq!(
        (&*response.text(), response.header("set-cookie")),
        ("1", Some("host=1"))
    );
}
