//! Tests of the operator's commands beside a running server: sessions, keys and audit.

use std::{
    fs,
    thread::sleep,
    time::{Duration, Instant},
};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{
    Process, adopt_keys, countersign, key_files, key_id_of, run, run_command, run_successfully,
    status_without_key,
};

/// A running server with the users ada and eve.
pub fn serve() -> (TempDir, Process) {
    let data = TempDir::new().unwrap();
    for name in ["ada", "eve"] {
        let added = run(
            countersign(data.path()).args(["user", "add", name, "--password-stdin"]),
            "analytical engine",
        );
        assert!(added.status.success());
    }
    let server = Process::serve(data.path());
    (data, server)
}

fn log_in(server: &Process, name: &str) -> String {
    server.log_in(name, "analytical engine")
}

fn status(server: &Process, token: &str) -> u16 {
    server.post("/api/me", "", Some(token)).0
}

/// Waits up to one second until `/api/me` returns the expected status.
#[track_caller]
fn assert_status_within_a_second(server: &Process, token: &str, expected: u16) {
    let start = Instant::now();
    while status(server, token) != expected {
        assert!(
            start.elapsed() < Duration::from_secs(1),
            "the status is not {expected} after one second"
        );
        sleep(Duration::from_millis(20));
    }
}

/// Every command but `serve` and `user add`.
pub const ON_AN_EXISTING_DATABASE: [&[&str]; 12] = [
    &["user", "list"],
    &["user", "disable", "ada"],
    &["user", "enable", "ada"],
    &["user", "passwd", "ada", "--password-stdin"],
    &["session", "list"],
    &["session", "list", "--user", "ada"],
    &["session", "revoke", "019b76da-a800-730a-b722-28b91e29635f"],
    &["session", "revoke", "--user", "ada"],
    &["session", "revoke", "--all"],
    &["keys", "rotate"],
    &["audit"],
    &["backup", "copy.db"],
];

#[test]
fn live_sessions_are_listed_with_user_and_device() {
    let (data, server) = serve();
    let token = log_in(&server, "ada");
    log_in(&server, "eve");
    let all = run_successfully(data.path(), &["session", "list"]);
    assert_eq!(all.lines().count(), 2, "{all}");
    let of_ada = run_successfully(data.path(), &["session", "list", "--user", "ADA"]);
    assert!(
        of_ada.contains("  ada  \"ureq/") && of_ada.lines().count() == 1,
        "{of_ada}"
    );
    server.post("/api/logout", "", Some(&token));
    assert_eq!(
        run_successfully(data.path(), &["session", "list", "--user", "ada"]),
        ""
    );
}

#[test]
fn revoking_a_session_ends_it_at_once_and_no_other() {
    let (data, server) = serve();
    let (token, other) = (log_in(&server, "ada"), log_in(&server, "eve"));
    let list = run_successfully(data.path(), &["session", "list", "--user", "ada"]);
    let id = list.split_whitespace().next().unwrap();
    // The server reads the session three times first, so that a cached read would show below.
    assert_eq!([200; 3].map(|_| status(&server, &token)), [200; 3]);
    run_successfully(data.path(), &["session", "revoke", id]);
    assert_eq!(status(&server, &token), 401);
    assert_eq!(status(&server, &other), 200);

    let again = run_command(data.path(), &["session", "revoke", id]);
    assert_eq!(again.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&again.stderr).contains("session list"));
}

#[test]
fn all_sessions_of_one_user_or_of_every_user_can_be_revoked() {
    let (data, server) = serve();
    let (one, two, other) = (
        log_in(&server, "ada"),
        log_in(&server, "ada"),
        log_in(&server, "eve"),
    );
    let output = run_successfully(data.path(), &["session", "revoke", "--user", "Ada"]);
    assert!(
        output.contains("ada: 2") || output.contains("Ada: 2"),
        "{output}"
    );
    assert_eq!(status(&server, &one), 401);
    assert_eq!(status(&server, &two), 401);
    assert_eq!(status(&server, &other), 200);
    run_successfully(data.path(), &["session", "revoke", "--all"]);
    assert_eq!(status(&server, &other), 401);
    assert_eq!(status(&server, &log_in(&server, "eve")), 200);
}

#[test]
fn session_revoke_takes_exactly_one_of_id_user_and_all() {
    let (data, _server) = serve();
    for arguments in [
        &["session", "revoke"][..],
        &["session", "revoke", "--user", "ada", "--all"],
        &["session", "revoke", "x"],
    ] {
        assert_eq!(
            run_command(data.path(), arguments).status.code(),
            Some(2),
            "{arguments:?}"
        );
    }
    let unknown = run_command(data.path(), &["session", "revoke", "--user", "nobody"]);
    assert_eq!(unknown.status.code(), Some(1));
}

