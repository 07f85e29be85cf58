//! The rows for Postgres, each with its yardstick. The database, its standby, the servers and the
//! clients share the cores.

use std::{io::Write, net::SocketAddr, process::Stdio};

use axum::{Router, routing::any};
use sqlx::postgres::PgPoolOptions;
use uuid::Uuid;

use crate::{
    driver::{Request, bearer_request, closed_loop, open_loop, share_requests},
    node::{Node, succeed},
    report::{Limit, Row},
    rows::{P99_TIME, TIME, logout_rate},
    seed::{DAY, FIRST_MILLISECOND, Seed, now, session_id},
    server::{Logging, Server},
};

const USERS: u64 = 4000;
const SESSIONS_EACH: u64 = 25;
/// How many sessions send requests. The first ones are logged out.
const ACTIVE: u64 = 10_000;
const LOGOUTS: u64 = 15_000;

/// The database of the yardstick, in the same server.
const YARDSTICK: &str = "yardstick";
/// For `pgbench`: a commit of one row that is found by its key.
const COMMIT: &str = "\\set aid random(1, 100000)
    UPDATE pgbench_accounts SET abalance = abalance + 1 WHERE aid = :aid;\n";

const DATABASE_URL: &str = "COUNTERSIGN_DATABASE_URL";
const DURABLE_ON: &str = "COUNTERSIGN_DATABASE_DURABLE_ON";

/// Measures the named rows, or all of them without a name.
pub fn measure(names: &[String]) -> Vec<Row> {
    let is_wanted = |row: &str| names.is_empty() || names.iter().any(|name| name == row);
    // Commits are durable, which is the default.
    let primary = Node::primary("shared_buffers = 128MB\n");
    primary.control("start");
    let url = primary.url("postgres");
    let seed = seed(&primary, &url);
    let mut settings = vec![(DATABASE_URL, url.as_str())];
    let mut rows = Vec::new();
    if is_wanted("me") {
        let works = [
            "`/api/me`, one server",
            "`/api/me`, two servers",
            "`/api/me`, three servers",
        ];
        rows.extend(with_several_servers(&seed, &settings, works));
    }
    if is_wanted("select") {
        rows.extend(beside_a_select(&seed, &settings));
    }
    if is_wanted("logouts") {
        rows.push(logouts(&seed, &settings, &primary));
    }
    if is_wanted("proof") {
        let _standby = synchronous_standby(&primary);
        settings.push((DURABLE_ON, "1"));
        let works = [
            "`/api/me` with proof, one server",
            "`/api/me` with proof, two servers",
            "`/api/me` with proof, three servers",
        ];
        rows.extend(with_several_servers(&seed, &settings, works));
    }
    rows
}

/// A standby that each commit waits for.
fn synchronous_standby(primary: &Node) -> Node {
    let standby = primary.standby(1);
    primary.execute("ALTER SYSTEM SET synchronous_standby_names = 'standby1'");
    primary.execute("SELECT pg_reload_conf()");
    let synchronous = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'";
    primary.wait_for(synchronous, 1);
    standby
}

