//! Tests of the log: its content, and what must never be in it.

use std::{
    fs::File,
    io::{self, Write},
    process::Stdio,
    time::Duration,
};

use tempfile::TempDir;

use crate::support::{Process, SlowClient, countersign, data_dir_with_ada, form, run};

/// The log at level `trace` while users sign in, fail and sign out, and the parts of the token.
fn trace_log(format: &str) -> (String, Vec<String>) {
    let data = TempDir::new().unwrap();
    run(
        countersign(data.path()).args(["user", "add", "ada", "--password-stdin"]),
        "canary-password",
    );
    let server = Process::start(
        countersign(data.path())
            .arg("serve")
            .env("COUNTERSIGN_LOG_LEVEL", "trace")
            .env("COUNTERSIGN_LOG_FORMAT", format),
    );
    let token = server.log_in("ada", "canary-password");
    server.post("/api/login", "username=ada&password=canary-wrong", None);
    server.post(
        "/api/login",
        "username=canary-typed-password-here&password=canary-wrong",
        None,
    );
    server.post(
        "/api/login",
        &form(&[
            ("username", "canary\r\nINFO forged line\u{1b}[31m"),
            ("password", "x"),
        ]),
        None,
    );
    server.post(
        "/api/login?password=canary-query",
        "password=canary-wrong",
        None,
    );
    server.post("/api/me", "", Some(&token));
    server.post("/api/me", "", Some(&token.replace('.', ".x")));
    server.post("/api/%0d%0aforged%1b%5b31m", "", Some(&token));
    server.post("/api/logout", "", Some(&token));
    server.post("/api/me", "", Some(&token));
    let (_, log) = server.stop();
    let parts = token.split('.').map(str::to_owned).collect();
    (log, parts)
}

#[test]
fn no_secret_is_ever_logged() {
    for format in ["text", "json"] {
        let (log, token_parts) = trace_log(format);
        assert!(
            log.contains("/api/login") && log.contains("login_failed"),
            "{log}"
        );
        for canary in ["canary", "$argon2id"] {
            assert!(!log.contains(canary), "{canary} in {log}");
        }
        for part in token_parts {
            assert!(!log.contains(&part), "a token in {log}");
        }
    }
}

#[test]
fn user_input_cannot_forge_a_log_line() {
    for format in ["text", "json"] {
        let (log, _) = trace_log(format);
        assert!(!log.contains('\u{1b}') && !log.contains('\r'), "{log}");
        for line in log.lines() {
            assert!(
                !line.trim_start().starts_with("INFO forged") && !line.starts_with("forged"),
                "{line}"
            );
        }
    }
}

#[test]
fn a_request_is_logged_in_one_line_with_status_and_duration() {
    let data = TempDir::new().unwrap();
    let server = Process::start(
        countersign(data.path())
            .arg("serve")
            .env("COUNTERSIGN_LOG_FORMAT", "json"),
    );
    server.post("/api/me", "", None);
    let (_, log) = server.stop();
    let lines: Vec<serde_json::Value> = log
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    let requests: Vec<_> = lines
        .iter()
        .filter(|line| line["fields"]["message"] == "request")
        .collect();
    assert_eq!(requests.len(), 1, "{log}");
    let fields = &requests[0]["fields"];
    assert_eq!(
        (&fields["method"], &fields["status"]),
        (&"POST".into(), &401.into())
    );
    assert!(
        fields["milliseconds"]
            .as_str()
            .is_some_and(|time| time.parse::<f64>().is_ok()),
        "{fields}"
    );
}

#[test]
fn a_long_path_is_truncated_in_the_log() {
    let data = TempDir::new().unwrap();
    let server = Process::serve(data.path());
    server.get(&format!("/{}", "a".repeat(8000)));
    let (_, log) = server.stop();
    let line = log.lines().find(|line| line.contains("/aaaa")).unwrap();
    assert!(line.len() < 500, "{line}");
}