#[test]
fn a_new_key_signs_within_a_second_and_older_tokens_stay_valid() {
    let (data, server) = serve();
    let before = log_in(&server, "ada");
    let output = run_successfully(data.path(), &["keys", "rotate", "--now"]);
    let newest = key_files(data.path()).pop().unwrap();
    assert!(output.contains(newest.to_str().unwrap()), "{output}");
    sleep(Duration::from_secs(1));
    let after = log_in(&server, "ada");
    assert_ne!(key_id_of(&before), key_id_of(&after));
    assert_eq!(
        (status(&server, &before), status(&server, &after)),
        (200, 200)
    );
}

#[test]
fn tokens_of_a_removed_key_are_refused_within_a_second() {
    let (data, server) = serve();
    let before = log_in(&server, "ada");
    run_successfully(data.path(), &["keys", "rotate", "--now"]);
    fs::remove_file(key_files(data.path()).remove(0)).unwrap();
    adopt_keys(data.path());
    assert_status_within_a_second(&server, &before, 401);
    let after = log_in(&server, "ada");
    assert_eq!(status(&server, &after), 200);
    let audit = run_successfully(data.path(), &["audit"]);
    assert!(
        audit.contains(&format!("key_removed  detail={}", key_id_of(&before))),
        "{audit}"
    );
    assert!(
        audit.contains(&format!("key_added  detail={}", key_id_of(&after))),
        "{audit}"
    );
}

#[test]
fn keys_rotated_in_one_second_are_all_kept() {
    let (data, _server) = serve();
    for _ in 0..3 {
        run_successfully(data.path(), &["keys", "rotate", "--now"]);
    }
    assert_eq!(key_files(data.path()).len(), 4);
}

#[test]
fn a_server_without_keys_accepts_no_token_and_answers_logins_with_503() {
    let (data, server) = serve();
    let token = log_in(&server, "ada");
    fs::remove_file(key_files(data.path()).remove(0)).unwrap();
    assert_status_within_a_second(&server, &token, status_without_key());
    assert_eq!(
        server
            .post(
                "/api/login",
                "username=ada&password=analytical+engine",
                None
            )
            .0,
        503
    );
    adopt_keys(data.path());
    run_successfully(data.path(), &["keys", "rotate", "--now"]);
    sleep(Duration::from_secs(1));
    assert_eq!(status(&server, &log_in(&server, "ada")), 200);
}

#[test]
fn a_running_server_skips_a_bad_key_file_and_keeps_its_other_keys() {
    let (data, server) = serve();
    let token = log_in(&server, "ada");
    fs::write(
        data.path().join("keys/signing-999999999999.pem"),
        "no key at all",
    )
    .unwrap();
    sleep(Duration::from_secs(1));
    assert_eq!(status(&server, &token), 200);
    assert_eq!(status(&server, &log_in(&server, "ada")), 200);
    let (_, log) = server.stop();
    assert!(
        log.contains("signing-999999999999.pem") && log.contains("skipped a signing key"),
        "{log}"
    );
}

#[test]
fn the_audit_log_is_printed_as_text_and_as_json() {
    let (data, server) = serve();
    let token = log_in(&server, "ada");
    server.post("/api/login", "username=eve&password=wrong-guess", None);
    server.post("/api/logout", "", Some(&token));
    run_successfully(data.path(), &["user", "disable", "eve"]);

    let text = run_successfully(data.path(), &["audit", "--user", "ada"]);
    let kinds: Vec<_> = text
        .lines()
        .map(|line| line.split("  ").nth(1).unwrap())
        .collect();
    assert_eq!(kinds, ["user_added", "login", "logout"]);
    assert!(text.contains("ip=127.0.0.1  user_agent=\"ureq/"), "{text}");

    let json = run_successfully(data.path(), &["audit", "--user", "eve", "--json"]);
    let events: Vec<Value> = json
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(events.len(), 3);
    assert_eq!(
        (&events[1]["event"], &events[1]["detail"]),
        (&"login_failed".into(), &"wrong_password".into())
    );
    assert_eq!(
        (&events[2]["event"], &events[2]["user_agent"]),
        (&"user_disabled".into(), &"command line".into())
    );
    assert!(events[2]["at"].as_str().unwrap().ends_with('Z'));
    assert!(!json.contains("guess") && !text.contains("guess"));

    assert_eq!(
        run_successfully(data.path(), &["audit", "--since", "2999-01-01"]),
        ""
    );
    assert!(
        run_successfully(data.path(), &["audit", "--since", "1h"])
            .lines()
            .count()
            >= 6
    );
    assert_eq!(
        run_command(data.path(), &["audit", "--since", "whenever"])
            .status
            .code(),
        Some(2)
    );
}
