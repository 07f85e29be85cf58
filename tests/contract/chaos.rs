//! The real program, killed at random moments while many people sign in and out.

use std::{
    collections::HashMap,
    process::{Command, Stdio},
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::{scope, sleep},
    time::Duration,
};

use rand::RngExt;
use tempfile::TempDir;

use crate::support::{Process, countersign, form, run};

const KILLS: usize = 50;
const CLIENTS: usize = 6;
/// A user keeps the newest 50 sessions and no more. Each user signs in during a tenth of the rounds, and leaves so few
/// sessions open in each that a fast machine never comes near that.
const ROUNDS_OF_A_USER: usize = KILLS / 10;
const LEFT_OPEN_IN_A_ROUND: usize = 4;

/// What the server has confirmed of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Confirmed {
    LoggedIn,
    /// A logout was sent, and no answer came: both are right.
    Asked,
    LoggedOut,
}

/// Nobody reads the log of these servers, and a pipe that is full would stop them.
fn serve(data: &TempDir) -> Process {
    Process::start(
        countersign(data.path())
            .arg("serve")
            .env("COUNTERSIGN_LOG_LEVEL", "off"),
    )
}

fn name_of(group: usize, client: usize) -> String {
    format!("user{group}-{client}")
}

fn with_users(groups: usize) -> TempDir {
    let data = TempDir::new().unwrap();
    for name in (0..groups).flat_map(|group| (0..CLIENTS).map(move |client| name_of(group, client)))
    {
        let added = run(
            countersign(data.path()).args(["user", "add", &name, "--password-stdin"]),
            "analytical engine",
        );
        assert!(added.status.success());
    }
    data
}

/// Signs in and out until the server is gone, and notes what was confirmed.
fn sign_in_and_out(
    server: &Process,
    name: &str,
    confirmed: &Mutex<HashMap<String, Confirmed>>,
    gone: &AtomicBool,
) {
    let credentials = form(&[("username", name), ("password", "analytical engine")]);
    let mut left_open = 0;
    let note = |token: &str, what| confirmed.lock().unwrap().insert(token.to_owned(), what);
    while !gone.load(Ordering::SeqCst) {
        let Some((200, body)) = server.try_post("/api/login", &credentials, None) else {
            continue;
        };
        let token = body["access_token"].as_str().unwrap().to_owned();
        note(&token, Confirmed::LoggedIn);
        if left_open < LEFT_OPEN_IN_A_ROUND && rand::rng().random_bool(0.3) {
            left_open += 1;
        } else {
            note(&token, Confirmed::Asked);
            if let Some((200, _)) = server.try_post("/api/logout", "", Some(&token)) {
                note(&token, Confirmed::LoggedOut);
            }
        }
    }
}

#[test]
fn no_confirmed_logout_comes_undone_and_no_confirmed_login_is_lost_over_fifty_kills() {
    let data = with_users(KILLS.div_ceil(ROUNDS_OF_A_USER));
    let mut sessions = HashMap::new();
    for round in 0..KILLS {
        let mut server = serve(&data);
        let (confirmed, gone) = (Mutex::new(HashMap::new()), AtomicBool::new(false));
        scope(|scope| {
            for client in 0..CLIENTS {
                let (server, confirmed, gone) = (&server, &confirmed, &gone);
                let name = name_of(round / ROUNDS_OF_A_USER, client);
                scope.spawn(move || sign_in_and_out(server, &name, confirmed, gone));
            }
            sleep(Duration::from_millis(rand::rng().random_range(50..500)));
            server.signal("KILL");
            gone.store(true, Ordering::SeqCst);
        });
        server.wait();
        sessions.extend(confirmed.into_inner().unwrap());
    }
    let server = serve(&data);
    let mut numbers = [0; 3];
    for (token, confirmed) in &sessions {
        let status = server.post("/api/me", "", Some(token)).0;
        match confirmed {
            Confirmed::LoggedIn => assert_eq!(status, 200, "a confirmed login is lost"),
            Confirmed::LoggedOut => assert_eq!(status, 401, "a confirmed logout came undone"),
            Confirmed::Asked => assert!([200, 401].contains(&status)),
        }
        numbers[*confirmed as usize] += 1;
    }
    assert!(
        numbers[0] > 20 && numbers[2] > 20,
        "in, asked, out: {numbers:?}"
    );
}

/// Where strace is installed: what the kernel was asked for between a request and its answer.
#[test]
fn the_write_ahead_log_is_synced_before_a_logout_is_confirmed() {
    let usable = Command::new("strace")
        .args(["-o", "/dev/null", "true"])
        .stderr(Stdio::null())
        .status();
    if !usable.is_ok_and(|status| status.success()) {
        eprintln!(
            "strace is not installed or not allowed: whether the log is synced was not looked at"
        );
        return;
    }
    let data = with_users(1);
    let trace = data.path().join("trace");
    let inner = countersign(data.path());
    let mut command = Command::new("strace");
    command
        .args([
            "-f",
            "-y",
            "-s",
            "64",
            "-e",
            "trace=fdatasync,fsync,write,writev,sendto,pwrite64",
            "-o",
        ])
        .arg(&trace);
    command.arg(inner.get_program()).arg("serve").env_clear();
    command.envs(
        inner
            .get_envs()
            .filter_map(|(name, value)| Some((name, value?))),
    );
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut server = Process::start(&mut command);
    let token = server.log_in("user0-0", "analytical engine");
    let before = std::fs::read_to_string(&trace).unwrap().len();
    assert_eq!(server.post("/api/logout", "", Some(&token)).0, 200);
    sleep(Duration::from_millis(200));
    let trace = std::fs::read_to_string(&trace).unwrap();
    // strace ends with the program that it looks at, whose number stands at the beginning of each line.
    let program = trace.split_whitespace().next().unwrap();
    assert!(
        Command::new("kill")
            .arg(program)
            .status()
            .unwrap()
            .success()
    );
    server.wait();

    let lines: Vec<_> = trace[before..].lines().collect();
    let at = |what: &dyn Fn(&str) -> bool| lines.iter().position(|line| what(line));
    let written = at(&|line| line.contains("pwrite64(") && line.contains("-wal"));
    let synced = at(&|line| {
        (line.contains("fdatasync(") || line.contains("fsync(")) && line.contains("-wal")
    });
    let answered = at(&|line| line.contains("HTTP/1.1 200 OK"));
    assert!(
        written.is_some() && written < synced && synced < answered,
        "{written:?} {synced:?} {answered:?}\n{trace}"
    );
}
