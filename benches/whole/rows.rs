//! The rows of the table, each with its yardstick.

use std::{cell::Cell, ops::Range, rc::Rc, thread, time::Duration};

use tempfile::TempDir;

use crate::{
    driver::{
        LoadResult, Request, Response, bearer_request, closed_loop, open_loop, repeat_request,
        request, share_requests,
    },
    report::{Curve, Limit, Row},
    seed::Seed,
    server::{Logging, Server},
    yardsticks,
};

/// The duration of one measurement.
pub const TIME: Duration = Duration::from_secs(3);
/// The duration of one measurement of a p99: of 4,500 requests, 45 are slower than the p99.
pub const P99_TIME: Duration = Duration::from_secs(9);
/// Long enough to send a whole list of requests.
pub const UNTIL_DONE: Duration = Duration::from_mins(10);

/// A login revokes the user's oldest session beyond 50. The rows log in too rarely for that.
const SESSIONS_EACH: u64 = 25;
const USERS: u64 = 20_000;

/// Whether a row is measured, by its name on the command line.
type IsWanted<'a> = &'a dyn Fn(&str) -> bool;

/// Measures the named rows and curves, or all of them without a name.
pub fn measure(names: &[String]) -> (Vec<Row>, Vec<Curve>) {
    let seed = Seed::create(USERS, SESSIONS_EACH);
    let is_wanted = |row: &str| names.is_empty() || names.iter().any(|name| name == row);
    let mut rows = compared_with_a_bare_route(&seed, &is_wanted);
    rows.extend(measured_on_the_release(&seed, &is_wanted));
    let curves = if is_wanted("curves") {
        curves(&seed)
    } else {
        Vec::new()
    };
    (rows, curves)
}

fn compared_with_a_bare_route(seed: &Seed, is_wanted: IsWanted<'_>) -> Vec<Row> {
    let rate = |server: &Server, request: &Request| {
        closed_loop(&[server.address], repeat_request(request, 32), TIME).per_second()
    };
    let yardstick = "bare axum route, same process";
    let token = seed.token(0);
    let me = bearer_request("/api/me", &token);
    let bare_with_token = bearer_request("/bare", &token);
    let mut rows = Vec::new();
    let server = Server::with_bare_route(seed.path(), Logging::Off, &[]);
    if is_wanted("me") {
        rows.push(Row::compare(
            "`/api/me`, signature cached",
            yardstick,
            "/s",
            Limit::InvestigateBelow(0.45),
            || (rate(&server, &me), rate(&server, &bare_with_token)),
        ));
    }
    if is_wanted("login") {
        let login = request("GET", "/login", &[], "");
        let bare = request("GET", "/bare", &[], "");
        rows.push(Row::compare(
            "`/login`, rendered page",
            yardstick,
            "/s",
            Limit::None,
            || (rate(&server, &login), rate(&server, &bare)),
        ));
    }
    drop(server);
    if is_wanted("me-logged") {
        let server = Server::with_bare_route(seed.path(), Logging::Default, &[]);
        rows.push(Row::compare(
            "`/api/me`, signature cached, default log level",
            "bare axum route, not logged",
            "/s",
            Limit::None,
            || (rate(&server, &me), rate(&server, &bare_with_token)),
        ));
    }
    rows
}

fn measured_on_the_release(seed: &Seed, is_wanted: IsWanted<'_>) -> Vec<Row> {
    let server = Server::release(seed.path(), &[]);
    let copy = DatabaseCopy::of(seed);
    let mut rows = Vec::new();
    if is_wanted("new") {
        let token = seed.token(0);
        rows.push(Row::compare(
            "`/api/me`, signature not cached",
            "token verifications",
            "/s",
            Limit::None,
            || {
                let requests: Vec<_> = (0..40_000)
                    .map(|session| bearer_request("/api/me", &seed.token(session)))
                    .collect();
                let clients = share_requests(requests, 32);
                (
                    closed_loop(&[server.address], clients, UNTIL_DONE).per_second(),
                    yardsticks::token_verifications(seed.issuer(), &token, TIME),
                )
            },
        ));
    }
    if is_wanted("sign-ins") {
        rows.push(Row::compare(
            "sign-ins, 16 clients",
            "argon2id hashes",
            "/s",
            Limit::InvestigateBelow(0.85),
            || {
                (
                    login_rate(&server, seed, 16, TIME * 2),
                    yardsticks::argon2(TIME * 2),
                )
            },
        ));
    }
    if is_wanted("logouts") {
        let mut next = 0;
        rows.push(Row::compare(
            "logouts, 64 clients",
            "durable commits, one at a time",
            "/s",
            Limit::InvestigateBelow(2.0),
            || {
                let rate = logout_rate(&server, seed, 64, next..next + 30_000);
                next += 30_000;
                (rate, copy.durable_commits())
            },
        ));
    }
    if is_wanted("refreshes") {
        rows.push(Row::compare(
            "refreshes, 64 clients",
            "durable commits, one at a time",
            "/s",
            Limit::None,
            || {
                (
                    refresh_rate(&server, seed, 64, TIME),
                    copy.durable_commits(),
                )
            },
        ));
    }
    drop(server);
    if is_wanted("flood") {
        rows.extend(flood(seed));
    }
    rows
}

/// A copy of the database, for the yardstick's commits.
struct DatabaseCopy {
    dir: TempDir,
    revoked: Cell<u64>,
}

impl DatabaseCopy {
    fn of(seed: &Seed) -> Self {
        let dir = TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        std::fs::copy(seed.database(), dir.path().join("copy.db")).unwrap();
        Self {
            dir,
            revoked: Cell::new(0),
        }
    }

