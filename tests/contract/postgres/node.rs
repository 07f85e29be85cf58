//! A server of `PostgreSQL`, for the tests that need more than a database, and for the benchmark.

use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Command, Output},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;
use url::Url;

/// One server of `PostgreSQL`. It is stopped on drop.
pub struct Node {
    directory: TempDir,
    pub port: u16,
    pub password: String,
    settings: &'static str,
}

impl Node {
    fn new(password: String, settings: &'static str) -> Self {
        let directory = TempDir::new().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        own(directory.path());
        Self {
            directory,
            port,
            password,
            settings,
        }
    }

    /// A server that can have standbys, with these lines in `postgresql.conf`.
    pub fn primary(settings: &'static str) -> Self {
        let node = Self::new(uuid::Uuid::new_v4().simple().to_string(), settings);
        let file = node.directory.path().join("password");
        fs::write(&file, &node.password).unwrap();
        own(&file);
        let mut initdb = node.program("initdb");
        initdb.args([
            "--username=countersign",
            "--auth=password",
            "--encoding=UTF8",
        ]);
        initdb
            .args(["--locale=C", "--no-sync", "--pgdata"])
            .arg(node.data());
        succeed(initdb.arg("--pwfile").arg(&file).output());
        node.configure();
        node
    }

    /// Starts a standby of this server.
    pub fn standby(&self, number: usize) -> Self {
        let standby = Self::new(self.password.clone(), self.settings);
        let mut url: Url = self.url("postgres").parse().unwrap();
        url.query_pairs_mut()
            .clear()
            .append_pair("application_name", &format!("standby{number}"));
        let mut copy = standby.program("pg_basebackup");
        copy.args(["--write-recovery-conf", "--checkpoint=fast", "--no-sync"]);
        copy.arg("--pgdata").arg(standby.data());
        succeed(copy.arg("--dbname").arg(url.as_str()).output());
        standby.configure();
        standby.control("start");
        standby
    }

    fn configure(&self) {
        let Self { port, settings, .. } = self;
        let file = self.data().join("postgresql.conf");
        let text = fs::read_to_string(&file).unwrap();
        let own = format!(
            "{text}\nlisten_addresses = '127.0.0.1'\nport = {port}\nunix_socket_directories = ''\n\
             wal_level = replica\nmax_wal_senders = 5\nwal_receiver_status_interval = 1\n\
             wal_retrieve_retry_interval = 200ms\n{settings}"
        );
        fs::write(&file, own).unwrap();
    }

    fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    pub fn url(&self, database: &str) -> String {
        let Self { password, port, .. } = self;
        format!("postgres://countersign:{password}@127.0.0.1:{port}/{database}?sslmode=disable")
    }

    /// A program of `PostgreSQL`, which refuses to run as root.
    pub fn program(&self, name: &str) -> Command {
        let program = program(name);
        let mut command = if rustix::process::geteuid().is_root() {
            let mut command = Command::new("setpriv");
            command
                .args(["--reuid=nobody", "--clear-groups"])
                .arg(program);
            command
        } else {
            Command::new(program)
        };
        command.current_dir(self.directory.path());
        command
    }

    /// Runs `pg_ctl` with this action, and waits for its end.
    pub fn control(&self, action: &str) {
        let mut control = self.program("pg_ctl");
        control.arg(action).arg("--silent").arg("--wait");
        control.arg("--pgdata").arg(self.data());
        control.arg("--log").arg(self.directory.path().join("log"));
        if action == "stop" {
            control.args(["--mode", "fast"]);
        }
        succeed(control.output());
    }

    /// The main process, and those that it has started.
    fn processes(&self) -> Vec<String> {
        let file = fs::read_to_string(self.data().join("postmaster.pid")).unwrap();
        let main = file.lines().next().unwrap().to_owned();
        let children = Command::new("pgrep").args(["-P", &main]).output().unwrap();
        let children = String::from_utf8(children.stdout).unwrap();
        let children = children.lines().map(str::to_owned);
        [main].into_iter().chain(children).collect()
    }

    /// Sends a signal such as `STOP` or `KILL` to every process of this server.
    pub fn signal(&self, name: &str) {
        for process in self.processes() {
            let _gone = Command::new("kill")
                .args([&format!("-{name}"), &process])
                .status();
        }
    }

    /// Executes one or more statements. Returns their output.
    pub fn execute(&self, statements: &str) -> String {
        let mut psql = self.program("psql");
        psql.args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align"]);
        psql.arg(self.url("postgres"))
            .args(["--command", statements]);
        succeed(psql.output())
    }

    pub fn number(&self, statement: &str) -> i64 {
        self.execute(statement).trim().parse().unwrap()
    }

    pub fn wait_for(&self, statement: &str, expected: i64) {
        let start = Instant::now();
        while self.number(statement) != expected {
            assert!(start.elapsed() < Duration::from_secs(20), "{statement}");
            thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        if self.data().join("postmaster.pid").exists() {
            self.signal("KILL");
        }
    }
}

/// Gives a file or directory to the user that the servers run as.
fn own(path: &Path) {
    if rustix::process::geteuid().is_root() {
        let owned = Command::new("chown").arg("nobody").arg(path).status();
        assert!(owned.unwrap().success());
    }
}

/// Returns the standard output of a program that has succeeded.
#[track_caller]
pub fn succeed(output: std::io::Result<Output>) -> String {
    let output = output.unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// The path of a program of `PostgreSQL`.
pub fn program(name: &str) -> PathBuf {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/find-postgres");
    let found = Command::new(script).output().unwrap();
    Path::new(String::from_utf8(found.stdout).unwrap().trim()).join(name)
}
