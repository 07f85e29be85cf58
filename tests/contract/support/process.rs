use std::{
    io::{BufRead, BufReader, Read, Write},
    path::Path,
    process::{Child, ChildStdout, Command, Output, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

use super::Answer;

/// The program itself, on a data directory, with nothing of this process' own settings.
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
    command
}

/// A data directory with an account called ada.
pub fn with_ada() -> TempDir {
    let data = TempDir::new().unwrap();
    let added = run(
        countersign(data.path()).args(["user", "add", "ada", "--password-stdin"]),
        "analytical engine",
    );
    assert!(added.status.success());
    data
}

/// A running `countersign serve` on a port of its own. Killed when it is dropped.
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
        let mut said = String::new();
        let origin = loop {
            let mut line = String::new();
            assert_ne!(
                stdout.read_line(&mut line).unwrap(),
                0,
                "the server did not start: {said}"
            );
            if let Some((_, origin)) = line.trim().split_once("listening on ") {
                break origin.to_owned();
            }
            said.push_str(&line);
        };
        Self {
            child,
            stdout,
            origin,
        }
    }

    /// Status and body of a form post, with or without a token.
    pub fn post(&self, path: &str, form: &str, token: Option<&str>) -> (u16, Value) {
        self.try_post(path, form, token).unwrap()
    }

    /// The same, or nothing when the server is gone.
    pub fn try_post(&self, path: &str, form: &str, token: Option<&str>) -> Option<(u16, Value)> {
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .build()
            .into();
        let mut request = agent
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

    /// What a browser without cookies gets.
    pub fn get(&self, path: &str) -> Answer {
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .build()
            .into();
        let (parts, mut body) = agent
            .get(format!("{}{path}", self.origin))
            .call()
            .unwrap()
            .into_parts();
        Answer {
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

    pub fn signal(&self, name: &str) {
        let done = Command::new("kill")
            .args([&format!("-{name}"), &self.child.id().to_string()])
            .status()
            .unwrap();
        assert!(done.success());
    }

    /// Waits for the end of a process that was sent a signal.
    pub fn wait(&mut self) {
        self.child.wait().unwrap();
    }

    /// SIGKILL: nothing can be tidied up.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM, and everything that the server wrote to standard error.
    pub fn stop(mut self) -> (std::process::ExitStatus, String) {
        self.signal("TERM");
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

/// Runs a command to its end with a text on standard input.
pub fn run(command: &mut Command, input: &str) -> Output {
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}
