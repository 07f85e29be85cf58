use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Barrier,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use super::three_servers;
use crate::support::{
    BlockingConnection, Process, TestResponse, countersign, data_dir_with_ada, form, run,
    run_successfully,
};

const SESSIONS: usize = 1000;
/// One user has at most 50 sessions.
const SESSIONS_OF_USER: usize = 50;

/// Signs users in on all servers, a few at the same time, and returns the tokens.
fn tokens(servers: &[Process; 3], data_dir: &Path) -> Vec<String> {
    let users: Vec<_> = (0..SESSIONS / SESSIONS_OF_USER)
        .map(|number| format!("user{number}"))
        .collect();
    for user in &users {
        let mut add = countersign(data_dir);
        add.args(["user", "add", user, "--password-stdin"]);
        assert!(run(&mut add, "analytical engine").status.success());
    }
    thread::scope(|scope| {
        let signing_in = users.chunks(users.len() / 4).map(|users| {
            scope.spawn(move || {
                let all = users.iter().flat_map(|user| [user; SESSIONS_OF_USER]);
                let servers = servers.iter().cycle();
                all.zip(servers)
                    .map(|(user, server)| server.log_in(user, "analytical engine"))
                    .collect::<Vec<_>>()
            })
        });
        let signing_in: Vec<_> = signing_in.collect();
        let tokens = signing_in.into_iter().flat_map(|one| one.join().unwrap());
        tokens.collect()
    })
}

#[test]
fn whoever_is_signed_out_on_one_server_is_accepted_by_none() {
    let data = data_dir_with_ada();
    let servers = three_servers(data.path());
    let tokens = tokens(&servers, data.path());
    let signed_out: Vec<_> = tokens.iter().map(|_| AtomicBool::new(false)).collect();
    let (position, is_over) = (AtomicUsize::new(0), AtomicBool::new(false));
    let asked_afterwards = AtomicUsize::new(0);
    thread::scope(|scope| {
        for offset in 0..3 {
            let (tokens, signed_out, servers) = (&tokens, &signed_out, &servers);
            let (position, is_over, asked_afterwards) = (&position, &is_over, &asked_afterwards);
            // Asks without a pause about the sessions that are being ended.
            scope.spawn(move || {
                for round in 0.. {
                    if is_over.load(Ordering::SeqCst) {
                        return;
                    }
                    let current = position.load(Ordering::SeqCst);
                    let index = current.saturating_sub(round % 3);
                    let Some(token) = tokens.get(index) else {
                        continue;
                    };
                    let was_signed_out = signed_out[index].load(Ordering::SeqCst);
                    let server = &servers[(round + offset) % 3];
                    let (status, _) = server.post("/api/me", "", Some(token));
                    assert!([200, 401].contains(&status), "{status}");
                    if was_signed_out {
                        assert_eq!(status, 401, "session {index} after its sign-out");
                        asked_afterwards.fetch_add(1, Ordering::SeqCst);
                    }
                }
            });
        }
        for (index, token) in tokens.iter().enumerate() {
            position.store(index, Ordering::SeqCst);
            let (status, body) = servers[index % 3].post("/api/logout", "", Some(token));
            assert_eq!(status, 200, "{body}");
            signed_out[index].store(true, Ordering::SeqCst);
        }
        is_over.store(true, Ordering::SeqCst);
    });
    assert!(asked_afterwards.into_inner() > SESSIONS / 2);
    for token in tokens.iter().step_by(10) {
        for server in &servers {
            assert_eq!(server.post("/api/me", "", Some(token)).0, 401);
        }
    }
}

#[test]
fn of_many_refreshes_with_one_token_on_all_servers_one_session_comes_out() {
    let data = data_dir_with_ada();
    let servers = three_servers(data.path());
    let response = servers[0].log_in_response("ada", "analytical engine");
    let cookie = response.cookie().unwrap().0.to_owned();
    let barrier = Barrier::new(100);
    let cookies: BTreeSet<String> = thread::scope(|scope| {
        let refreshing: Vec<_> = (0..100)
            .map(|number| {
                let (server, cookie, barrier) = (&servers[number % 3], &cookie, &barrier);
                scope.spawn(move || {
                    barrier.wait();
                    let response = server.send_form("/api/refresh", "", &[("cookie", cookie)]);
                    assert_eq!(response.status, 200, "{}", response.text());
                    response.cookie().unwrap().0.to_owned()
                })
            })
            .collect();
        let refreshed = refreshing.into_iter().map(|one| one.join().unwrap());
        refreshed.collect()
    });
    assert_eq!(cookies.len(), 1, "each got the same next token");
    let live = "SELECT count(*) FROM countersign_sessions WHERE revoked_at IS NULL";
    let mut database = BlockingConnection::open(data.path());
    assert_eq!(database.number(live), 1);
    let next = cookies.first().unwrap();
    assert_eq!(servers[1].refresh(next), 200);
    // By now two rotations old, so it is a copy.
    assert_eq!(servers[2].refresh(&cookie), 401);
    for server in &servers {
        assert_eq!(server.refresh(next), 401);
    }
    assert_eq!(database.number(live), 0);
}

