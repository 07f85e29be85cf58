//! Tests of an operator's mistakes: each is refused, or warned of, in one line that says what to do.

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    process::{Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::support::{
    Process, adopt_keys, countersign, data_dir_with_ada, failure, finished, run, take_environment,
};

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
fn a_value_that_contains_a_password_is_not_shown() {
    let addresses = [
        "postgres://user:canary@host/db",
        "postgres:///db?host=h&password=canary",
        "postgres://user:can\"canary@host/db",
        "postgres://user:canary",
        "postgresql://user:canary",
    ];
    for name in [
        "COUNTERSIGN_SESSION_MAX_SECONDS",
        "COUNTERSIGN_SERVER_TRUSTED_PROXIES",
        "COUNTERSIGN_SERVER_COOKIE_PREFIX",
        "COUNTERSIGN_SERVER_TLS_CERTIFICATE",
        "COUNTERSIGN_PUBLIC_URL",
        "COUNTERSIGN_PUBLIC_HSTS_INCLUDE_SUBDOMAINS",
        "COUNTERSIGN_DATA_DIR",
        "COUNTERSIGN_DATABASE_MIGRATE",
        "COUNTERSIGN_DATABASE_PASSWORD_FILE",
        "COUNTERSIGN_LOG_LEVEL",
        "COUNTERSIGN_LOG_FORMAT",
        "LEPTOS_SITE_ADDR",
    ] {
        for address in addresses {
            let data = TempDir::new().unwrap();
            let mut command = countersign(data.path());
            command.current_dir(data.path());
            let error = failure(command.arg("serve").env(name, address));
            assert!(error.contains(name), "{error}");
            assert!(!error.contains("canary"), "{error}");
        }
    }
    let data = TempDir::new().unwrap();
    let mut command = countersign(data.path());
    let mistyped = command.env("COUNTERSIGN_LOG_FORMAT", "xml");
    assert!(failure(mistyped.arg("serve")).contains("xml"));
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
        (
            "COUNTERSIGN_LOG_FORMAT",
            "xml",
            "expected one of text, json",
        ),
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

/// The program in a directory of its own, and a site of these files.
fn install(hashes: &str, files: &[&str]) -> (TempDir, Command) {
    let directory = TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let program = directory.path().join("countersign");
    fs::hard_link(env!("CARGO_BIN_EXE_countersign"), &program).unwrap();
    fs::write(directory.path().join("hash.txt"), hashes).unwrap();
    // With a database and keys, so that nothing is logged about new ones.
    adopt_keys(directory.path());
    let mut add = countersign(directory.path());
    add.args(["user", "add", "ada", "--password-stdin"]);
    assert!(run(&mut add, "analytical engine\n").status.success());
    let inner = countersign(directory.path());
    for file in files {
        fs::write(directory.path().join("site/pkg").join(file), "").unwrap();
    }
    let mut command = Command::new(program);
    take_environment(&mut command, &inner);
    command
        .arg("serve")
        .env("LEPTOS_HASH_FILES", "true")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    (directory, command)
}

const HASHES: &str = "js: a\nwasm: b\ncss: c\nmanifest: d\nsplit: e\n";
const SITE: [&str; 5] = [
    "countersign.a.js",
    "countersign.b.wasm",
    "countersign.c.css",
    "__wasm_split_manifest.d.json",
    "__wasm_split.e.js",
];

#[test]
fn a_site_without_a_file_that_its_pages_name_stops_the_start() {
    for missing in SITE {
        let others: Vec<_> = SITE.into_iter().filter(|file| *file != missing).collect();
        let (_directory, mut command) = install(HASHES, &others);
        let error = failure(&mut command);
        assert!(error.contains(missing), "{missing}: {error}");
        assert!(error.contains("hash.txt"), "{missing}: {error}");
    }
    for hashes in ["", "js: a\nwasm: b\n"] {
        let (_directory, mut command) = install(hashes, &SITE);
        assert!(failure(&mut command).contains("hash.txt"), "{hashes:?}");
    }
    let (_directory, mut command) = install(HASHES, &SITE);
    Process::start(&mut command);
}

#[test]
fn the_audit_log_of_nobody_is_an_error() {
    let data = data_dir_with_ada();
    let error = failure(countersign(data.path()).args(["audit", "--user", "adda"]));
    assert!(error.contains("no user adda"), "{error}");
    let none_yet = ["audit", "--user", "ada", "--since", "2999-01-01"];
    let output = finished(countersign(data.path()).args(none_yet));
    assert!(output.status.success() && output.stdout.is_empty());
}

#[test]
fn a_wrong_user_name_is_reported_before_the_password_is_asked_for() {
    let data = data_dir_with_ada();
    for (command, name, expected) in [
        ("add", "ADA", "already a user"),
        ("passwd", "nobody", "no user nobody"),
    ] {
        let error = failure(countersign(data.path()).args(["user", command, name]));
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn a_second_signal_ends_a_shutdown_that_waits() {
    let data = TempDir::new().unwrap();
    let mut command = countersign(data.path());
    command.arg("serve");
    for seconds in ["HEADER_TIMEOUT", "IDLE_TIMEOUT", "SHUTDOWN_TIMEOUT"] {
        command.env(format!("COUNTERSIGN_SERVER_{seconds}_SECONDS"), "59");
    }
    let mut server = Process::start(&mut command);
    let mut slow = TcpStream::connect(server.origin.strip_prefix("http://").unwrap()).unwrap();
    slow.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n")
        .unwrap();
    server.get("/healthz");
    server.signal("INT");
    assert!(!server.exits_within(Duration::from_secs(1)));
    server.signal("INT");
    assert!(server.exits_within(Duration::from_secs(5)));
    let (status, log) = server.exited();
    assert!(status.success());
    let line = log.lines().find(|line| line.contains("shutting down"));
    assert!(line.is_some_and(|line| line.contains("59")), "{log}");
}

#[test]
fn a_password_on_standard_input_ends_with_its_line() {
    let data = TempDir::new().unwrap();
    for (name, input) in [
        ("ada", "analytical engine\r\nmore"),
        ("eve", "analytical engine\n"),
    ] {
        let mut command = countersign(data.path());
        let mut child = command
            .args(["user", "add", name, "--password-stdin"])
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let mut open = child.stdin.take().unwrap();
        open.write_all(input.as_bytes()).unwrap();
        let start = Instant::now();
        while child.try_wait().unwrap().is_none() {
            let waited = start.elapsed();
            assert!(waited < Duration::from_secs(10), "it waits for the end");
            sleep(Duration::from_millis(20));
        }
        assert!(child.wait().unwrap().success());
    }
    let server = Process::serve(data.path());
    for name in ["ada", "eve"] {
        server.log_in(name, "analytical engine");
    }
}

/// What a command prints at a terminal where `typed` is typed.
fn at_terminal(inner: &Command, typed: &str) -> Option<String> {
    let quoted = inner.get_args().map(|argument| argument.to_str().unwrap());
    let line = format!(
        "{} {}",
        inner.get_program().to_str().unwrap(),
        quoted.collect::<Vec<_>>().join(" ")
    );
    // A command that asks for nothing would wait for ever.
    let mut command = Command::new("timeout");
    take_environment(&mut command, inner);
    command
        .args(["10", "script", "--quiet", "--return"])
        .args(["--command", &line, "/dev/null"])
        .env("PATH", "/usr/bin:/bin")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    if Command::new("script").arg("--version").output().is_err() {
        eprintln!("skipped: `script` is not installed");
        return None;
    }
    let mut child = command.spawn().unwrap();
    let mut terminal = child.stdin.take().unwrap();
    let mut output = child.stdout.take().unwrap();
    let mut printed = String::new();
    let mut byte = [0];
    while !printed.ends_with(": ") && output.read(&mut byte).unwrap() == 1 {
        printed.push(char::from(byte[0]));
    }
    // The prompt is printed before the terminal is set, which discards what was typed until then.
    while child.try_wait().unwrap().is_none() {
        let _ = terminal.write_all(typed.as_bytes());
        sleep(Duration::from_millis(100));
    }
    let mut rest = Vec::new();
    // A terminal that is closed is an error.
    let _ = output.read_to_end(&mut rest);
    Some(printed + &String::from_utf8_lossy(&rest))
}

#[test]
fn a_password_is_not_read_from_a_terminal_that_shows_it() {
    let data = TempDir::new().unwrap();
    let mut command = countersign(data.path());
    command.args(["user", "add", "ada", "--password-stdin"]);
    let Some(printed) = at_terminal(&command, "analytical engine\n") else {
        return;
    };
    assert!(printed.contains("without --password-stdin"), "{printed}");
}

#[test]
fn a_password_that_is_not_in_utf_8_is_refused_as_such() {
    let data = TempDir::new().unwrap();
    let mut command = countersign(data.path());
    command.args(["user", "add", "ada", "--password-stdin"]);
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(b"analytical \xe9ngine\n").unwrap();
    drop(input);
    let error = String::from_utf8(child.wait_with_output().unwrap().stderr).unwrap();
    assert!(
        error.contains("password") && error.contains("UTF-8"),
        "{error}"
    );
}

#[test]
fn the_end_of_input_at_the_prompt_is_no_password() {
    let data = TempDir::new().unwrap();
    let mut command = countersign(data.path());
    command.args(["user", "add", "ada"]);
    let Some(printed) = at_terminal(&command, "\u{4}") else {
        return;
    };
    assert!(printed.contains("no password was typed"), "{printed}");
}

#[test]
fn a_text_that_is_no_session_id_is_refused_as_such() {
    let data = data_dir_with_ada();
    let output = finished(countersign(data.path()).args(["session", "revoke", "xyz"]));
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert!(
        error.contains("not the id of a session") && error.contains("session list"),
        "{error}"
    );
}
