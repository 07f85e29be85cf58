//! Tests of `countersign serve` as a process: start, stop, crash and full disk.

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    os::unix::fs::PermissionsExt,
    process::{Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Resource, Rlimit, prlimit};
use tempfile::TempDir;

use crate::support::{Process, countersign, data_dir_with_ada, form, run, take_environment};

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

/// A server that survives a write beyond the maximum size of a file: SIGXFSZ is ignored.
fn serve_with_a_small_disk(data: &TempDir) -> Process {
    let inner = countersign(data.path());
    let mut command = Command::new("sh");
    command
        .args(["-c", r#"trap '' XFSZ; exec "$0" serve"#])
        .arg(inner.get_program());
    take_environment(&mut command, &inner);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    Process::start(&mut command)
}

/// Sets the maximum size of a file, in bytes. A small one has the effect of a full disk.
fn set_disk_size(server: &Process, bytes: Option<u64>) {
    let pid = Pid::from_raw(server.id().try_into().unwrap());
    let limit = Rlimit {
        current: bytes,
        maximum: None,
    };
    prlimit(pid, Resource::Fsize, limit).unwrap();
}

#[test]
fn a_logout_that_cannot_be_written_is_not_confirmed() {
    let data = data_dir_with_ada();
    let server = serve_with_a_small_disk(&data);
    let token = server.log_in("ada", "analytical engine");
    set_disk_size(&server, Some(1));
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
fn nothing_is_answered_from_a_database_that_was_replaced() {
    let data = data_dir_with_ada();
    let server = Process::serve(data.path());
    let token = server.log_in("ada", "analytical engine");
    let copy = data.path().join("copy.db");
    let backup = ["backup", copy.to_str().unwrap()];
    assert!(
        run(countersign(data.path()).args(backup), "")
            .status
            .success()
    );
    let database = data.path().join("countersign.db");
    // Not while it is away: it may come back.
    fs::rename(&database, data.path().join("away.db")).unwrap();
    sleep(Duration::from_millis(1200));
    assert_eq!(server.post("/api/me", "", Some(&token)).0, 200);
    fs::rename(copy, database).unwrap();
    sleep(Duration::from_millis(1200));
    assert_eq!(server.post("/api/me", "", Some(&token)).0, 503);
    let fields = form(&[("username", "ada"), ("password", "analytical engine")]);
    assert_eq!(server.post("/api/login", &fields, None).0, 503);
    assert_eq!(server.get("/readyz").status, 503);
    assert_eq!(server.get("/healthz").status, 200);
    let (status, log) = server.stop();
    assert!(status.success() && log.contains("was replaced"), "{log}");
}

#[test]
fn a_disk_that_was_full_is_written_again_at_once() {
    let data = data_dir_with_ada();
    let server = serve_with_a_small_disk(&data);
    let cookie = server.log_in_response("ada", "analytical engine");
    let cookie = cookie.cookie().unwrap().0.to_owned();
    let tokens = [(); 3].map(|()| server.log_in("ada", "analytical engine"));
    let fields = form(&[("username", "ada"), ("password", "analytical engine")]);
    let revoke = |token: &str| {
        server
            .post("/api/revoke_other_sessions", &fields, Some(token))
            .0
    };
    set_disk_size(&server, Some(1));
    for token in &tokens {
        assert_eq!(server.post("/api/logout", "", Some(token)).0, 503);
    }
    assert_eq!(server.post("/api/login", &fields, None).0, 503);
    assert_eq!(server.refresh(&cookie), 503);
    assert_eq!(revoke(&tokens[0]), 503);
    set_disk_size(&server, None);
    assert_eq!(server.post("/api/logout", "", Some(&tokens[2])).0, 200);
    assert_eq!(server.refresh(&cookie), 200);
    server.log_in("ada", "analytical engine");
    assert_eq!(revoke(&tokens[0]), 200);
    assert_eq!(server.post("/api/me", "", Some(&tokens[1])).0, 401);
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
        (
            &data,
            "LEPTOS_SITE_ROOT",
            "/nowhere",
            "set LEPTOS_SITE_ROOT",
        ),
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
