//! Tests of which requests a server function accepts, and of the responses to all others.

use axum::{
    body::{Body, Bytes},
    http::{Method, Request},
};
use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};

use tempfile::TempDir;

use crate::support::{Process, SlowClient, TestServer, form};

const FUNCTIONS: [&str; 4] = ["/api/login", "/api/refresh", "/api/sessions", "/api/logout"];

async fn post(
    server: &TestServer,
    path: &str,
    content_type: &str,
    body: impl Into<Body>,
) -> crate::support::TestResponse {
    server
        .send(
            Request::post(path)
                .header("content-type", content_type)
                .body(body.into())
                .unwrap(),
        )
        .await
}

/// Sends a request on a connection of its own, and returns the status.
fn status_of(server: &Process, request: &str) -> u16 {
    let mut client = SlowClient::connect(server);
    client.write(request.as_bytes());
    let response = client.read_rest();
    response.split(' ').nth(1).unwrap().parse().unwrap()
}

/// RFC 9112 §3.2.
#[test]
fn an_http_1_1_request_without_one_valid_host_is_refused() {
    let data = TempDir::new().unwrap();
    let server = Process::serve(data.path());
    let status = |version: &str, hosts: &[&str]| {
        let hosts = hosts.iter().map(|host| format!("host: {host}\r\n"));
        let hosts = hosts.collect::<Vec<_>>().concat();
        let head = format!("GET /healthz HTTP/{version}\r\n{hosts}connection: close\r\n\r\n");
        status_of(&server, &head)
    };
    for hosts in [
        &[][..],
        &["a.example", "b.example"],
        &["a.example", "a.example"],
        &[""],
        &["a b"],
        &["a.example/b"],
        &["ada@a.example"],
        &["a.example:b"],
        &["a.example, b.example"],
        &["\u{e9}.example"],
    ] {
        assert_eq!(status("1.1", hosts), 400, "{hosts:?}");
    }
    for host in [
        "a.example",
        "A-b_c.example:",
        "192.0.2.1:3000",
        "[::1]:3000",
        "localhost",
    ] {
        assert_eq!(status("1.1", &[host]), 200, "{host}");
    }
    assert_eq!(status("1.0", &[]), 200);
}

#[test]
fn a_body_that_can_not_be_read_is_not_called_too_large() {
    let data = TempDir::new().unwrap();
    let server = Process::serve(data.path());
    for path in ["/api/login", "/login"] {
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: x\r\nsec-fetch-site: same-origin\r\n\
             content-type: application/x-www-form-urlencoded\r\ntransfer-encoding: chunked\r\n\r\n"
        );
        assert_eq!(
            status_of(&server, &format!("{head}nonsense\r\n")),
            422,
            "{path}"
        );
    }
}

#[tokio::test]
async fn server_functions_accept_post_only() {
    let server = TestServer::start().await;
    for path in FUNCTIONS {
        for method in [
            Method::GET,
            Method::PUT,
            Method::DELETE,
            Method::PATCH,
            Method::OPTIONS,
        ] {
            let response = server
                .send(
                    Request::builder()
                        .method(method)
                        .uri(path)
                        .body(Body::empty())
                        .unwrap(),
                )
                .await;
            response.assert_error(405, "method_not_allowed");
            assert_eq!(response.header("allow"), Some("POST"));
        }
    }
}

#[tokio::test]
async fn the_user_of_a_token_is_asked_for_by_get_and_by_post() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    let request = |method: &Method, token: &str| {
        let request = Request::builder().method(method).uri("/api/me");
        let request = request.header("authorization", format!("Bearer {token}"));
        request.body(Body::empty()).unwrap()
    };
    let posted = server.send(request(&Method::POST, &ada.token)).await;
    assert_eq!(posted.status, 200);
    assert_eq!(posted.json()["username"], "ada");
    let got = server.send(request(&Method::GET, &ada.token)).await;
    assert_eq!((got.status, &got.body), (posted.status, &posted.body));
    let head = server.send(request(&Method::HEAD, &ada.token)).await;
    assert_eq!(head.status, 200);
    for method in [Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS] {
        let response = server.send(request(&method, &ada.token)).await;
        response.assert_error(405, "method_not_allowed");
        assert_eq!(response.header("allow"), Some("GET, HEAD, POST"));
    }
    ada.log_out(&server).await;
    for method in [Method::GET, Method::POST] {
        server
            .send(request(&method, &ada.token))
            .await
            .assert_invalid_token();
    }
}

#[tokio::test]
async fn server_functions_accept_forms_only() {
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
    let chunks = stream_of(&million);
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
    assert_eq!(server.app.auth.hashes_computed(), 0);
    assert_eq!(server.get("/healthz").await.status, 200);
}

/// The body in chunks, without a `content-length`.
fn stream_of(
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
async fn a_malformed_form_is_refused() {
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
async fn a_failed_form_post_is_never_redirected_with_the_error_in_the_url() {
    let server = TestServer::start().await;
    let request = Request::post("/api/login")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("accept", "text/html")
        .header("referer", "https://evil.example/")
        .body(Body::from("username=ada&password=canary-password"));
    let response = server.send(request.unwrap()).await;
    response.assert_error(401, "invalid_credentials");
    assert_eq!(response.header("location"), None);
}

#[tokio::test]
async fn no_request_is_authenticated_while_the_database_is_down() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    server.app.auth.close().await;

    for path in ["/api/me", "/api/sessions", "/api/logout"] {
        let response = server.post_with_token(path, &ada.token).await;
        response.assert_error(503, "unavailable");
        assert_eq!(response.header("retry-after"), Some("5"));
    }
    server
        .try_log_in("ada", "analytical engine")
        .await
        .assert_error(503, "unavailable");
    assert_eq!(server.get("/readyz").await.status, 503);
    assert_eq!(server.get("/healthz").await.status, 200);
}

#[tokio::test]
async fn the_health_probes_return_ok() {
    let server = TestServer::start().await;
    for path in ["/healthz", "/readyz"] {
        let response = server.get(path).await;
        assert_eq!(
            (response.status.as_u16(), response.text().as_str()),
            (200, "ok\n")
        );
        assert_eq!(response.header("cache-control"), Some("no-store"));
    }
}

/// Arbitrary bytes, and forms that are almost valid.
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
async fn no_form_causes_a_panic_or_signs_anybody_in() {
    let server = TestServer::start().await;
    server.add_user("ada", "analytical engine").await;
    let mut runner = TestRunner::default();
    for number in 0..300 {
        let body = any_form().new_tree(&mut runner).unwrap().current();
        for path in ["/api/login", "/login"] {
            let request =
                Request::post(path).header("content-type", "application/x-www-form-urlencoded");
            let request = request.body(Body::from(body.clone())).unwrap();
            let response = server
                .send_from(&format!("10.0.0.{}", number % 256), request)
                .await;
            let status = response.status.as_u16();
            assert!(
                [401, 422, 429].contains(&status),
                "{status} for {:?}",
                String::from_utf8_lossy(&body)
            );
            assert_eq!(response.cookie(), None);
        }
    }
}
