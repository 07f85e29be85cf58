//! Tests of durability: the program is killed at random moments while users sign in and out.

use std::{
    collections::HashMap,
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
/// A user has at most 50 sessions, and a login beyond that ends the least recently used one. With
/// 5 rounds for each user and 4 open sessions in each round, no user reaches this limit.
const ROUNDS_PER_USER: usize = KILLS / 10;
const OPEN_SESSIONS_PER_ROUND: usize = 4;

/// The last state of a session that the server has confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ConfirmedState {
    LoggedIn,
    /// A logout was sent but not confirmed, so the session may be live or revoked.
    LogoutSent,
    LoggedOut,
}

/// Starts a server without a log. No test reads its pipe, and a full pipe would block the server.
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

/// Signs in and out until the server is killed, and records what it has confirmed.
fn sign_in_and_out(
    server: &Process,
    name: &str,
    confirmed: &Mutex<HashMap<String, ConfirmedState>>,
    killed: &AtomicBool,
) {
    let credentials = form(&[("username", name), ("password", "analytical engine")]);
    let mut left_open = 0;
    let record = |token: &str, state| confirmed.lock().unwrap().insert(token.to_owned(), state);
    while !killed.load(Ordering::SeqCst) {
        let Some((200, body)) = server.try_post("/api/login", &credentials, None) else {
            continue;
        };
        let token = body["access_token"].as_str().unwrap().to_owned();
        record(&token, ConfirmedState::LoggedIn);
        if left_open < OPEN_SESSIONS_PER_ROUND && rand::rng().random_bool(0.3) {
            left_open += 1;
        } else {
            record(&token, ConfirmedState::LogoutSent);
            if let Some((200, _)) = server.try_post("/api/logout", "", Some(&token)) {
                record(&token, ConfirmedState::LoggedOut);
            }
        }
    }
}

#[test]
fn fifty_kills_lose_no_confirmed_login_and_no_confirmed_logout() {
    let data = with_users(KILLS.div_ceil(ROUNDS_PER_USER));
    let mut sessions = HashMap::new();
    for round in 0..KILLS {
        let mut server = serve(&data);
        let (confirmed, killed) = (Mutex::new(HashMap::new()), AtomicBool::new(false));
        scope(|scope| {
            for client in 0..CLIENTS {
                let (server, confirmed, killed) = (&server, &confirmed, &killed);
                let name = name_of(round / ROUNDS_PER_USER, client);
                scope.spawn(move || sign_in_and_out(server, &name, confirmed, killed));
            }
            sleep(Duration::from_millis(rand::rng().random_range(50..500)));
            server.signal("KILL");
            killed.store(true, Ordering::SeqCst);
        });
        server.wait();
        sessions.extend(confirmed.into_inner().unwrap());
    }
    let server = serve(&data);
    let mut numbers = [0; 3];
    for (token, confirmed) in &sessions {
        let status = server.post("/api/me", "", Some(token)).0;
        match confirmed {
            ConfirmedState::LoggedIn => assert_eq!(status, 200, "a confirmed login was lost"),
            ConfirmedState::LoggedOut => assert_eq!(status, 401, "a confirmed logout was undone"),
            ConfirmedState::LogoutSent => assert!([200, 401].contains(&status)),
        }
        numbers[*confirmed as usize] += 1;
    }
    assert!(
        numbers[0] > 20 && numbers[2] > 20,
        "logged in, logout sent, logged out: {numbers:?}"
    );
}
