//! Tests of `countersign user …` beside a running server.

use std::{path::Path, process::Output};

use tempfile::TempDir;

use crate::support::{Process, countersign, run};

fn user(data_dir: &Path, arguments: &[&str], input: &str) -> Output {
    run(countersign(data_dir).arg("user").args(arguments), input)
}

#[track_caller]
fn assert_succeeded(output: &Output) -> String {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    assert!(
        output.status.success(),
        "{text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    text
}

/// Asserts exit status 1 and a single line on standard error, and returns that line.
#[track_caller]
fn assert_failed(output: &Output) -> String {
    let text = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert_eq!(text.lines().count(), 1, "{text}");
    text
}

fn add_ada(data_dir: &Path) {
    assert_succeeded(&user(
        data_dir,
        &["add", "Ada", "--password-stdin"],
        "analytical engine\n",
    ));
}

#[test]
fn an_added_user_can_sign_in_to_the_running_server() {
    let data = TempDir::new().unwrap();
    let server = Process::serve(data.path());
    add_ada(data.path());
    server.log_in("ada", "analytical engine");
    let list = assert_succeeded(&user(data.path(), &["list"], ""));
    assert!(
        list.starts_with("enabled ") && list.trim_end().ends_with("Ada"),
        "{list}"
    );
}

#[test]
fn a_disabled_user_is_signed_out_at_once_and_needs_a_new_session_once_enabled() {
    let data = TempDir::new().unwrap();
    let server = Process::serve(data.path());
    add_ada(data.path());
    let token = server.log_in("ada", "analytical engine");

    assert_succeeded(&user(data.path(), &["disable", "ADA"], ""));
    assert_eq!(server.post("/api/me", "", Some(&token)).0, 401);
    assert_eq!(
        server
            .post(
                "/api/login",
                "username=ada&password=analytical+engine",
                None
            )
            .0,
        401
    );
    assert!(assert_succeeded(&user(data.path(), &["list"], "")).starts_with("disabled"));

    assert_succeeded(&user(data.path(), &["enable", "ada"], ""));
    assert_eq!(server.post("/api/me", "", Some(&token)).0, 401);
    server.log_in("ada", "analytical engine");
}

#[test]
fn changing_a_password_ends_the_sessions_opened_with_the_old_one() {
    let data = TempDir::new().unwrap();
    let server = Process::serve(data.path());
    add_ada(data.path());
    let token = server.log_in("ada", "analytical engine");

    assert_succeeded(&user(
        data.path(),
        &["passwd", "ada", "--password-stdin"],
        "difference engine",
    ));
    assert_eq!(server.post("/api/me", "", Some(&token)).0, 401);
    assert_eq!(
        server
            .post(
                "/api/login",
                "username=ada&password=analytical+engine",
                None
            )
            .0,
        401
    );
    server.log_in("ada", "difference engine");
}

#[test]
fn a_failed_user_command_prints_one_line_and_exits_with_status_1() {
    let data = TempDir::new().unwrap();
    add_ada(data.path());
    for (arguments, input, expected) in [
        (
            &["add", "ada", "--password-stdin"][..],
            "analytical engine",
            "already",
        ),
        (&["add", "eve", "--password-stdin"], "short", "at least 15"),
        (&["add", "eve", "--password-stdin"], "", "Enter a password"),
        (
            &["add", "\u{1b}[31m", "--password-stdin"],
            "analytical engine",
            "can't have",
        ),
        (
            &["add", "eve@example.org", "--password-stdin"],
            "analytical engine",
            "can't contain @",
        ),
        (
            &["add", "eve＠example.org", "--password-stdin"],
            "analytical engine",
            "can't contain @",
        ),
        (&["add", "eve"], "", "--password-stdin"),
        (&["disable", "eve"], "", "no user eve"),
        (&["enable", "eve"], "", "user list"),
        (
            &["passwd", "eve", "--password-stdin"],
            "analytical engine",
            "no user eve",
        ),
    ] {
        let error = assert_failed(&user(data.path(), arguments, input));
        assert!(error.contains(expected), "{arguments:?}: {error}");
    }
}

#[test]
fn wrong_usage_exits_with_status_2() {
    let data = TempDir::new().unwrap();
    for arguments in [&["add"][..], &["remove", "ada"], &["list", "--colour"]] {
        assert_eq!(
            user(data.path(), arguments, "").status.code(),
            Some(2),
            "{arguments:?}"
        );
    }
    assert_eq!(
        countersign(data.path()).output().unwrap().status.code(),
        Some(2)
    );
}

/// Persian writes a zero-width non-joiner between letters that would join otherwise.
#[test]
fn a_persian_name_with_a_non_joiner_can_be_added_and_signs_in() {
    let data = TempDir::new().unwrap();
    let server = Process::serve(data.path());
    let name = "\u{646}\u{6cc}\u{6a9}\u{200c}\u{646}\u{627}\u{645}";
    let arguments = ["add", name, "--password-stdin"];
    assert_succeeded(&user(data.path(), &arguments, "analytical engine\n"));
    server.log_in(name, "analytical engine");
    for name in [
        "ada\u{200c}eve",
        "\u{646}\u{200c}",
        "\u{646}\u{200c} \u{646}",
    ] {
        let arguments = ["add", name, "--password-stdin"];
        let failed = user(data.path(), &arguments, "analytical engine\n");
        assert!(assert_failed(&failed).contains("can't have"), "{name:?}");
    }
}
