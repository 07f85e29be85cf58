use std::{
    fs, mem,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Command, Output},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;
use url::Url;

use crate::support::BlockingConnection;

/// A primary and its standbys, each a server of `PostgreSQL` of its own.
pub struct Cluster {
    pub primary: Node,
    pub standbys: Vec<Node>,
}

/// One server of `PostgreSQL`. It is stopped on drop.
pub struct Node {
    directory: TempDir,
    pub port: u16,
    password: String,
}

impl Cluster {
    /// A primary whose commits wait for any one of two standbys.
    pub fn start() -> Self {
        let primary = Node::primary();
        primary.control("start");
        let standbys: Vec<_> = (1..=2).map(|number| primary.standby(number)).collect();
        primary.wait_for("SELECT count(*) FROM pg_stat_replication", 2);
        primary
            .execute("ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (standby1, standby2)'");
        primary.execute("SELECT pg_reload_conf()");
        let quorum = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'quorum'";
        primary.wait_for(quorum, 2);
        Self { primary, standbys }
    }
}

impl Cluster {
    /// Promotes the standby that has received more, and lets the other one follow it. Returns the old
    /// primary, which is stopped when it is dropped.
    pub fn fail_over(&mut self) -> Node {
        let received = "SELECT pg_wal_lsn_diff(pg_last_wal_receive_lsn(), '0/0')::bigint";
        self.standbys
            .sort_by_key(|standby| standby.number(received));
        let promoted = self.standbys.pop().unwrap();
        promoted.control("promote");
        let connection = format!(
            "host=127.0.0.1 port={} user=countersign password={} application_name=standby1",
            promoted.port, promoted.password
        );
        for standby in &self.standbys {
            standby.execute(&format!(
                "ALTER SYSTEM SET primary_conninfo = '{connection}'"
            ));
            standby.execute("SELECT pg_reload_conf()");
        }
        promoted.execute("ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (standby1)'");
        promoted.execute("SELECT pg_reload_conf()");
        mem::replace(&mut self.primary, promoted)
    }
}

impl Node {
    fn new(password: String) -> Self {
        let directory = TempDir::new().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        own(directory.path());
        Self {
            directory,
            port,
            password,
        }
    }

    fn primary() -> Self {
        let node = Self::new(uuid::Uuid::new_v4().simple().to_string());
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
        node.configure("wal_level = replica\nmax_wal_senders = 5\n");
        node
    }

    fn standby(&self, number: usize) -> Self {
        let standby = Self::new(self.password.clone());
        let mut url: Url = self.url("postgres").parse().unwrap();
        url.query_pairs_mut()
            .clear()
            .append_pair("application_name", &format!("standby{number}"));
        let mut copy = standby.program("pg_basebackup");
        copy.args(["--write-recovery-conf", "--checkpoint=fast", "--no-sync"]);
        copy.arg("--pgdata").arg(standby.data());
        succeed(copy.arg("--dbname").arg(url.as_str()).output());
        standby.configure("");
        standby.control("start");
        standby
    }

    /// Nothing here cuts the power, so nothing needs to reach the disk.
    fn configure(&self, settings: &str) {
        let file = self.data().join("postgresql.conf");
        let text = fs::read_to_string(&file).unwrap();
        let own = format!(
            "{text}\nlisten_addresses = '127.0.0.1'\nport = {}\nunix_socket_directories = ''\n\
             fsync = off\nshared_buffers = 16MB\nwal_receiver_status_interval = 1\n\
             wal_retrieve_retry_interval = 200ms\n{settings}",
            self.port
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
    fn program(&self, name: &str) -> Command {
        let program = super::program(name);
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

    pub fn execute(&self, statements: &str) {
        BlockingConnection::at(&self.url("postgres")).execute(statements);
    }

    pub fn number(&self, statement: &'static str) -> i64 {
        BlockingConnection::at(&self.url("postgres")).number(statement)
    }

    pub fn wait_for(&self, statement: &'static str, expected: i64) {
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

#[track_caller]
fn succeed(output: std::io::Result<Output>) {
    let output = output.unwrap();
    assert!(output.status.success(), "{output:?}");
}