#[test]
fn guesses_on_several_servers_are_counted_together() {
    let data = data_dir_with_ada();
    let servers = three_servers(data.path());
    let guess = form(&[("username", "ada"), ("password", "difference engine")]);
    let barrier = Barrier::new(30);
    let statuses: Vec<u16> = thread::scope(|scope| {
        let guessing: Vec<_> = (0..30)
            .map(|number| {
                let (server, guess, barrier) = (&servers[number % 3], &guess, &barrier);
                scope.spawn(move || {
                    barrier.wait();
                    server.post("/api/login", guess, None).0
                })
            })
            .collect();
        let guessed = guessing.into_iter().map(|one| one.join().unwrap());
        guessed.collect()
    });
    let checked = statuses.iter().filter(|status| **status == 401).count();
    assert_eq!(checked, 5, "as on one server, five are free: {statuses:?}");
    assert!(statuses.iter().all(|status| [401, 429].contains(status)));
    let right = form(&[("username", "ada"), ("password", "analytical engine")]);
    for server in &servers {
        assert_eq!(server.post("/api/login", &right, None).0, 429);
    }
}

/// All attempts are about to be stored at the same moment, in which none of them sees another one.
#[test]
fn guesses_that_arrive_at_once_are_admitted_one_after_the_other() {
    let data = data_dir_with_ada();
    let servers = [(); 3].map(|()| {
        Process::start(
            countersign(data.path())
                .arg("serve")
                .env("COUNTERSIGN_LOGIN_HASH_CONCURRENCY", "10"),
        )
    });
    let guess = form(&[("username", "ada"), ("password", "difference engine")]);
    let mut database = BlockingConnection::open(data.path());
    database.execute("BEGIN; LOCK TABLE countersign_login_attempts IN SHARE MODE");
    let statuses: Vec<u16> = thread::scope(|scope| {
        let guessing: Vec<_> = (0..24)
            .map(|number| {
                let (server, guess) = (&servers[number % 3], &guess);
                scope.spawn(move || server.post("/api/login", guess, None).0)
            })
            .collect();
        thread::sleep(Duration::from_millis(1500));
        database.execute("ROLLBACK");
        let guessed = guessing.into_iter().map(|one| one.join().unwrap());
        guessed.collect()
    });
    let checked = statuses.iter().filter(|status| **status == 401).count();
    assert_eq!(checked, 5, "{statuses:?}");
}

/// A server answers by what it has read before, unless it has locked that.
#[test]
fn a_copied_token_is_found_while_another_server_issues_the_next_one() {
    let data = data_dir_with_ada();
    let servers = three_servers(data.path());
    let cookie = |response: &TestResponse| response.cookie().unwrap().0.to_owned();
    let refresh =
        |server: &Process, token: &str| server.send_form("/api/refresh", "", &[("cookie", token)]);
    let first = cookie(&servers[0].log_in_response("ada", "analytical engine"));
    let second = cookie(&refresh(&servers[0], &first));
    let mut database = BlockingConnection::open(data.path());
    database.execute("BEGIN; LOCK TABLE countersign_sessions IN SHARE MODE");
    let (third, status_of_copy) = thread::scope(|scope| {
        let issuing = scope.spawn(|| refresh(&servers[1], &second));
        thread::sleep(Duration::from_millis(700));
        let copied = scope.spawn(|| refresh(&servers[2], &first));
        thread::sleep(Duration::from_millis(700));
        database.execute("ROLLBACK");
        let issued = issuing.join().unwrap();
        assert_eq!(issued.status, 200);
        (cookie(&issued), copied.join().unwrap().status)
    });
    assert_eq!(status_of_copy, 401);
    assert_eq!(servers[0].refresh(&third), 401, "the session has ended");
}

