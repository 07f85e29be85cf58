//! Tests of who is signed in, for the server functions of the application.

use axum::{
    body::Body,
    http::{Method, Request},
};

use super::{FORM, FUNCTIONS, bearer, call, send, start};
use crate::support::SignedIn;

#[tokio::test]
async fn server_functions_of_every_method_and_coding_know_the_user_of_the_token() {
    let server = start().await;
    let ada = server.ada().await;
    for called in &FUNCTIONS {
        let response = call(&server, called, &[("authorization", &bearer(&ada))]).await;
        assert_eq!(response.status, 200, "{called:?}: {}", response.text());
        assert!(response.text().contains("ada"), "{}", response.text());
    }
}

#[tokio::test]
async fn no_server_function_takes_the_cookie_or_a_dead_token() {
    let server = start().await;
    let ada = server.ada().await;
    let dead = server.ada_again().await;
    dead.log_out(&server).await;
    let of_nobody = bearer(&SignedIn::with_token("a.b.c"));
    let dead = bearer(&dead);
    let own = ("sec-fetch-site", "same-origin");
    for called in &FUNCTIONS {
        for (headers, challenge) in [
            (&[own][..], r#"Bearer realm="countersign""#),
            (
                &[own, ("cookie", &ada.cookie)],
                r#"Bearer realm="countersign""#,
            ),
            (
                &[own, ("cookie", &ada.cookie), ("authorization", &dead)],
                r#"Bearer realm="countersign", error="invalid_token""#,
            ),
            (
                &[("authorization", &of_nobody)],
                r#"Bearer realm="countersign", error="invalid_token""#,
            ),
        ] {
            let response = call(&server, called, headers).await;
            assert_eq!(response.status, 401, "{called:?}: {}", response.text());
            assert_eq!(response.header("www-authenticate"), Some(challenge));
            assert!(!response.text().contains("ada"), "{}", response.text());
        }
    }
}

#[tokio::test]
async fn every_registered_server_function_and_route_refuses_the_cookie_alone() {
    let server = start().await;
    let ada = server.ada().await;
    // What signs in, what takes the token of a mailed link, and the two that take the cookie from the same
    // origin.
    let by_other_means = [
        "/api/login",
        "/api/username",
        "/api/refresh",
        "/api/logout",
        "/host/watch",
    ];
    let functions = server_fn::axum::server_fn_paths()
        .filter(|(path, _)| !by_other_means.contains(path))
        .map(|(path, method)| (method, path.to_owned()));
    let routes = [
        (Method::GET, "/me"),
        (Method::POST, "/me"),
        (Method::GET, "/api/me"),
    ];
    let routes = routes.map(|(method, path)| (method, path.to_owned()));
    let mut asked = 0;
    for (method, path) in functions.chain(routes) {
        let headers = [
            ("cookie", &*ada.cookie),
            ("sec-fetch-site", "same-origin"),
            ("content-type", FORM),
        ];
        let fields = "text=a&password=x&id=019c8d04-51f3-7a60-8b1e-6c92f047d385";
        let mut request = Request::builder()
            .method(&method)
            .uri(format!("{path}?{fields}"));
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let is_json = path == "/host/import";
        let body = if is_json { r#"{"texts":[]}"# } else { fields };
        let response = server.send(request.body(Body::from(body)).unwrap()).await;
        assert_eq!(response.status, 401, "{method} {path}: {}", response.text());
        asked += 1;
    }
    assert!(asked > 14, "{asked}");
}

#[tokio::test]
async fn a_server_function_below_another_path_does_not_take_the_cookie_either() {
    let server = start().await;
    let ada = server.ada().await;
    let by_cookie = server
        .get_with_cookie("/inner/host/list", &ada.cookie)
        .await;
    assert_eq!(by_cookie.status, 401, "{}", by_cookie.text());
    let token = [("authorization", &*bearer(&ada))];
    let by_token = send(&server, Method::GET, "/inner/host/list", &token).await;
    assert_eq!(by_token.status, 200);
}

#[tokio::test]
async fn an_error_of_a_server_function_passes_with_its_status() {
    let server = start().await;
    let ada = server.ada().await;
    let called = (Method::POST, "/host/add", FORM, "text=one+too+many");
    let response = call(&server, &called, &[("authorization", &bearer(&ada))]).await;
    assert_eq!(response.status, 409);
    assert_eq!(response.json(), "Full");
    let malformed = (Method::POST, "/host/add", FORM, "other=a");
    let response = call(&server, &malformed, &[("authorization", &bearer(&ada))]).await;
    assert_eq!(response.status, 500);
    assert!(response.json()["Leptos"].is_string());
    let anonymous = call(&server, &called, &[]).await;
    assert_eq!(anonymous.json()["SignIn"]["error"], "invalid_token");
}

#[tokio::test]
async fn server_functions_are_not_served_over_websockets() {
    let server = start().await;
    let ada = server.ada().await;
    for path in ["/host/watch", "/host/list"] {
        let headers = [
            ("connection", "upgrade"),
            ("upgrade", "WebSocket"),
            ("sec-websocket-version", "13"),
            ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
            ("cookie", &*ada.cookie),
        ];
        let response = send(&server, Method::GET, path, &headers).await;
        assert_eq!(response.status, 501, "{path}");
        assert!(
            response.text().contains("access token"),
            "{}",
            response.text()
        );
    }
}
