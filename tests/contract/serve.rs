//! Tests of `countersign serve` as a process: start, stop, crash and full disk.

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    os::unix::fs::PermissionsExt,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::support::{Process, countersign, data_dir_with_ada, run, take_environment};

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

/// A server whose files can't grow beyond 512 blocks, which has the effect of a full disk.
fn serve_with_a_small_disk(data: &TempDir) -> Command {
    let inner = countersign(data.path());
    let mut command = Command::new("sh");
    // SIGXFSZ is ignored, so that a write beyond the limit fails instead of killing the process.
    command
        .args(["-c", r#"trap '' XFSZ; ulimit -f 512; exec "$0" serve"#])
        .arg(inner.get_program());
    take_environment(&mut command, &inner);
    command.env("PATH", "/usr/bin:/bin");
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    command
}

#[test]
fn a_logout_that_cannot_be_written_is_not_confirmed() {
    let data = data_dir_with_ada();
    let server = Process::start(&mut serve_with_a_small_disk(&data));
    let token = server.log_in("ada", "analytical engine");
    let full = (0..1000).any(|_| {
        server
            .post(
                "/api/login",
                "username=ada&password=analytical+engine",
                None,
            )
            .0
            == 503
    });
    assert!(full, "the file size limit was never reached");

    let (status, body) = server.post("/api/logout", "", Some(&token));
    assert_eq!((status, &body["error"]), (503, &"unavailable".into()));
    assert_eq!(
        server.post("/api/me", "", Some(&token)).0,
        200,
        "an unconfirmed logout must not take effect"
    );
    server.kill();

    let server = Process::serve(data.path());
    assert_eq!(server.post("/api/me", "", Some(&token)).0, 200);
    assert_eq!(server.post("/api/logout", "", Some(&token)).0, 200);
    assert_eq!(server.post("/api/me", "", Some(&token)).0, 401);
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
    let broken = TempDir::new().unwrap();
    fs::write(
        broken.path().join("countersign.db"),
        "this is no database, it is a text of some length",
    )
    .unwrap();
    let exposed = TempDir::new().unwrap();
    fs::write(exposed.path().join("countersign.db"), "").unwrap();
    fs::set_permissions(
        broken.path().join("countersign.db"),
        fs::Permissions::from_mode(0o600),
    )
    .unwrap();
    fs::set_permissions(
        exposed.path().join("countersign.db"),
        fs::Permissions::from_mode(0o640),
    )
    .unwrap();
    for (directory, variable, value, expected) in [
        (&data, "LEPTOS_SITE_ADDR", taken, "LEPTOS_SITE_ADDR"),
        (
            &data,
            "COUNTERSIGN_SESSION_MAX_SECONDS",
            "often",
            "session.max_seconds",
        ),
        (&data, "COUNTERSIGN_SESSION_MAXIMUM", "1", "maximum"),
        (&data, "COUNTERSIGN_LOG_LEVEL", "l=o=ud", "log.level"),
        (&data, "LEPTOS_SITE_ROOT", "/nowhere", "make build"),
        (&broken, "COUNTERSIGN_LOG_LEVEL", "off", "restore a backup"),
        (&exposed, "COUNTERSIGN_LOG_LEVEL", "off", "chmod 600"),
    ] {
        let output = countersign(directory.path())
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
