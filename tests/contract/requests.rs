//! What reaches a server function, and what is answered to everything else.

use axum::{
    body::{Body, Bytes},
    http::{Method, Request},
};
use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};

use crate::support::{TestServer, form};

const FUNCTIONS: [&str; 5] = [
    "/api/login",
    "/api/renew",
    "/api/me",
    "/api/session",
    "/api/logout",
];

async fn post(
    server: &TestServer,
    path: &str,
    content_type: &str,
    body: impl Into<Body>,
) -> crate::support::Answer {
    server
        .send(
            Request::post(path)
                .header("content-type", content_type)
                .body(body.into())
                .unwrap(),
        )
        .await
}

#[tokio::test]
async fn server_functions_answer_post_only() {
    let server = TestServer::start().await;
    for path in FUNCTIONS {
        for method in [
            Method::GET,
            Method::PUT,
            Method::DELETE,
            Method::PATCH,
            Method::OPTIONS,
        ] {
            let answer = server
                .send(
                    Request::builder()
                        .method(method)
                        .uri(path)
                        .body(Body::empty())
                        .unwrap(),
                )
                .await;
            answer.assert_error(405, "method_not_allowed");
            assert_eq!(answer.header("allow"), Some("POST"));
        }
    }
}

#[tokio::test]
async fn server_functions_take_forms_only() {
    let server = TestServer::start().await;
    for media_type in [
        "application/json",
        "multipart/form-data; boundary=x",
        "text/plain",
        "application/x-www-form-urlencodedx",
        "",
    ] {
        post(&server, "/api/login", media_type, "username=a&password=b")
            .await
            .assert_error(415, "unsupported_media_type");
    }
    let untyped = Request::post("/api/login")
        .body(Body::from("username=a&password=b"))
        .unwrap();
    server
        .send(untyped)
        .await
        .assert_error(415, "unsupported_media_type");
    let with_charset = "application/x-www-form-urlencoded; charset=utf-8";
    post(&server, "/api/login", with_charset, "username=a&password=b")
        .await
        .assert_error(401, "invalid_credentials");
}

#[tokio::test]
async fn a_body_over_16_kib_is_refused_before_anything_is_hashed() {
    let server = TestServer::start().await;
    let million = form(&[("username", "ada"), ("password", &"x".repeat(1_000_000))]);
    let chunks = futures_of(&million);
    for body in [Body::from(million.clone()), Body::from_stream(chunks)] {
        post(
            &server,
            "/api/login",
            "application/x-www-form-urlencoded",
            body,
        )
        .await
        .assert_error(413, "payload_too_large");
    }
    assert_eq!(server.app.vault.hashes_computed(), 0);
    assert_eq!(server.get("/healthz").await.status, 200);
}

/// The body in pieces, without a length in front.
fn futures_of(
    text: &str,
) -> impl futures::Stream<Item = Result<Bytes, std::convert::Infallible>> + use<> {
    let pieces: Vec<_> = text
        .as_bytes()
        .chunks(1000)
        .map(Bytes::copy_from_slice)
        .map(Ok)
        .collect();
    futures::stream::iter(pieces)
}

#[tokio::test]
async fn a_form_that_is_not_utf_8_is_refused() {
    let server = TestServer::start().await;
    for body in [
        &b"username=ada&password=\xff\xfe"[..],
        b"username=ada&password=%FF%FE",
        b"username=%C3&password=x",
    ] {
        post(
            &server,
            "/api/login",
            "application/x-www-form-urlencoded",
            body,
        )
        .await
        .assert_error(422, "invalid_input");
    }
}

#[tokio::test]
async fn a_form_that_makes_no_sense_is_refused() {
    let server = TestServer::start().await;
    for body in [
        "",
        "%",
        "&&&",
        "=",
        "username",
        "username=a&username=b&password=c",
        "username[x]=a&password=b",
        "username=a&password[]=b",
    ] {
        post(
            &server,
            "/api/login",
            "application/x-www-form-urlencoded",
            body,
        )
        .await
        .assert_error(422, "invalid_input");
    }
}

#[tokio::test]
async fn an_unknown_function_is_not_found() {
    let server = TestServer::start().await;
    for path in ["/api/nothing", "/api/login/", "/api/me/x", "/api/LOGIN"] {
        server
            .post_form(path, &[])
            .await
            .assert_error(404, "not_found");
    }
}

#[tokio::test]
async fn a_plain_form_post_is_never_sent_back_with_its_error_in_the_address() {
    let server = TestServer::start().await;
    let request = Request::post("/api/login")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("accept", "text/html")
        .header("referer", "https://evil.example/")
        .body(Body::from("username=ada&password=canary-password"));
    let answer = server.send(request.unwrap()).await;
    answer.assert_error(401, "invalid_credentials");
    assert_eq!(answer.header("location"), None);
}

#[tokio::test]
async fn a_database_that_does_not_answer_lets_nobody_pass() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    server.app.vault.close().await;

    for path in ["/api/me", "/api/session", "/api/logout"] {
        let answer = server.post_with_token(path, &ada.token).await;
        answer.assert_error(503, "unavailable");
        assert_eq!(answer.header("retry-after"), Some("5"));
    }
    server
        .try_log_in("ada", "analytical engine")
        .await
        .assert_error(503, "unavailable");
    assert_eq!(server.get("/readyz").await.status, 503);
    assert_eq!(server.get("/healthz").await.status, 200);
}

#[tokio::test]
async fn the_probes_answer() {
    let server = TestServer::start().await;
    for path in ["/healthz", "/readyz"] {
        let answer = server.get(path).await;
        assert_eq!(
            (answer.status.as_u16(), answer.text().as_str()),
            (200, "ok\n")
        );
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
}

/// Bytes as a browser would never send them, and forms that are nearly right.
fn any_form() -> impl Strategy<Value = Vec<u8>> {
    let field = prop::sample::select(vec![
        "username",
        "password",
        "remember",
        "next",
        "user[name]",
        "%75sername",
        "",
    ]);
    let value = prop_oneof![
        "[ -~]{0,20}",
        "(?s).{0,20}",
        "(%[0-9a-fA-F]{2}){0,8}",
        "true|false|on|1"
    ];
    let pairs = prop::collection::vec((field, value), 0..6);
    prop_oneof![
        pairs.prop_map(|pairs| {
            pairs
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect::<Vec<_>>()
                .join("&")
                .into_bytes()
        }),
        prop::collection::vec(any::<u8>(), 0..200),
    ]
}

#[tokio::test]
async fn no_form_makes_the_server_panic_or_lets_anybody_in() {
    let server = TestServer::start().await;
    server.add_user("ada", "analytical engine").await;
    let mut runner = TestRunner::default();
    for number in 0..300 {
        let body = any_form().new_tree(&mut runner).unwrap().current();
        for path in ["/api/login", "/login"] {
            let request =
                Request::post(path).header("content-type", "application/x-www-form-urlencoded");
            let request = request.body(Body::from(body.clone())).unwrap();
            let answer = server
                .send_from(&format!("10.0.0.{}", number % 256), request)
                .await;
            let status = answer.status.as_u16();
            assert!(
                [401, 422, 429].contains(&status),
                "{status} for {:?}",
                String::from_utf8_lossy(&body)
            );
            assert_eq!(answer.cookie(), None);
        }
    }
}