fn with_several_servers(
    seed: &Seed,
    settings: &[(&str, &str)],
    works: [&'static str; 3],
) -> [Row; 3] {
    let servers = [(); 3].map(|()| Server::with_bare_route(seed.path(), Logging::Off, settings));
    let addresses = servers.each_ref().map(|server| server.address);
    let me = requests(seed, "/api/me");
    let bare = requests(seed, "/bare");
    let mut number = 0;
    works.map(|work| {
        number += 1;
        let limit = if number == 1 {
            Limit::InvestigateBelow(0.35)
        } else {
            Limit::None
        };
        Row::compare(work, "bare axum route, one server", "/s", limit, || {
            (
                rate(&addresses[..number], &me),
                rate(&addresses[..1], &bare),
            )
        })
    })
}

/// A request of each session that is active.
fn requests(seed: &Seed, path: &str) -> Vec<Request> {
    (1..=ACTIVE)
        .map(|number| bearer_request(path, &seed.token(seed.sessions - number)))
        .collect()
}

fn rate(servers: &[SocketAddr], requests: &[Request]) -> f64 {
    let requests = requests.iter().cloned().cycle();
    closed_loop(servers, share_requests(requests, 32), TIME).per_second()
}

/// What a check adds to a read of one row.
fn beside_a_select(seed: &Seed, settings: &[(&str, &str)]) -> [Row; 3] {
    let server = Server::with_bare_route(seed.path(), Logging::Off, settings);
    let me = requests(seed, "/api/me");
    let select = requests(seed, "/select");
    let load = |requests: &[Request]| {
        let load = open_loop(server.address, requests, 500.0, P99_TIME, 64);
        assert_eq!(load.refused, 0, "every request succeeds");
        load
    };
    // Both quantiles of a round are of the same requests.
    let mut p99s = Vec::new();
    let p50 = Row::compare(
        "p50 of `/api/me`, 500 /s",
        "p50 of a `SELECT` by key, same process",
        "ms",
        Limit::None,
        || {
            let (me, select) = (load(&me), load(&select));
            p99s.push((me.quantile(0.99), select.quantile(0.99)));
            (me.quantile(0.5), select.quantile(0.5))
        },
    );
    let mut p99s = p99s.into_iter();
    let p99 = Row::compare(
        "p99 of `/api/me`, 500 /s",
        "p99 of a `SELECT` by key, same process",
        "ms",
        Limit::None,
        || p99s.next().unwrap(),
    );
    [
        p50,
        p99,
        Row::compare(
            "`/api/me`, one server",
            "a `SELECT` by key, same process",
            "/s",
            Limit::None,
            || {
                let server = [server.address];
                (rate(&server, &me), rate(&server, &select))
            },
        ),
    ]
}

/// A route that reads one row by its key, as the handler of an application does. With the HTTP
/// request around it, its latency can be compared with that of `/api/me`.
pub fn select_route() -> Router {
    let Ok(url) = std::env::var(DATABASE_URL) else {
        return Router::new();
    };
    let pool = PgPoolOptions::new().test_before_acquire(false);
    let pool = pool.connect_lazy(&url).unwrap();
    let select = async move || {
        let owner = "SELECT user_id FROM countersign_sessions WHERE id = $1";
        let owner = sqlx::query_scalar::<_, Uuid>(owner).bind(session_id(0).0);
        owner.fetch_one(&pool).await.unwrap().to_string()
    };
    Router::new().route("/select", any(select))
}

fn logouts(seed: &Seed, settings: &[(&str, &str)], primary: &Node) -> Row {
    let server = Server::release(seed.path(), settings);
    primary.execute(&format!("CREATE DATABASE {YARDSTICK}"));
    pgbench(primary, &["--initialize", "--quiet"], "");
    let mut next = 0;
    Row::compare(
        "logouts, 64 clients",
        "one-row commits of `pgbench`, 64 clients",
        "/s",
        Limit::None,
        || {
            let rate = logout_rate(&server, seed, 64, next..next + LOGOUTS);
            next += LOGOUTS;
            (rate, commits(primary, 64))
        },
    )
}

/// The rate of commits.
fn commits(node: &Node, clients: usize) -> f64 {
    let arguments = format!(
        "--no-vacuum --protocol=prepared --client={clients} --jobs=2 --time={} --file=-",
        TIME.as_secs()
    );
    let arguments: Vec<_> = arguments.split(' ').collect();
    let output = pgbench(node, &arguments, COMMIT);
    let rate = output.lines().find_map(|line| {
        let (rate, _) = line.strip_prefix("tps = ")?.split_once(' ')?;
        rate.parse().ok()
    });
    rate.unwrap_or_else(|| panic!("{output}"))
}

fn pgbench(node: &Node, arguments: &[&str], script: &str) -> String {
    let mut command = node.program("pgbench");
    command.args(arguments).arg(node.url(YARDSTICK));
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(script.as_bytes()).unwrap();
    drop(stdin);
    succeed(child.wait_with_output())
}

fn seed(primary: &Node, url: &str) -> Seed {
    let seed = Seed::fill(
        &[(DATABASE_URL, url)],
        USERS,
        SESSIONS_EACH,
        |_, sessions| {
            primary.execute(&rows(sessions));
            primary.execute("VACUUM (ANALYZE)");
        },
    );
    primary.execute("CHECKPOINT");
    seed
}

/// The statements for the users and their sessions.
fn rows(sessions: u64) -> String {
    let now = now().0;
    let expires_at = now + DAY / 2;
    let id = |kind: u8, number: &str| {
        format!(
            "(lpad(to_hex({FIRST_MILLISECOND} + {number}), 12, '0') || '700080000000'
              || lpad('{kind}', 8, '0'))::uuid"
        )
    };
    let (user, session) = (id(1, "n"), id(2, "n"));
    let owner = id(1, &format!("n % {USERS}"));
    format!(
        "CREATE TEMP TABLE template AS SELECT password_hash FROM countersign_users;
         DELETE FROM countersign_security_events; DELETE FROM countersign_users;
         INSERT INTO countersign_users (id, username, username_key, password_hash, created_at)
             SELECT {user}, 'u' || n, 'u' || n, (SELECT password_hash FROM template), {now}
             FROM generate_series(0, {USERS} - 1) AS n;
         INSERT INTO countersign_sessions (id, user_id, epoch, user_agent, created_at, last_seen_at,
                 authenticated_at, expires_at, rotated_at)
             SELECT {session}, {owner}, 0,
                 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', {now},
                 {now}, {now}, {expires_at}, {now}
             FROM generate_series(0, {sessions} - 1) AS n"
    )
}
