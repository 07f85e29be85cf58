//! More than one party's share: of requests, headers, open files, connections and sessions.

use std::{fs, process::Command, time::Duration};

use axum::{body::Body, http::Request};
use futures::{StreamExt, stream};
use tempfile::TempDir;

use crate::support::{Process, SlowClient, TestServer, countersign};

#[tokio::test]
async fn requests_beyond_the_limit_are_sent_away_at_once_and_come_through_later() {
    let server = TestServer::start().await;
    let never = || Body::from_stream(stream::pending::<Result<Vec<u8>, std::io::Error>>());
    let slow = || Request::post("/api/login").body(never()).unwrap();
    let mut pending: Vec<_> = (0..1024).map(|_| Box::pin(server.send(slow()))).collect();
    let mut opened =
        stream::iter(&mut pending).map(|request| async { futures::poll!(request).is_pending() });
    while let Some(is_open) = opened.next().await {
        assert!(is_open.await, "it waits for its body");
    }
    let answer = server.get("/login").await;
    answer.assert_error(503, "busy");
    assert!(
        answer.header("retry-after").is_some()
            && answer.header("content-security-policy").is_some()
    );
    drop(pending);
    assert_eq!(server.get("/login").await.status, 200);
}

#[tokio::test]
async fn a_request_with_more_headers_than_anybody_needs_is_refused() {
    let server = TestServer::start().await;
    for (number, status) in [(100, 200), (101, 431)] {
        let mut request = Request::get("/healthz");
        for header in 0..number {
            request = request.header(format!("x-{header}"), "1");
        }
        let answer = server.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, status, "{number}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    }
}

fn open_files(server: &Process) -> usize {
    fs::read_dir(format!("/proc/{}/fd", server.id()))
        .unwrap()
        .count()
}

/// An HTTP/2 client that asks for a file again and again, and lets the server send nothing of it (RFC 9113 §5.2).
#[test]
fn files_that_nobody_takes_hold_no_file_open() {
    let data = TempDir::new().unwrap();
    let mut command = countersign(data.path());
    fs::write(data.path().join("site/pkg/a.js"), vec![b' '; 1_000_000]).unwrap();
    let server = Process::start(command.arg("serve").env("COUNTERSIGN_LOG_LEVEL", "error"));
    assert_eq!(server.get("/pkg/a.js").body.len(), 1_000_000);
    let before = open_files(&server);
    let mut client = SlowClient::connect(&server);
    client.say("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    // SETTINGS with an initial window of 0.
    client.send(b"\0\0\x06\x04\0\0\0\0\0\0\x04\0\0\0\0");
    for stream in (1..60_u8).step_by(2) {
        // HEADERS with END_STREAM and END_HEADERS: GET, http, /pkg/a.js, host x.
        client.send(&[0, 0, 16, 1, 5, 0, 0, 0, stream]);
        client.send(b"\x82\x86\x04\x09/pkg/a.js\x01\x01x");
    }
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(server.get("/pkg/a.js").status, 200);
    assert!(
        open_files(&server) <= before + 3,
        "{} and then {}",
        before,
        open_files(&server)
    );
    assert!(
        client.answer_within(Duration::from_secs(1)).is_some(),
        "it was understood"
    );
}

#[test]
fn one_address_does_not_take_every_connection() {
    let data = TempDir::new().unwrap();
    let mut command = countersign(data.path());
    let serve = command
        .arg("serve")
        .env("COUNTERSIGN_SERVER_MAX_CONNECTIONS_OF_ADDRESS", "3");
    let server = Process::start(serve.env("COUNTERSIGN_LOG_LEVEL", "off"));
    let hello = "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";
    let answered = |client: &mut SlowClient| {
        client.say(hello);
        client
            .answer_within(Duration::from_secs(5))
            .is_some_and(|answer| answer.starts_with("HTTP/1.1 200"))
    };
    let mut inside: Vec<_> = (0..3).map(|_| SlowClient::connect(&server)).collect();
    assert!(inside.iter_mut().all(answered));
    assert!(
        !answered(&mut SlowClient::connect(&server)),
        "the fourth is closed"
    );
    inside.pop();
    std::thread::sleep(Duration::from_millis(200));
    assert!(answered(&mut SlowClient::connect(&server)));
    drop(server);

    let mut command = countersign(data.path());
    command
        .env("COUNTERSIGN_SERVER_MAX_CONNECTIONS_OF_ADDRESS", "3")
        .env("COUNTERSIGN_SERVER_TRUSTED_PROXIES", "1");
    let server = Process::start(command.arg("serve").env("COUNTERSIGN_LOG_LEVEL", "off"));
    let mut inside: Vec<_> = (0..10).map(|_| SlowClient::connect(&server)).collect();
    assert!(
        inside.iter_mut().all(answered),
        "behind a proxy all have its address"
    );
}

/// The program under a limit on open files that the shell has set.
fn limited(data: &TempDir, limit: &str) -> Command {
    let plain = countersign(data.path());
    let mut command = Command::new("sh");
    command.args([
        "-c",
        &format!("ulimit {limit} && exec \"$0\" serve"),
        env!("CARGO_BIN_EXE_countersign"),
    ]);
    command.env_clear().envs(
        plain
            .get_envs()
            .filter_map(|(key, value)| Some((key, value?))),
    );
    command
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped());
    command
}

#[test]
fn too_few_open_files_are_raised_or_stop_the_start() {
    let data = TempDir::new().unwrap();
    let refused = limited(&data, "-n 500").output().unwrap();
    let error = String::from_utf8(refused.stderr).unwrap();
    assert!(
        error.contains("server.max_connections") && error.contains("500"),
        "{error}"
    );
    let raised = Process::start(limited(&data, "-S -n 500").env("COUNTERSIGN_LOG_LEVEL", "off"));
    let limits = fs::read_to_string(format!("/proc/{}/limits", raised.id())).unwrap();
    let soft = limits
        .lines()
        .find(|line| line.starts_with("Max open files"))
        .unwrap();
    assert_eq!(soft.split_whitespace().nth(3), Some("900"), "{soft}");
}

#[tokio::test]
async fn nobody_has_more_than_fifty_sessions_and_the_one_used_least_lately_ends() {
    let server = TestServer::start().await;
    let account = server.add_user("ada", "analytical engine").await;
    let mut sessions = Vec::new();
    for _ in 0..50 {
        sessions.push(server.log_in(&account).await);
        server.pass_seconds(1);
    }
    sessions[0].assert_accepted(&server).await;
    assert_eq!(
        server.renew(&sessions[0].cookie).await.status,
        200,
        "the first is used again"
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
