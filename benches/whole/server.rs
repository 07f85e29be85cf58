//! Server processes: the release binary, or this program, which adds a bare axum route to the same
//! server.

use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
};

use axum::{Router, routing::any};
use countersign::{
    Actor, Settings,
    internals::{Clock, IfAbsent, listen, open_auth, serve_router, start_logging, wrap},
    router,
};

/// The argument that makes this program a server.
pub const SERVE_WITH_BARE_ROUTE: &str = "serve-with-bare-route";
/// The `iss` of every access token.
pub const ISSUER: &str = "http://127.0.0.1:3000";
const RELEASE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/target/release/countersign");
const SITE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/target/site");

/// The log level of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Logging {
    Off,
    /// The default level, which logs each request. The log goes to `/dev/null`.
    Default,
}

/// A running server. Dropping it kills the process.
#[derive(Debug)]
pub struct Server {
    child: Child,
    _stdout: BufReader<ChildStdout>,
    pub address: SocketAddr,
}

impl Server {
    pub fn release(data: &Path, settings: &[(&str, &str)]) -> Self {
        Self::start(command(RELEASE, data, settings).arg("serve"))
    }

    pub fn with_bare_route(data: &Path, logging: Logging, settings: &[(&str, &str)]) -> Self {
        let this = std::env::current_exe().unwrap();
        let mut command = command(this.to_str().unwrap(), data, settings);
        if logging == Logging::Default {
            command
                .env_remove("COUNTERSIGN_LOG_LEVEL")
                .stderr(Stdio::null());
        }
        Self::start(command.arg(SERVE_WITH_BARE_ROUTE))
    }

    fn start(command: &mut Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts; `make build` builds it");
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let address = line
            .trim()
            .rsplit("http://")
            .next()
            .and_then(|address| address.parse().ok());
        let address = address.unwrap_or_else(|| panic!("the server did not start: {line:?}"));
        Self {
            child,
            _stdout: stdout,
            address,
        }
    }

    /// The resident memory of the process, in bytes.
    pub fn resident_bytes(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Adds an account. In `SQLite`, this also creates the database and the keys in the data directory.
pub fn add_user(data: &Path, settings: &[(&str, &str)], name: &str, password: &str) {
    use std::io::Write;

    let mut command = command(RELEASE, data, settings);
    let mut child = command
        .args(["user", "add", name, "--password-stdin"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(password.as_bytes())
        .unwrap();
    assert!(child.wait().unwrap().success());
}

/// Logging is off, because the yardsticks do not log either.
fn command(program: &str, data: &Path, settings: &[(&str, &str)]) -> Command {
    let mut command = Command::new(program);
    command
        .env_clear()
        .env("COUNTERSIGN_DATA_DIR", data)
        .env("COUNTERSIGN_LOG_LEVEL", "off")
        .env("COUNTERSIGN_PUBLIC_URL", ISSUER)
        .env("COUNTERSIGN_SERVER_MAX_CONNECTIONS_PER_IP", "800")
        .env("LEPTOS_SITE_ADDR", "127.0.0.1:0")
        .env("LEPTOS_SITE_ROOT", SITE)
        .envs(settings.iter().copied())
        .stdin(Stdio::null());
    command
}

/// Serves Countersign, and beside it axum routes without middleware: `/bare`, and `others`.
pub fn serve_with_bare_route(others: fn() -> Router) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut settings = Settings::load(None).unwrap();
        // Leptos looks for this file beside the running program, which is in another directory.
        settings.leptos.hash_file = Path::new(RELEASE)
            .with_file_name("hash.txt")
            .to_str()
            .unwrap()
            .into();
        let _log = start_logging(&settings.log).unwrap();
        let application = router(&settings.leptos).unwrap();
        let (listener, address) = listen(&settings).await.unwrap();
        let (begin, clock) = (IfAbsent::Begin, Clock::system());
        let auth = open_auth(&settings, begin, clock, &Actor::Server)
            .await
            .unwrap();
        let router = wrap(auth.clone(), settings.http(address), application)
            // Outside of the edge.
            .merge(Router::new().route("/bare", any(async || "bare")))
            .merge(others());
        serve_router(router, auth, None, listener, &settings, || {
            println!("Countersign is listening on http://{address}");
        })
        .await
        .unwrap();
    });
}
