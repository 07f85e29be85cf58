//! Tests of the limits on requests, headers, open files, connections and sessions.

use std::{fs, iter, pin::Pin, process::Command, time::Duration};

use axum::{body::Body, http::Request};
use futures::stream;
use tempfile::TempDir;

use crate::support::{
    Process, SlowClient, TestResponse, TestServer, countersign, take_environment,
};

fn log_in_without_sending_the_form() -> Request<Body> {
    let pending = stream::pending::<Result<Vec<u8>, std::io::Error>>();
    Request::post("/api/login")
        .body(Body::from_stream(pending))
        .unwrap()
}

/// Sends requests that wait for their bodies, each from an address of its own or all from one.
async fn begin_logins(
    server: &TestServer,
    addresses: impl Iterator<Item = String>,
) -> Vec<Pin<Box<impl Future<Output = TestResponse>>>> {
    let mut pending = Vec::new();
    for address in addresses {
        let mut request = Box::pin(async move {
            server
                .send_from(&address, log_in_without_sending_the_form())
                .await
        });
        assert!(
            futures::poll!(&mut request).is_pending(),
            "the request is not waiting for its body"
        );
        pending.push(request);
    }
    pending
}

#[tokio::test]
async fn unfinished_requests_of_one_client_take_no_place_of_others() {
    let server = TestServer::start().await;
    let account = server.add_user("ada", "analytical engine").await;
    let one_client = iter::repeat_n("192.0.2.66".to_owned(), 256);
    let pending = begin_logins(&server, one_client).await;
    let page = |path| Request::get(path).body(Body::empty()).unwrap();
    for request in [page("/login"), log_in_without_sending_the_form()] {
        let response = server.send_from("192.0.2.66", request).await;
        response.assert_error(503, "busy");
        assert!(
            response.header("retry-after").is_some()
                && response.header("content-security-policy").is_some()
        );
    }
    for probe in ["/healthz", "/readyz", "/.well-known/jwks.json"] {
        let response = server.send_from("192.0.2.66", page(probe)).await;
        assert_eq!(response.status, 200, "{probe}");
    }
    server.log_in(&account).await;
    drop(pending);
    let response = server.send_from("192.0.2.66", page("/login")).await;
    assert_eq!(response.status, 200, "it is served again");
}

#[tokio::test]
async fn unfinished_requests_of_many_clients_take_no_place_of_others() {
    let server = TestServer::start().await;
    let account = server.add_user("ada", "analytical engine").await;
    let many_clients = (0..2048).map(|number| format!("10.0.{}.{}", number / 256, number % 256));
    let _pending = begin_logins(&server, many_clients).await;
    assert_eq!(server.get("/login").await.status, 200);
    server.log_in(&account).await;
}

#[tokio::test]
async fn cookies_in_many_header_fields_are_one_header_of_limited_size() {
    let server = TestServer::start().await;
    let account = server.add_user("ada", "analytical engine").await;
    let cookie = server.log_in(&account).await.cookie;
    let get = async |number: usize, length: usize| {
        let mut request = Request::get("/dashboard");
        for at in 0..number {
            let value = "v".repeat(length);
            request = request.header("cookie", format!("c{at}={value}"));
        }
        let request = request.header("cookie", &cookie).body(Body::empty());
        server.send(request.unwrap()).await.status
    };
    // HTTP/2 may send each cookie as a field of its own (RFC 9113 §8.2.3).
    assert_eq!(get(120, 1).await, 200);
    assert_eq!(get(4, 3500).await, 200);
    assert_eq!(get(5, 3500).await, 431);
}

#[tokio::test]
async fn a_request_with_more_than_100_headers_is_refused() {
    let server = TestServer::start().await;
    for (number, status) in [(100, 200), (101, 431)] {
        let mut request = Request::get("/healthz");
        // Beside `Host`.
        for header in 1..number {
            request = request.header(format!("x-{header}"), "1");
        }
        let response = server.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(response.status, status, "{number}");
        assert_eq!(response.header("x-content-type-options"), Some("nosniff"));
    }
}

/// HTTP/2 clients ask for a page 32 times each, with a flow-control window of no byte or one.
#[test]
fn responses_that_nobody_reads_hold_the_places_of_their_network() {
    for window in [0, 1] {
        let data = TempDir::new().unwrap();
        let mut command = countersign(data.path());
        let server = Process::start(command.arg("serve").env("COUNTERSIGN_LOG_LEVEL", "error"));
        let clients: Vec<_> = (0..9)
            .map(|_| {
                let mut client = SlowClient::connect(&server);
                client.try_write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
                // SETTINGS frame with INITIAL_WINDOW_SIZE.
                client.write(&[0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, window]);
                for stream in (1..64_u8).step_by(2) {
                    // HEADERS frame with END_STREAM and END_HEADERS: GET, http, /login, authority x.
                    client.write(&[0, 0, 13, 1, 5, 0, 0, 0, stream]);
                    client.write(b"\x82\x86\x04\x06/login\x01\x01x");
                }
                client
            })
            .collect();
        std::thread::sleep(Duration::from_secs(2));
        assert_eq!(server.get("/login").status, 503, "{window}");
        assert_eq!(server.get("/healthz").status, 200, "{window}");
        drop(clients);
        std::thread::sleep(Duration::from_millis(500));
        assert_eq!(server.get("/login").status, 200, "{window}");
    }
}

fn open_files(server: &Process) -> usize {
    fs::read_dir(format!("/proc/{}/fd", server.id()))
        .unwrap()
        .count()
}

