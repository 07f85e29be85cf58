use std::{
    io::{BufRead, BufReader, Read, Write},
    path::Path,
    process::{Child, ChildStdout, Command, Output, Stdio},
    time::{Duration, Instant},
};

use axum::http::StatusCode;
use serde_json::Value;
use tempfile::TempDir;

use super::{TestResponse, adopt_keys, use_database_of};

/// A command that runs the program on a data directory, without this process' environment.
pub fn countersign(data_dir: &Path) -> Command {
    let site = data_dir.join("site");
    std::fs::create_dir_all(site.join("pkg")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    command
        .env_clear()
        .env("COUNTERSIGN_DATA_DIR", data_dir)
        .env("LEPTOS_SITE_ADDR", "127.0.0.1:0")
        .env("LEPTOS_SITE_ROOT", site)
        .env("LEPTOS_HASH_FILES", "false")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    use_database_of(data_dir, &mut command);
    command
}

/// A data directory with the account `ada` and keys.
pub fn data_dir_with_ada() -> TempDir {
    let data = TempDir::new().unwrap();
    adopt_keys(data.path());
    add_ada(&mut countersign(data.path()));
    data
}

/// The same for servers with this `public.url`. On Postgres, the first of them makes the keys.
pub fn data_dir_with_ada_at(public_url: &str) -> TempDir {
    let data = TempDir::new().unwrap();
    add_ada(countersign(data.path()).env("COUNTERSIGN_PUBLIC_URL", public_url));
    data
}

fn add_ada(command: &mut Command) {
    let added = run(
        command.args(["user", "add", "ada", "--password-stdin"]),
        "analytical engine",
    );
    assert!(added.status.success(), "{added:?}");
}

/// A running `countersign serve` on a free port. It is killed on drop.
pub struct Process {
    child: Child,
    stdout: BufReader<ChildStdout>,
    pub origin: String,
}

impl Process {
    pub fn serve(data_dir: &Path) -> Self {
        Self::start(countersign(data_dir).arg("serve"))
    }

    pub fn start(command: &mut Command) -> Self {
        let mut child = command.spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut output = String::new();
        let origin = loop {
            let mut line = String::new();
            assert_ne!(
                stdout.read_line(&mut line).unwrap(),
                0,
                "the server did not start: {output}"
            );
            if let Some((_, origin)) = line.trim().split_once("listening on ") {
                break origin.to_owned();
            }
            output.push_str(&line);
        };
        Self {
            child,
            stdout,
            origin,
        }
    }

    /// Posts a form, with or without a token, and returns status and body.
    pub fn post(&self, path: &str, form: &str, token: Option<&str>) -> (u16, Value) {
        self.try_post(path, form, token).unwrap()
    }

    /// The same as [`Self::post`], or `None` when the server can't be reached.
    pub fn try_post(&self, path: &str, form: &str, token: Option<&str>) -> Option<(u16, Value)> {
        let mut request = agent()
            .post(format!("{}{path}", self.origin))
            .header("content-type", "application/x-www-form-urlencoded");
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let mut response = request.send(form).ok()?;
        let body = response.body_mut().read_to_string().ok()?;
        Some((
            response.status().as_u16(),
            serde_json::from_str(&body).unwrap_or(Value::Null),
        ))
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Gets a path without cookies or a token.
    pub fn get(&self, path: &str) -> TestResponse {
        let (parts, mut body) = agent()
            .get(format!("{}{path}", self.origin))
            .call()
            .unwrap()
            .into_parts();
        TestResponse {
            status: parts.status,
            headers: parts.headers,
            body: body.read_to_vec().unwrap().into(),
        }
    }

    pub fn log_in(&self, name: &str, password: &str) -> String {
        let (status, body) = self.post(
            "/api/login",
            &super::form(&[("username", name), ("password", password)]),
            None,
        );
        assert_eq!(status, 200, "{body}");
        body["access_token"].as_str().unwrap().to_owned()
    }

    /// The response to a login, with its cookies.
    pub fn log_in_response(&self, name: &str, password: &str) -> TestResponse {
        let fields = super::form(&[("username", name), ("password", password)]);
        self.send_form("/api/login", &fields, &[])
    }

    /// Refreshes by a cookie and returns the status.
    pub fn refresh(&self, cookie: &str) -> StatusCode {
        self.send_form("/api/refresh", "", &[("cookie", cookie)])
            .status
    }

    /// Posts a form with these headers.
    pub fn send_form(&self, path: &str, fields: &str, headers: &[(&str, &str)]) -> TestResponse {
        let mut request = agent()
            .post(format!("{}{path}", self.origin))
            .header("content-type", "application/x-www-form-urlencoded");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (parts, mut body) = request.send(fields).unwrap().into_parts();
        TestResponse {
            status: parts.status,
            headers: parts.headers,
            body: body.read_to_vec().unwrap().into(),
        }
    }

    pub fn signal(&self, name: &str) {
        let done = Command::new("kill")
            .args([&format!("-{name}"), &self.child.id().to_string()])
            .status()
            .unwrap();
        assert!(done.success());
    }

    /// Waits until a process that was sent a signal has exited.
    pub fn wait(&mut self) {
        self.child.wait().unwrap();
    }

    /// Whether a process that was sent a signal exits in time.
    pub fn exits_within(&mut self, time: Duration) -> bool {
        let start = Instant::now();
        while self.child.try_wait().unwrap().is_none() {
            if start.elapsed() > time {
                return false;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        true
    }

    /// Sends SIGKILL, so that the server can't shut down cleanly.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Sends SIGTERM. Returns the exit status and the log: standard error, then standard output.
    pub fn stop(self) -> (std::process::ExitStatus, String) {
        self.signal("TERM");
        self.exited()
    }

    /// The same of a process that was sent a signal.
    pub fn exited(mut self) -> (std::process::ExitStatus, String) {
        let mut log = String::new();
        self.child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut log)
            .unwrap();
        let mut rest = String::new();
        self.stdout.read_to_string(&mut rest).unwrap();
        (self.child.wait().unwrap(), log + &rest)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The same command under strace with these arguments; `None` where strace can't be used.
pub fn traced(inner: &Command, arguments: &[&str]) -> Option<Command> {
    let usable = Command::new("strace")
        .args(["-o", "/dev/null", "true"])
        .stderr(Stdio::null())
        .status();
    if !usable.is_ok_and(|status| status.success()) {
        eprintln!("skipped: strace is not installed or not permitted");
        return None;
    }
    let mut command = Command::new("strace");
    command.args(arguments).arg(inner.get_program());
    command.args(inner.get_args());
    take_environment(&mut command, inner);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    Some(command)
}

/// Gives a command that wraps another one the environment of that one, and no other.
pub fn take_environment(command: &mut Command, inner: &Command) {
    let variables = inner.get_envs();
    command
        .env_clear()
        .envs(variables.filter_map(|(name, value)| Some((name, value?))));
}

/// A client for which every status is a response, a redirect too.
fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .build()
        .into()
}

/// Runs a command to completion with `input` on standard input.
pub fn run(command: &mut Command, input: &str) -> Output {
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

/// Runs the program on a data directory with these arguments.
pub fn run_command(data_dir: &Path, arguments: &[&str]) -> Output {
    run(countersign(data_dir).args(arguments), "")
}

/// The same, and returns what it prints on standard output.
#[track_caller]
pub fn run_successfully(data_dir: &Path, arguments: &[&str]) -> String {
    let output = run_command(data_dir, arguments);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success(),
        "{text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    text
}

/// Runs a command that has to fail, and returns its one line on standard error. A server that
/// starts nevertheless is killed.
#[track_caller]
pub fn failure(command: &mut Command) -> String {
    let output = finished(command);
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert_eq!(error.lines().count(), 1, "{error}");
    error
}

/// The output of a command, which is killed after ten seconds.
pub fn finished(command: &mut Command) -> Output {
    let mut child = command.spawn().unwrap();
    let start = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if start.elapsed() > Duration::from_secs(10) {
            child.kill().unwrap();
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    child.wait_with_output().unwrap()
}
