//! Servers in processes of their own: the release binary, or this program with a bare route beside Countersign's.

use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
};

use axum::{Router, routing::any};
use countersign::{
    server::{Clock, Settings},
    startup,
};

/// The argument by which this program is told to be a server.
pub const BESIDE_A_BARE_ROUTE: &str = "serve-beside-a-bare-route";
const RELEASE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/target/release/countersign");
const SITE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/target/site");

/// A running server. It ends with this value.
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

    pub fn beside_a_bare_route(data: &Path) -> Self {
        let this = std::env::current_exe().unwrap();
        Self::start(command(this.to_str().unwrap(), data, &[]).arg(BESIDE_A_BARE_ROUTE))
    }

    fn start(command: &mut Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .spawn()
            .expect("a server, built with `make build`");
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

    /// How much of its memory is in use, in bytes.
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

/// Makes an account in a data directory, which makes the database and the keys too.
pub fn add_user(data: &Path, name: &str, password: &str) {
    use std::io::Write;

    let mut command = command(RELEASE, data, &[]);
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

/// Nothing is logged: the yardsticks do not log either, and what a line costs is measured in a row of its own.
fn command(program: &str, data: &Path, settings: &[(&str, &str)]) -> Command {
    let mut command = Command::new(program);
    command
        .env_clear()
        .env("COUNTERSIGN_DATA_DIR", data)
        .env("COUNTERSIGN_LOG_LEVEL", "off")
        .env("COUNTERSIGN_SERVER_MAX_CONNECTIONS_OF_ADDRESS", "800")
        .env("LEPTOS_SITE_ADDR", "127.0.0.1:0")
        .env("LEPTOS_SITE_ROOT", SITE)
        .envs(settings.iter().copied())
        .stdin(Stdio::null());
    command
}

/// Serves what the program serves, and `/bare`: a route of the same axum, with nothing around it.
pub fn serve_beside_a_bare_route() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut settings = Settings::load(None).unwrap();
        // Leptos looks for it beside the program, and this one is built somewhere else.
        settings.leptos.hash_file = Path::new(RELEASE)
            .with_file_name("hash.txt")
            .to_str()
            .unwrap()
            .into();
        startup::start_logging(&settings.log).unwrap();
        let mut app = startup::build(&settings, Clock::system()).await.unwrap();
        // Layers reach the routes that are there before them.
        app.router = app
            .router
            .merge(Router::new().route("/bare", any(async || "bare")));
        startup::serve(app, &settings, |address| {
            println!("Countersign is listening on http://{address}")
        })
        .await
        .unwrap();
    });
}
