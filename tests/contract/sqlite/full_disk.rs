//! Tests of a disk to which nothing more can be written.

use std::process::{Command, Stdio};

use rustix::process::{Pid, Resource, Rlimit, prlimit};
use tempfile::TempDir;

use crate::support::{Process, countersign, data_dir_with_ada, failure, form, take_environment};

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

/// `SQLite` reports a full disk in several ways; here its shared memory can't grow.
#[test]
fn a_full_disk_is_named_as_a_possible_cause() {
    let data = data_dir_with_ada();
    let inner = countersign(data.path());
    let mut command = Command::new("sh");
    command
        .args(["-c", r#"trap '' XFSZ; ulimit -f 16; exec "$0" user list"#])
        .arg(inner.get_program());
    take_environment(&mut command, &inner);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let error = failure(&mut command);
    assert!(error.contains("disk may be full"), "{error}");
}