#[test]
fn a_long_method_is_truncated_in_the_log() {
    let data = TempDir::new().unwrap();
    let server = Process::serve(data.path());
    let mut client = SlowClient::connect(&server);
    let method = "LONG".repeat(5000);
    client.write(format!("{method} / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").as_bytes());
    client.read_rest();
    let (_, log) = server.stop();
    let line = log.lines().find(|line| line.contains("LONG")).unwrap();
    assert!(line.len() < 500, "{line}");
}

#[test]
fn the_duration_of_a_request_is_logged_in_milliseconds() {
    let data = TempDir::new().unwrap();
    let server = Process::start(
        countersign(data.path())
            .arg("serve")
            .env("COUNTERSIGN_LOG_FORMAT", "json"),
    );
    for _ in 0..5 {
        server.get("/healthz");
    }
    let (_, log) = server.stop();
    let lines = log
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let times =
        lines.filter_map(|line| line["fields"]["milliseconds"].as_str()?.parse::<f64>().ok());
    let times: Vec<_> = times.collect();
    assert_eq!(times.len(), 5, "{log}");
    assert!(
        times.iter().any(|milliseconds| *milliseconds < 900.0),
        "{times:?}"
    );
}

/// Signs in and stops a server whose standard error is `stderr`.
fn assert_served_and_stopped(data: &TempDir, stderr: Stdio) {
    let mut server = Process::start(
        countersign(data.path())
            .arg("serve")
            .env("COUNTERSIGN_LOG_LEVEL", "debug")
            .stderr(stderr),
    );
    for _ in 0..3 {
        let token = server.log_in("ada", "analytical engine");
        assert_eq!(server.post("/api/me", "", Some(&token)).0, 200);
    }
    server.signal("TERM");
    assert!(
        server.exits_within(Duration::from_secs(10)),
        "it does not stop"
    );
}

#[test]
fn a_log_that_nobody_can_write_or_reads_stops_no_request_and_no_shutdown() {
    let data = data_dir_with_ada();
    let (reader, closed) = io::pipe().unwrap();
    drop(reader);
    assert_served_and_stopped(&data, closed.into());
    let full = File::options().write(true).open("/dev/full").unwrap();
    assert_served_and_stopped(&data, full.into());
    let (_unread, mut stuck) = io::pipe().unwrap();
    fill(&mut stuck);
    assert_served_and_stopped(&data, stuck.into());
}

/// Fills the buffer of a pipe, so that the next write blocks.
fn fill(pipe: &mut io::PipeWriter) {
    let mut filler = pipe.try_clone().unwrap();
    let (written, progress) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        while filler.write_all(&[b'\n'; 4096]).is_ok() {
            let _ = written.send(());
        }
    });
    while progress.recv_timeout(Duration::from_secs(1)).is_ok() {}
}

#[test]
fn a_refused_request_of_another_site_is_logged_with_its_origin_and_the_reason() {
    let data = TempDir::new().unwrap();
    let server = Process::serve(data.path());
    let huge = format!("http://\u{e9}{}", "x".repeat(4000));
    for (path, name, value) in [
        ("/theme", "origin", "http://192.0.2.7:3000"),
        ("/api/login", "origin", &huge),
        ("/api/login", "sec-fetch-site", "same-site"),
    ] {
        assert_eq!(server.send_form(path, "", &[(name, value)]).status, 403);
    }
    let (_, log) = server.stop();
    let refused: Vec<_> = log
        .lines()
        .filter(|line| line.contains("cross-site"))
        .collect();
    assert_eq!(refused.len(), 3, "{log}");
    for (line, expected) in [
        (refused[0], ["http://192.0.2.7:3000", "public.url"]),
        (refused[1], ["xxxx", "public.url"]),
        (refused[2], ["same-site", "Sec-Fetch-Site"]),
    ] {
        assert!(expected.iter().all(|text| line.contains(text)), "{line}");
        assert!(line.len() < 600 && line.is_ascii(), "{line}");
    }
}