/// The HTTP/2 client requests a file many times with a flow-control window of 0, so that the server
/// can send none of it (RFC 9113 §5.2).
#[test]
fn unread_responses_hold_no_file_open() {
    let data = TempDir::new().unwrap();
    let mut command = countersign(data.path());
    fs::write(data.path().join("site/pkg/a.js"), vec![b' '; 1_000_000]).unwrap();
    let server = Process::start(command.arg("serve").env("COUNTERSIGN_LOG_LEVEL", "error"));
    assert_eq!(server.get("/pkg/a.js").body.len(), 1_000_000);
    let before = open_files(&server);
    let mut client = SlowClient::connect(&server);
    client.try_write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    // SETTINGS frame with INITIAL_WINDOW_SIZE = 0.
    client.write(b"\0\0\x06\x04\0\0\0\0\0\0\x04\0\0\0\0");
    for stream in (1..60_u8).step_by(2) {
        // HEADERS frame with END_STREAM and END_HEADERS: GET, http, /pkg/a.js, authority x.
        client.write(&[0, 0, 16, 1, 5, 0, 0, 0, stream]);
        client.write(b"\x82\x86\x04\x09/pkg/a.js\x01\x01x");
    }
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(server.get("/pkg/a.js").status, 200);
    assert!(
        open_files(&server) <= before + 3,
        "{} open files before, {} after",
        before,
        open_files(&server)
    );
    assert!(
        client.response_within(Duration::from_secs(1)).is_some(),
        "the server did not respond to the HTTP/2 client"
    );
}

#[test]
fn one_ip_address_cannot_take_every_connection() {
    let data = TempDir::new().unwrap();
    let mut command = countersign(data.path());
    let serve = command
        .arg("serve")
        .env("COUNTERSIGN_SERVER_MAX_CONNECTIONS_PER_IP", "3");
    let server = Process::start(serve.env("COUNTERSIGN_LOG_LEVEL", "off"));
    let request_text = "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";
    let answered = |client: &mut SlowClient| {
        client.try_write(request_text);
        client
            .response_within(Duration::from_secs(5))
            .is_some_and(|response| response.starts_with("HTTP/1.1 200"))
    };
    let mut connected: Vec<_> = (0..3).map(|_| SlowClient::connect(&server)).collect();
    assert!(connected.iter_mut().all(answered));
    assert!(
        !answered(&mut SlowClient::connect(&server)),
        "the fourth connection was served"
    );
    connected.pop();
    std::thread::sleep(Duration::from_millis(200));
    assert!(answered(&mut SlowClient::connect(&server)));
    drop(server);

    let mut command = countersign(data.path());
    command
        .env("COUNTERSIGN_SERVER_MAX_CONNECTIONS_PER_IP", "3")
        .env("COUNTERSIGN_SERVER_TRUSTED_PROXIES", "1");
    let server = Process::start(command.arg("serve").env("COUNTERSIGN_LOG_LEVEL", "off"));
    let mut connected: Vec<_> = (0..10).map(|_| SlowClient::connect(&server)).collect();
    assert!(
        connected.iter_mut().all(answered),
        "the limit per address applied behind a proxy"
    );
}

/// `countersign serve` with a limit on open files, set by the shell's `ulimit`.
fn serve_with_ulimit(data: &TempDir, limit: &str) -> Command {
    let plain = countersign(data.path());
    let mut command = Command::new("sh");
    command.args([
        "-c",
        &format!("ulimit {limit} && exec \"$0\" serve"),
        env!("CARGO_BIN_EXE_countersign"),
    ]);
    take_environment(&mut command, &plain);
    command
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped());
    command
}

#[test]
fn a_low_limit_on_open_files_is_raised_or_stops_the_start() {
    let data = TempDir::new().unwrap();
    let refused = serve_with_ulimit(&data, "-n 500").output().unwrap();
    let error = String::from_utf8(refused.stderr).unwrap();
    assert!(
        error.contains("server.max_connections") && error.contains("500"),
        "{error}"
    );
    let raised =
        Process::start(serve_with_ulimit(&data, "-S -n 500").env("COUNTERSIGN_LOG_LEVEL", "off"));
    let limits = fs::read_to_string(format!("/proc/{}/limits", raised.id())).unwrap();
    let soft = limits
        .lines()
        .find(|line| line.starts_with("Max open files"))
        .unwrap();
    assert_eq!(soft.split_whitespace().nth(3), Some("900"), "{soft}");
}

#[tokio::test]
async fn a_fifty_first_session_ends_the_least_recently_used_one() {
    let server = TestServer::start().await;
    let account = server.add_user("ada", "analytical engine").await;
    let mut sessions = Vec::new();
    for _ in 0..50 {
        sessions.push(server.log_in(&account).await);
        server.pass_seconds(1);
    }
    sessions[0].assert_accepted(&server).await;
    assert_eq!(
        server.refresh(&sessions[0].cookie).await.status,
        200,
        "the refresh of the first session failed"
    );
    let newest = server.log_in(&account).await;
    sessions[1].assert_over(&server).await;
    for live in [&sessions[0], &sessions[2], &newest] {
        assert_eq!(
            server.post_with_token("/api/me", &live.token).await.status,
            200
        );
    }
    let listed = server
        .post_with_token("/api/sessions", &newest.token)
        .await
        .json();
    assert_eq!(listed.as_array().unwrap().len(), 50);
    assert!(
        server
            .events()
            .await
            .contains(&"session_revoked: surplus".to_owned())
    );
}
