use std::{
    fs::{self, Permissions},
    net::TcpListener,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;
use url::Url;

use crate::support::{Process, countersign, data_dir_with_ada, database_url, failure};

/// `PgBouncer` in front of a database. It is killed on drop.
struct Pooler {
    child: Child,
    /// The address of the database through it.
    url: String,
    _directory: TempDir,
}

impl Pooler {
    /// `None` where `PgBouncer` is not installed.
    fn start(database: &str, mode: &str) -> Option<Self> {
        if Command::new("pgbouncer").arg("--version").output().is_err() {
            eprintln!("skipped: pgbouncer is not installed");
            return None;
        }
        let mut url: Url = database.parse().unwrap();
        let directory = TempDir::new().unwrap();
        // It runs as another user below.
        fs::set_permissions(directory.path(), Permissions::from_mode(0o755)).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let users = directory.path().join("users");
        let (user, password) = (url.username(), url.password().unwrap_or_default());
        fs::write(&users, format!("\"{user}\" \"{password}\"\n")).unwrap();
        let settings = directory.path().join("pgbouncer.ini");
        let text = format!(
            "[databases]\n* = host={} port={}\n[pgbouncer]\nlisten_addr = 127.0.0.1\n\
             listen_port = {port}\nunix_socket_dir =\nauth_type = plain\nauth_file = {}\n\
             pool_mode = {mode}\nignore_startup_parameters = extra_float_digits\n",
            url.host_str().unwrap(),
            url.port().unwrap_or(5432),
            users.display()
        );
        fs::write(&settings, text).unwrap();
        let child = unprivileged("pgbouncer")
            .arg(&settings)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        url.set_port(Some(port)).unwrap();
        let pooler = Self {
            child,
            url: url.into(),
            _directory: directory,
        };
        let start = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(start.elapsed() < Duration::from_secs(10), "it listens");
            thread::sleep(Duration::from_millis(20));
        }
        Some(pooler)
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `PgBouncer` refuses to run as root.
fn unprivileged(program: &str) -> Command {
    if !rustix::process::geteuid().is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=nobody", "--clear-groups", program]);
    command
}

fn through(pooler: &Pooler, data_dir: &Path) -> Command {
    let mut command = countersign(data_dir);
    command.env("COUNTERSIGN_DATABASE_URL", &pooler.url);
    command
}

#[test]
fn a_pooler_in_transaction_mode_is_refused() {
    let data = data_dir_with_ada();
    for mode in ["transaction", "statement"] {
        let Some(pooler) = Pooler::start(&database_url(data.path()), mode) else {
            return;
        };
        for arguments in [["serve"].as_slice(), &["user", "list"]] {
            let error = failure(through(&pooler, data.path()).args(arguments));
            assert!(error.contains("pool"), "{mode}: {error}");
        }
    }
}

#[test]
fn a_sign_out_through_a_pooler_in_session_mode_counts_everywhere() {
    let data = data_dir_with_ada();
    let Some(pooler) = Pooler::start(&database_url(data.path()), "session") else {
        return;
    };
    let second = Process::start(through(&pooler, data.path()).arg("serve"));
    let direct = Process::serve(data.path());
    let token = second.log_in("ada", "analytical engine");
    assert_eq!(direct.post("/api/me", "", Some(&token)).0, 200);
    assert_eq!(second.post("/api/logout", "", Some(&token)).0, 200);
    assert_eq!(direct.post("/api/me", "", Some(&token)).0, 401);
}