    fn durable_commits(&self) -> f64 {
        let database = self.dir.path().join("copy.db");
        let (revoked, rate) = yardsticks::durable_commits(&database, self.revoked.get(), TIME);
        self.revoked.set(self.revoked.get() + revoked);
        rate
    }
}

/// Each client logs in one user after another.
pub fn login_rate(server: &Server, seed: &Seed, clients: u64, time: Duration) -> f64 {
    let client = |number| {
        let mut user = number;
        move |_: Option<&Response<'_>>| {
            user += clients;
            Some(seed.login_request(user))
        }
    };
    closed_loop(&[server.address], (0..clients).map(client).collect(), time).per_second()
}

/// Each session is logged out once.
pub fn logout_rate(server: &Server, seed: &Seed, clients: usize, sessions: Range<u64>) -> f64 {
    let requests: Vec<_> = sessions
        .map(|session| bearer_request("/api/logout", &seed.token(session)))
        .collect();
    closed_loop(
        &[server.address],
        share_requests(requests, clients),
        UNTIL_DONE,
    )
    .per_second()
}

/// Each client is one user and logs in beforehand. A refresh uses the cookie of the previous
/// response.
pub fn refresh_rate(server: &Server, seed: &Seed, clients: u64, time: Duration) -> f64 {
    let cookie =
        |response: &Response<'_>| response.cookie("countersign").expect("a refresh cookie");
    let refresh = |cookie: &str| request("POST", "/api/refresh", &[("cookie", cookie)], "");
    let log_in = |user| {
        let received = Cell::new(None);
        let mut login = Some(seed.login_request(user));
        let client = |response: Option<&Response<'_>>| {
            received.set(response.map(cookie));
            login.take()
        };
        closed_loop(&[server.address], vec![client], UNTIL_DONE);
        received.take().expect("a response")
    };
    let clients = (0..clients).map(|user| {
        let first = refresh(&log_in(user));
        move |response: Option<&Response<'_>>| {
            Some(response.map_or_else(|| Rc::clone(&first), |response| refresh(&cookie(response))))
        }
    });
    closed_loop(&[server.address], clients.collect(), time).per_second()
}

/// The latency for a signed-in user while logins arrive at four times the rate that the machine can
/// hash. Beside it stands that of a bare route in the same flood: what it costs is the machine's.
fn flood(seed: &Seed) -> [Row; 2] {
    let server = Server::with_bare_route(seed.path(), Logging::Off, &[]);
    let max_rate = yardsticks::argon2(TIME);
    // No other row revokes the last session.
    let token = seed.token(seed.sessions - 1);
    let me = bearer_request("/api/me", &token);
    let bare = bearer_request("/bare", &token);
    let p99 = |request: &Request| {
        let load = open_loop(server.address, &[Rc::clone(request)], 500.0, P99_TIME, 64);
        assert_eq!(
            load.refused, 0,
            "every request of a signed-in user succeeds"
        );
        load.quantile(0.99)
    };
    let in_flood = |measure: &dyn Fn() -> (f64, f64), time: Duration| {
        thread::scope(|scope| {
            let flood = scope.spawn(|| flood_of_logins(&server, seed, max_rate * 4.0, time));
            // By then the hash queue is full.
            thread::sleep(Duration::from_secs(2));
            let measured = measure();
            let flood = flood.join().unwrap();
            assert!(
                flood.refused > flood.succeeded,
                "not a flood: {} logins succeeded, {} were refused",
                flood.succeeded,
                flood.refused
            );
            measured
        })
    };
    [
        Row::compare(
            "p99 of `/api/me` in a flood of sign-ins",
            "p99 without the flood",
            "ms",
            Limit::AtMost(5.0),
            || {
                let without = p99(&me);
                in_flood(&|| (p99(&me), without), P99_TIME)
            },
        ),
        Row::compare(
            "p99 of `/api/me` in a flood of sign-ins",
            "p99 of the bare route in it",
            "ms",
            Limit::None,
            || in_flood(&|| (p99(&me), p99(&bare)), P99_TIME * 2),
        ),
    ]
}

fn flood_of_logins(
    server: &Server,
    seed: &Seed,
    per_second: f64,
    measured_for: Duration,
) -> LoadResult {
    let logins: Vec<_> = (0..seed.users)
        .map(|user| seed.login_request(user))
        .collect();
    open_loop(
        server.address,
        &logins,
        per_second,
        measured_for + Duration::from_secs(3),
        256,
    )
}

/// The latency of `/api/me` and of the bare route at increasing load.
fn curves(seed: &Seed) -> Vec<Curve> {
    let server = Server::with_bare_route(seed.path(), Logging::Off, &[]);
    // No row revokes the last session.
    let token = seed.token(seed.sessions - 1);
    let curve = |name, path, quantile| {
        let request = [bearer_request(path, &token)];
        let rates =
            [1, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50].map(|thousands| f64::from(thousands * 1000));
        let mut points = Vec::new();
        for rate in rates {
            let load = open_loop(server.address, &request, rate, TIME, 64);
            assert_eq!(load.refused, 0, "every request of {path} succeeds");
            // The server can't keep up. From here on only the queue grows.
            if load.per_second() < rate * 0.98 {
                break;
            }
            points.push((rate, load.quantile(quantile)));
        }
        Curve { name, points }
    };
    vec![
        curve("bare route, median", "/bare", 0.5),
        curve("bare route, p99", "/bare", 0.99),
        curve("/api/me, median", "/api/me", 0.5),
        curve("/api/me, p99", "/api/me", 0.99),
    ]
}
