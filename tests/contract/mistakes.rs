//! Tests of an operator's mistakes: each is refused, or warned of, in one line that says what to do.

use std::{
    fs,
    process::{Command, Output},
    thread::sleep,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::support::{Process, countersign};

/// Runs a command that has to fail, and returns its one line on standard error. A server that
/// starts nevertheless is killed.
#[track_caller]
fn failure(command: &mut Command) -> String {
    let output = finished(command);
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert_eq!(error.lines().count(), 1, "{error}");
    error
}

fn finished(command: &mut Command) -> Output {
    let mut child = command.spawn().unwrap();
    let start = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if start.elapsed() > Duration::from_secs(10) {
            child.kill().unwrap();
        }
        sleep(Duration::from_millis(20));
    }
    child.wait_with_output().unwrap()
}

#[test]
fn a_log_level_that_is_none_is_refused_by_name() {
    let data = TempDir::new().unwrap();
    for level in [
        "warning",
        "verbose",
        "inf",
        "",
        "countersign",
        "inf,countersign=debug",
    ] {
        let mut command = countersign(data.path());
        command.arg("serve").env("COUNTERSIGN_LOG_LEVEL", level);
        let error = failure(&mut command);
        assert!(
            error.contains("log.level") && error.contains("debug"),
            "{error}"
        );
    }
    for level in ["OFF", "warn,countersign=debug", "countersign=debug"] {
        let mut command = countersign(data.path());
        command.arg("serve").env("COUNTERSIGN_LOG_LEVEL", level);
        Process::start(&mut command);
    }
}

#[test]
fn an_empty_data_directory_is_refused_by_name() {
    let here = TempDir::new().unwrap();
    let file = here.path().join("file");
    fs::write(&file, "").unwrap();
    for (value, expected) in [("", "empty"), (file.to_str().unwrap(), "not a directory")] {
        let outside = TempDir::new().unwrap();
        for arguments in [&["serve"][..], &["user", "list"]] {
            let mut command = countersign(outside.path());
            command
                .args(arguments)
                .current_dir(here.path())
                .env("COUNTERSIGN_DATA_DIR", value);
            let error = failure(&mut command);
            assert!(
                error.contains("data.dir") && error.contains(expected),
                "{error}"
            );
        }
    }
    assert_eq!(fs::read_dir(here.path()).unwrap().count(), 1);
}

/// The error of a configuration file with this text, which is called `mine.toml`.
#[track_caller]
fn error_of_file(text: &str) -> String {
    let data = TempDir::new().unwrap();
    let file = data.path().join("mine.toml");
    fs::write(&file, text).unwrap();
    let mut command = countersign(data.path());
    command.env_remove("LEPTOS_SITE_ADDR");
    failure(command.args(["user", "list", "--config"]).arg(&file))
}

#[test]
fn an_error_in_the_configuration_file_names_the_file_and_the_line_or_key() {
    for (text, expected) in [
        ("[log]\nlevel = \"info\n", "mine.toml:2: "),
        ("[log]\nlevel = info\n", "mine.toml:2: "),
        ("[log]\n[log]\n", "mine.toml:2: "),
        ("[log]\nlevle = \"info\"\n", "log.levle"),
        ("[logg]\nlevel = \"info\"\n", "logg"),
        ("[session]\nmax_seconds = \"x\"\n", "session.max_seconds"),
        ("[session]\nmax_seconds = 0\n", "session.max_seconds"),
        (
            "[package.metadata.leptos]\nsite-addr = \"localhost:1\"\n",
            "site-addr",
        ),
    ] {
        let error = error_of_file(text);
        assert!(
            error.contains(expected) && error.contains("mine.toml"),
            "{error}"
        );
        assert!(!error.contains(": :"), "{error}");
    }
}

#[test]
fn an_error_in_the_environment_names_the_variable() {
    for (name, value, expected) in [
        ("COUNTERSIGN_SESION_MAX_SECONDS", "1", "sesion"),
        ("COUNTERSIGN_SESSION_MAXIMUM", "1", "session.maximum"),
        (
            "COUNTERSIGN_SESSION_MAX_SECONDS",
            "often",
            "session.max_seconds",
        ),
        (
            "COUNTERSIGN_SESSION_MAX_SECONDS",
            "0",
            "session.max_seconds",
        ),
        ("COUNTERSIGN_NONSENSE", "1", "nonsense"),
        ("LEPTOS_SITE_ADDR", "localhost:4890", "IP address and port"),
    ] {
        let data = TempDir::new().unwrap();
        let mut command = countersign(data.path());
        let error = failure(command.args(["user", "list"]).env(name, value));
        assert!(error.contains(name) && error.contains(expected), "{error}");
        let refused = name != "LEPTOS_SITE_ADDR" || error.contains("\"localhost:4890\"");
        assert!(refused && !error.contains(": :"), "{error}");
    }
}
