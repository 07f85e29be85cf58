//! Tests of `countersign serve` as a process: start, stop and crash.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::support::{Process, countersign, data_dir_with_ada, run};

#[test]
fn a_confirmed_logout_survives_kill_9() {
    let data = data_dir_with_ada();
    for _ in 0..5 {
        let server = Process::serve(data.path());
        let token = server.log_in("ada", "analytical engine");
        let other = server.log_in("ada", "analytical engine");
        assert_eq!(server.post("/api/logout", "", Some(&token)).0, 200);
        server.kill();

        let server = Process::serve(data.path());
        assert_eq!(server.post("/api/me", "", Some(&token)).0, 401);
        assert_eq!(server.post("/api/me", "", Some(&other)).0, 200);
    }
}

#[test]
fn the_demo_account_is_created_once_with_a_random_password() {
    let password_of = |data: &TempDir| {
        let output = demo_output(data);
        output.lines().find_map(|line| {
            line.split_once("password ")
                .map(|(_, password)| password.to_owned())
        })
    };
    let (here, there) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let (first, other) = (password_of(&here).unwrap(), password_of(&there).unwrap());
    assert_ne!(first, other);
    assert_eq!(first.len(), 19);
    assert_eq!(
        password_of(&here),
        None,
        "the password must be printed only once"
    );
    Process::serve(here.path()).log_in("demo", &first);
    assert_eq!(
        password_of(&data_dir_with_ada()),
        None,
        "no demo account is created beside an existing one"
    );
}

/// The output of `serve --demo` up to the line with the address.
fn demo_output(data: &TempDir) -> String {
    let mut child = countersign(data.path())
        .args(["serve", "--demo"])
        .spawn()
        .unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let mut output = String::new();
    let mut buffer = [0; 1024];
    while !output.contains("listening") {
        let read = stdout.read(&mut buffer).unwrap();
        assert_ne!(read, 0, "{output}");
        output.push_str(&String::from_utf8_lossy(&buffer[..read]));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    output
}

#[test]
fn without_demo_no_account_is_created() {
    let data = TempDir::new().unwrap();
    drop(Process::serve(data.path()));
    let list = run(countersign(data.path()).args(["user", "list"]), "");
    assert!(list.status.success() && list.stdout.is_empty());
}

#[test]
fn the_server_stops_on_sigterm_and_on_ctrl_c() {
    let data = TempDir::new().unwrap();
    let (status, _) = Process::serve(data.path()).stop();
    assert!(status.success());
    let server = Process::serve(data.path());
    server.signal("INT");
    let (status, _) = server.stop();
    assert!(status.success());
}

#[test]
fn an_idle_connection_does_not_delay_the_shutdown() {
    let data = TempDir::new().unwrap();
    let server = Process::start(
        countersign(data.path())
            .arg("serve")
            .env("COUNTERSIGN_SERVER_SHUTDOWN_TIMEOUT_SECONDS", "1"),
    );
    let mut idle = TcpStream::connect(server.origin.strip_prefix("http://").unwrap()).unwrap();
    idle.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n")
        .unwrap();
    let start = Instant::now();
    let (status, _) = server.stop();
    assert!(status.success());
    assert!(
        start.elapsed() < Duration::from_secs(8),
        "{:?}",
        start.elapsed()
    );
}

#[test]
fn an_oversized_request_head_is_refused_and_the_server_keeps_running() {
    let data = TempDir::new().unwrap();
    let server = Process::serve(data.path());
    let mut stream = TcpStream::connect(server.origin.strip_prefix("http://").unwrap()).unwrap();
    let request = format!(
        "GET /healthz HTTP/1.1\r\nhost: x\r\nx-long: {}\r\n\r\n",
        "a".repeat(200_000)
    );
    let _ = stream.write_all(request.as_bytes());
    let mut response = Vec::new();
    let _ = stream.read_to_end(&mut response);
    let text = String::from_utf8_lossy(&response);
    assert!(
        text.is_empty() || text.starts_with("HTTP/1.1 431"),
        "{text}"
    );
    assert_eq!(server.post("/api/me", "", None).0, 401);
}

#[test]
fn a_failed_start_is_reported_in_one_line() {
    let data = TempDir::new().unwrap();
    let taken = Process::serve(data.path());
    let taken = taken.origin.strip_prefix("http://").unwrap();
    for (variable, value, expected) in [
        ("LEPTOS_SITE_ADDR", taken, "LEPTOS_SITE_ADDR"),
        (
            "COUNTERSIGN_SESSION_MAX_SECONDS",
            "often",
            "session.max_seconds",
        ),
        ("COUNTERSIGN_SESSION_MAXIMUM", "1", "maximum"),
        ("COUNTERSIGN_LOG_LEVEL", "l=o=ud", "log.level"),
        ("LEPTOS_SITE_ROOT", "/nowhere", "make build"),
        ("LEPTOS_SITE_ROOT", "/nowhere", "set LEPTOS_SITE_ROOT"),
    ] {
        let output = countersign(data.path())
            .arg("serve")
            .env(variable, value)
            .output()
            .unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{error}");
        let last = error.lines().last().unwrap();
        assert!(
            last.starts_with("countersign: ") && last.contains(expected),
            "{error}"
        );
    }
}