#[test]
fn a_session_that_opens_while_the_password_changes_ends_with_it() {
    let data = data_dir_with_ada();
    let server = Process::serve(data.path());
    let fields = form(&[("username", "ada"), ("password", "analytical engine")]);
    let mut database = BlockingConnection::open(data.path());
    database.execute("BEGIN; LOCK TABLE countersign_sessions IN SHARE MODE");
    let (status, body) = thread::scope(|scope| {
        let signing_in = scope.spawn(|| server.post("/api/login", &fields, None));
        thread::sleep(Duration::from_secs(1));
        let changing = scope.spawn(|| {
            let mut change = countersign(data.path());
            change.args(["user", "passwd", "ada", "--password-stdin"]);
            assert!(run(&mut change, "difference engine").status.success());
        });
        thread::sleep(Duration::from_millis(1500));
        database.execute("ROLLBACK");
        changing.join().unwrap();
        signing_in.join().unwrap()
    });
    assert_eq!(
        status, 200,
        "the old password was right when it was checked"
    );
    let token = body["access_token"].as_str();
    assert_eq!(server.post("/api/me", "", token).0, 401);
}

#[test]
fn a_new_key_signs_on_each_server_what_all_accept() {
    let data = data_dir_with_ada();
    let servers = three_servers(data.path());
    let mut tokens = vec![servers[0].log_in("ada", "analytical engine")];
    run_successfully(data.path(), &["keys", "rotate", "--now"]);
    thread::sleep(Duration::from_secs(2));
    for server in &servers {
        tokens.push(server.log_in("ada", "analytical engine"));
    }
    let key_ids: BTreeSet<_> = tokens.iter().map(|token| key_id(token)).collect();
    assert_eq!(key_ids.len(), 2);
    for server in &servers {
        for token in &tokens {
            assert_eq!(server.post("/api/me", "", Some(token)).0, 200);
        }
    }
}

/// The header of a token, which names its key.
fn key_id(token: &str) -> &str {
    token.split_once('.').unwrap().0
}

#[test]
fn a_command_counts_on_all_servers_when_it_returns() {
    let data = data_dir_with_ada();
    let servers = three_servers(data.path());
    let revocations = [
        ["session", "revoke", "--all"].as_slice(),
        &["session", "revoke", "--user", "ada"],
        &["user", "disable", "ada"],
    ];
    for command in revocations {
        let token = servers[0].log_in("ada", "analytical engine");
        for server in &servers {
            assert_eq!(server.post("/api/me", "", Some(&token)).0, 200);
        }
        run_successfully(data.path(), command);
        for server in &servers {
            assert_eq!(server.post("/api/me", "", Some(&token)).0, 401);
        }
    }
}

/// The clocks of two servers differ by more than the reuse interval.
#[test]
fn a_server_whose_clock_is_wrong_goes_by_that_of_the_database() {
    let data = data_dir_with_ada();
    let right = Process::serve(data.path());
    for offset in ["-300s", "+300s"] {
        let Some(mut faked) = with_clock(data.path(), offset) else {
            return;
        };
        let wrong = Process::start(&mut faked);
        let response = wrong.log_in_response("ada", "analytical engine");
        let cookie = response.cookie().unwrap().0.to_owned();
        let token = response.json()["access_token"].as_str().unwrap().to_owned();
        assert_eq!(right.post("/api/me", "", Some(&token)).0, 200, "{offset}");
        let refreshed = right.send_form("/api/refresh", "", &[("cookie", &cookie)]);
        assert_eq!(refreshed.status, 200);
        // A tab that has not heard of it, within the reuse interval.
        assert_eq!(wrong.refresh(&cookie), 200, "{offset}");
    }
}

/// `serve` with a system clock that is off; `None` where libfaketime is not installed.
fn with_clock(data_dir: &Path, offset: &str) -> Option<Command> {
    let Some(library) = libfaketime() else {
        eprintln!("skipped: libfaketime is not installed");
        return None;
    };
    let mut command = countersign(data_dir);
    command
        .arg("serve")
        .env("LD_PRELOAD", library)
        .env("FAKETIME", offset)
        .env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
    Some(command)
}

/// Debian has it in a folder for each architecture.
fn libfaketime() -> Option<PathBuf> {
    let folders = fs::read_dir("/usr/lib").ok()?.flatten();
    let mut libraries = folders.map(|folder| folder.path().join("faketime/libfaketime.so.1"));
    libraries.find(|library| library.exists())
}
