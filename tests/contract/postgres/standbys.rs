use std::{
    process::Command,
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use super::{cluster::Cluster, proxy::Proxy};
use crate::support::{BlockingConnection, Process, countersign, failure, form, run};

/// Servers on a cluster, reached through a proxy.
struct Setting {
    cluster: Cluster,
    proxy: Proxy,
    data: TempDir,
}

impl Setting {
    fn new() -> Self {
        let cluster = Cluster::start();
        let proxy = Proxy::to(cluster.primary.port);
        let setting = Self {
            cluster,
            proxy,
            data: TempDir::new().unwrap(),
        };
        let mut add = setting.command();
        add.args(["user", "add", "ada", "--password-stdin"]);
        let added = run(&mut add, "analytical engine");
        assert!(added.status.success(), "{added:?}");
        setting
    }

    fn command(&self) -> Command {
        let port = self.cluster.primary.port.to_string();
        let url = self.cluster.primary.url("postgres");
        let url = url.replace(&port, &self.proxy.port.to_string());
        let mut command = countersign(self.data.path());
        command
            .env("COUNTERSIGN_DATABASE_URL", url)
            .env("COUNTERSIGN_DATABASE_DURABLE_ON", "1");
        command
    }

    fn serve(&self) -> Process {
        Process::start(self.command().arg("serve"))
    }
}

fn status_of(server: &Process, token: &str) -> u16 {
    server.post("/api/me", "", Some(token)).0
}

/// Asserts that every check is 503 after a second, and never accepts anybody on the way.
fn assert_answers_nobody(server: &Process, token: &str) {
    thread::sleep(Duration::from_secs(1));
    for _ in 0..5 {
        let start = Instant::now();
        assert_eq!(status_of(server, token), 503);
        assert!(start.elapsed() < Duration::from_millis(1500));
    }
}

fn assert_recovers(server: &Process, token: &str) {
    let start = Instant::now();
    while status_of(server, token) != 200 {
        assert!(start.elapsed() < Duration::from_secs(15), "it recovers");
        thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn the_start_names_what_a_database_lacks_that_can_not_prove_its_answers() {
    let setting = Setting::new();
    let primary = &setting.cluster.primary;
    let started = |durable_on: &str| {
        let mut command = setting.command();
        command.arg("serve");
        failure(command.env("COUNTERSIGN_DATABASE_DURABLE_ON", durable_on))
    };
    let error = started("2");
    assert!(
        error.contains("synchronous_standby_names = 'ANY 1"),
        "{error}"
    );
    primary.execute(
        "CREATE ROLE ordinary LOGIN PASSWORD 'secret';
         GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ordinary",
    );
    let ordinary = |command: &mut Command| {
        let url = primary.url("postgres");
        let (_, rest) = url.split_once('@').unwrap();
        command.env(
            "COUNTERSIGN_DATABASE_URL",
            format!("postgres://ordinary:secret@{rest}"),
        );
    };
    let mut command = setting.command();
    ordinary(command.arg("serve"));
    let error = failure(&mut command);
    assert!(
        error.contains("GRANT pg_read_all_stats TO ordinary"),
        "{error}"
    );
    primary.execute("GRANT pg_read_all_stats TO ordinary");
    let (_, log) = Process::start(&mut command).stop();
    assert!(!log.contains("each half a primary"), "{log}");
    let names = "ANY 1 (standby1, standby2, standby3)";
    primary.execute(&format!(
        "ALTER SYSTEM SET synchronous_standby_names = '{names}'"
    ));
    primary.execute("SELECT pg_reload_conf()");
    thread::sleep(Duration::from_millis(300));
    let (_, log) = setting.serve().stop();
    assert!(log.contains("each half a primary"), "{log}");
    primary.execute("ALTER SYSTEM RESET synchronous_standby_names");
    primary.execute("SELECT pg_reload_conf()");
    thread::sleep(Duration::from_millis(300));
    assert!(started("1").contains("waits for 0 standbys"));
    // A standby is no database to serve from.
    let mut command = setting.command();
    let url = setting.cluster.standbys[0].url("postgres");
    let error = failure(command.arg("serve").env("COUNTERSIGN_DATABASE_URL", url));
    assert!(error.contains("standby"), "{error}");
}

#[test]
fn what_no_standby_has_is_not_confirmed_even_if_the_wait_is_cancelled() {
    let setting = Setting::new();
    let server = setting.serve();
    let token = server.log_in("ada", "analytical engine");
    for standby in &setting.cluster.standbys {
        standby.signal("STOP");
    }
    let fields = form(&[("username", "ada"), ("password", "analytical engine")]);
    thread::scope(|scope| {
        let signing_out = scope.spawn(|| server.post("/api/logout", "", Some(&token)).0);
        let signing_in = scope.spawn(|| server.post("/api/login", &fields, None).0);
        for _ in 0..30 {
            thread::sleep(Duration::from_millis(100));
            setting.cluster.primary.execute(
                "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'",
            );
        }
        assert_eq!(signing_out.join().unwrap(), 503);
        assert_eq!(signing_in.join().unwrap(), 503);
    });
    for standby in &setting.cluster.standbys {
        standby.signal("CONT");
    }
    let start = Instant::now();
    while server.post("/api/logout", "", Some(&token)).0 != 200 {
        assert!(start.elapsed() < Duration::from_secs(20));
    }
    assert_eq!(status_of(&server, &token), 401);
}

#[test]
fn a_refresh_while_no_standby_confirms_signs_nobody_out() {
    let setting = Setting::new();
    let server = setting.serve();
    let response = server.log_in_response("ada", "analytical engine");
    let cookie = response.cookie().unwrap().0.to_owned();
    for standby in &setting.cluster.standbys {
        standby.signal("STOP");
    }
    thread::sleep(Duration::from_secs(1));
    for _ in 0..2 {
        assert_eq!(server.refresh(&cookie), 503);
    }
    for standby in &setting.cluster.standbys {
        standby.signal("CONT");
    }
    thread::sleep(Duration::from_secs(3));
    // As if that had taken longer than the reuse interval.
    let later = "UPDATE countersign_sessions SET rotated_at = rotated_at - 60";
    setting.cluster.primary.execute(later);
    assert_eq!(server.refresh(&cookie), 200);
}

#[test]
fn a_server_that_is_cut_off_accepts_nobody_and_recovers() {
    let setting = Setting::new();
    let server = setting.serve();
    let token = server.log_in("ada", "analytical engine");
    assert_eq!(status_of(&server, &token), 200);
    setting.proxy.cut(true);
    assert_answers_nobody(&server, &token);
    setting.proxy.cut(false);
    setting.proxy.lead_to(setting.cluster.primary.port);
    assert_recovers(&server, &token);

    setting.cluster.primary.signal("STOP");
    assert_answers_nobody(&server, &token);
    setting.cluster.primary.signal("CONT");
    assert_recovers(&server, &token);

    // The primary answers, but is cut off from its standbys: one of them may be the primary now.
    for standby in &setting.cluster.standbys {
        standby.signal("STOP");
    }
    assert_answers_nobody(&server, &token);
    for standby in &setting.cluster.standbys {
        standby.signal("CONT");
    }
    assert_recovers(&server, &token);
}

#[test]
fn an_old_primary_that_still_answers_is_not_believed() {
    let mut setting = Setting::new();
    let first = setting.serve();
    let token = first.log_in("ada", "analytical engine");
    // The pool of the first server has several connections to the primary.
    let fields = form(&[("username", "ada"), ("password", "analytical engine")]);
    thread::scope(|scope| {
        let mut database = BlockingConnection::at(&setting.cluster.primary.url("postgres"));
        database.execute("BEGIN; LOCK TABLE countersign_sessions IN EXCLUSIVE MODE");
        for _ in 0..8 {
            scope.spawn(|| first.post("/api/login", &fields, None));
        }
        thread::sleep(Duration::from_secs(2));
        database.execute("ROLLBACK");
    });
    assert_eq!(status_of(&first, &token), 200);
    let old = setting.cluster.fail_over();
    // Connections that there are still lead to the old primary.
    setting.proxy.lead_new_ones_to(setting.cluster.primary.port);
    let second = setting.serve();
    assert_recovers(&second, &token);
    assert_eq!(second.post("/api/logout", "", Some(&token)).0, 200);
    let live = "SELECT count(*) FROM countersign_sessions WHERE revoked_at IS NULL";
    assert!(old.number(live) > setting.cluster.primary.number(live));
    let start = Instant::now();
    let mut statuses = Vec::new();
    while start.elapsed() < Duration::from_secs(8) {
        statuses.push(status_of(&first, &token));
    }
    assert!(!statuses.contains(&200), "{statuses:?}");
    assert!(
        statuses.contains(&401),
        "it goes on with the new primary: {statuses:?}"
    );
}

/// What became of a session, as its user was told.
#[derive(Clone, Copy, PartialEq)]
enum Told {
    SignedIn,
    SignedOut,
    /// Neither was confirmed.
    Nothing,
}

/// How many sessions of each thread stay: one user has at most 50.
const STAYING: usize = 15;

/// Signs in and out until the database goes away.
fn sign_in_and_out(server: &Process) -> Vec<(String, Told)> {
    let fields = form(&[("username", "ada"), ("password", "analytical engine")]);
    let mut sessions = Vec::new();
    loop {
        let Some((200, body)) = server.try_post("/api/login", &fields, None) else {
            return sessions;
        };
        let token = body["access_token"].as_str().unwrap().to_owned();
        sessions.push((token.clone(), Told::SignedIn));
        // Every other one stays.
        if sessions.len() % 2 == 0 || sessions.len() > 2 * STAYING {
            let answer = server.try_post("/api/logout", "", Some(&token));
            let is_confirmed = answer.is_some_and(|(status, _)| status == 200);
            let told = if is_confirmed {
                Told::SignedOut
            } else {
                Told::Nothing
            };
            sessions.last_mut().unwrap().1 = told;
            if !is_confirmed {
                return sessions;
            }
        }
    }
}

/// As often as `ROUNDS` says.
#[test]
fn a_failover_undoes_no_confirmed_logout_and_loses_no_confirmed_login() {
    let rounds = std::env::var("ROUNDS").map_or(3, |rounds| rounds.parse().unwrap());
    let (mut signed_in, mut signed_out) = (0, 0);
    for round in 0..rounds {
        let mut setting = Setting::new();
        let server = setting.serve();
        let sessions: Vec<_> = thread::scope(|scope| {
            let working: Vec<_> = (0..3)
                .map(|_| scope.spawn(|| sign_in_and_out(&server)))
                .collect();
            thread::sleep(Duration::from_millis(1500 + 100 * (round % 7)));
            // In most rounds the standbys are behind in the end, by what nobody was told.
            let is_behind = round % 3 != 0;
            if is_behind {
                for standby in &setting.cluster.standbys {
                    standby.signal("STOP");
                }
                thread::sleep(Duration::from_millis(300));
            }
            setting.cluster.primary.signal("KILL");
            working
                .into_iter()
                .flat_map(|one| one.join().unwrap())
                .collect()
        });
        for standby in &setting.cluster.standbys {
            standby.signal("CONT");
        }
        setting.cluster.fail_over();
        setting.proxy.lead_to(setting.cluster.primary.port);
        // A session that was confirmed is live, so this is also the time until all is well again.
        let (token, _) = sessions
            .iter()
            .find(|(_, told)| *told == Told::SignedIn)
            .unwrap();
        assert_recovers(&server, token);
        let another = setting.serve();
        for (token, told) in &sessions {
            for server in [&server, &another] {
                let status = status_of(server, token);
                match told {
                    Told::SignedIn => assert_eq!(status, 200, "round {round}"),
                    Told::SignedOut => assert_eq!(status, 401, "round {round}"),
                    Told::Nothing => assert!([200, 401].contains(&status), "{status}"),
                }
            }
        }
        let number = |of: Told| sessions.iter().filter(|(_, told)| *told == of).count();
        signed_in += number(Told::SignedIn);
        signed_out += number(Told::SignedOut);
    }
    println!("{rounds} rounds: {signed_in} confirmed logins, {signed_out} confirmed logouts");
    assert!(signed_out > 0);
}
