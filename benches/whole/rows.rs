//! The table's rows, each with its yardstick.

use std::{path::Path, rc::Rc, thread, time::Duration};

use crate::{
    driver::{Answer, Load, Request, closed_loop, each, open_loop, request, same, with_token},
    report::{Curve, Goal, Row},
    seed::Seed,
    server::Server,
    yardsticks,
};

/// How long each measuring takes.
const TIME: Duration = Duration::from_secs(3);
/// Long enough for every request that is given.
const UNTIL_DONE: Duration = Duration::from_mins(1);

/// Of more than 50 sessions of a user, a sign-in ends the oldest.
const USERS: u64 = 20_000;
const SESSIONS_EACH: u64 = 25;

/// Which rows, by name: all without any.
type Wanted<'a> = &'a dyn Fn(&str) -> bool;

pub fn measure(names: &[String]) -> (Vec<Row>, Vec<Curve>) {
    let seed = Seed::plant(USERS, SESSIONS_EACH);
    let wanted = |row: &str| {
        names.iter().all(|name| name.starts_with('-')) || names.iter().any(|name| name == row)
    };
    let mut rows = beside_a_bare_route(&seed, &wanted);
    rows.extend(by_the_release(&seed, &wanted));
    let curves = if wanted("curves") {
        curves(&seed)
    } else {
        Vec::new()
    };
    (rows, curves)
}

fn beside_a_bare_route(seed: &Seed, wanted: Wanted<'_>) -> Vec<Row> {
    let server = Server::beside_a_bare_route(seed.path());
    let rate =
        |request: &Request| closed_loop(server.address, same(request, 32), TIME).per_second();
    let token = seed.token(0);
    let (me, bare_with_token) = (with_token("/api/me", &token), with_token("/bare", &token));
    let (login, bare) = (
        request("GET", "/login", &[], ""),
        request("GET", "/bare", &[], ""),
    );
    let mut rows = Vec::new();
    if wanted("me") {
        rows.push(Row::measure(
            "`/api/me`, a token seen before",
            "bare axum route, same process",
            "/s",
            Goal::AtLeast(0.85),
            || (rate(&me), rate(&bare_with_token)),
        ));
    }
    if wanted("login") {
        rows.push(Row::measure(
            "`/login`, the page",
            "bare axum route, same process",
            "/s",
            Goal::AtLeast(0.3),
            || (rate(&login), rate(&bare)),
        ));
    }
    rows
}

fn by_the_release(seed: &Seed, wanted: Wanted<'_>) -> Vec<Row> {
    let server = Server::release(seed.path(), &[]);
    let copy = Copy::of(seed);
    let mut rows = Vec::new();
    if wanted("new") {
        let token = seed.token(0);
        rows.push(Row::measure(
            "`/api/me`, each token new",
            "EdDSA decodes",
            "/s",
            Goal::AtLeast(0.85),
            || {
                let tokens = (0..40_000)
                    .map(|session| with_token("/api/me", &seed.token(session)))
                    .collect();
                let ours = closed_loop(server.address, each(tokens, 32), UNTIL_DONE).per_second();
                (ours, yardsticks::decodes(seed.issuer(), &token, TIME))
            },
        ));
    }
    if wanted("sign-ins") {
        rows.push(Row::measure(
            "sign-ins, 16 clients",
            "argon2 with buffers kept",
            "/s",
            Goal::AtLeast(0.93),
            || {
                (
                    log_ins(&server, seed, 16, TIME * 2),
                    yardsticks::argon2(TIME * 2),
                )
            },
        ));
    }
    let mut next = 0;
    if wanted("logouts") {
        rows.push(Row::measure(
            "logouts, 64 clients",
            "durable commits, one by one",
            "/s",
            Goal::AtLeast(2.0),
            || {
                let ours = log_outs(&server, seed, 64, next..next + 30_000);
                next += 30_000;
                (ours, copy.durable_commits())
            },
        ));
    }
    if wanted("renewals") {
        rows.push(Row::measure(
            "renewals, 64 clients",
            "durable commits, one by one",
            "/s",
            Goal::AtLeast(1.5),
            || (renewals(&server, seed, 64, TIME), copy.durable_commits()),
        ));
    }
    if wanted("flood") {
        rows.push(flood(&server, seed));
    }
    rows
}

/// The database once more, for commits that no server knows of.
struct Copy {
    dir: tempfile::TempDir,
    used: std::cell::Cell<u64>,
}

impl Copy {
    fn of(seed: &Seed) -> Self {
        let dir = tempfile::TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        std::fs::copy(seed.database(), dir.path().join("copy.db")).unwrap();
        Self {
            dir,
            used: 0.into(),
        }
    }

    fn durable_commits(&self) -> f64 {
        let (done, rate) =
            yardsticks::durable_commits(&self.dir.path().join("copy.db"), self.used.get(), TIME);
        self.used.set(self.used.get() + done);
        rate
    }
}

pub fn log_ins(server: &Server, seed: &Seed, clients: u64, time: Duration) -> f64 {
    let log_in = |client| {
        let mut user = client;
        move |_: Option<&Answer<'_>>| {
            user += clients;
            Some(seed.log_in(user))
        }
    };
    closed_loop(server.address, (0..clients).map(log_in).collect(), time).per_second()
}

pub fn log_outs(
    server: &Server,
    seed: &Seed,
    clients: usize,
    sessions: std::ops::Range<u64>,
) -> f64 {
    let requests = sessions
        .map(|session| with_token("/api/logout", &seed.token(session)))
        .collect();
    closed_loop(server.address, each(requests, clients), UNTIL_DONE).per_second()
}

/// Each client renews with the cookie that it was given last.
pub fn renewals(server: &Server, seed: &Seed, clients: u64, time: Duration) -> f64 {
    let renew = |cookie: &str| request("POST", "/api/renew", &[("cookie", cookie)], "");
    let cookie = |answer: &Answer<'_>| answer.cookie("countersign").expect("a renewal cookie");
    let signed_in = |user| {
        let cookies = Rc::new(std::cell::RefCell::new(String::new()));
        let (heard, mut asked) = (Rc::clone(&cookies), false);
        let client = move |answer: Option<&Answer<'_>>| {
            if let Some(answer) = answer {
                *heard.borrow_mut() = cookie(answer);
            }
            (!std::mem::replace(&mut asked, true)).then(|| seed.log_in(user))
        };
        closed_loop(server.address, vec![client], UNTIL_DONE);
        cookies.take()
    };
    let clients = (0..clients).map(|user| {
        let first = renew(&signed_in(user));
        move |answer: Option<&Answer<'_>>| {
            Some(answer.map_or_else(|| Rc::clone(&first), |answer| renew(&cookie(answer))))
        }
    });
    closed_loop(server.address, clients.collect(), time).per_second()
}

/// What a signed-in user notices while sign-ins come at four times what the machine can do.
fn flood(server: &Server, seed: &Seed) -> Row {
    let most = yardsticks::argon2(TIME);
    // Nobody has signed it out.
    let me = with_token("/api/me", &seed.token(seed.sessions - 1));
    let quiet = |me: Request| {
        let load = open_loop(server.address, &[me], 500.0, TIME, 64);
        assert_eq!(load.refused, 0, "who is signed in is answered");
        load.quantile(0.99)
    };
    Row::measure(
        "p99 of `/api/me` in a flood of sign-ins",
        "p99 without them",
        "ms",
        Goal::AtMost(5.0),
        || {
            let without = quiet(Rc::clone(&me));
            let with = thread::scope(|scope| {
                let flood = scope.spawn(|| flood_of_log_ins(server, seed, most * 4.0));
                // Until the queue is full.
                thread::sleep(Duration::from_secs(2));
                let with = quiet(Rc::clone(&me));
                let flood = flood.join().unwrap();
                assert!(
                    flood.refused > flood.answered,
                    "a flood: {} answered, {} refused",
                    flood.answered,
                    flood.refused
                );
                with
            });
            (with, without)
        },
    )
}

fn flood_of_log_ins(server: &Server, seed: &Seed, per_second: f64) -> Load {
    let log_ins: Vec<_> = (0..seed.users).map(|user| seed.log_in(user)).collect();
    open_loop(
        server.address,
        &log_ins,
        per_second,
        TIME + Duration::from_secs(3),
        256,
    )
}

/// How the latency grows with the load, of what a signed-in user asks most and of the bare route.
fn curves(seed: &Seed) -> Vec<Curve> {
    let server = Server::beside_a_bare_route(seed.path());
    // Nobody has signed it out.
    let token = seed.token(seed.sessions - 1);
    let curve = |name, path, quantile| {
        let request = [with_token(path, &token)];
        let rates =
            [1, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50].map(|thousands| f64::from(thousands * 1000));
        let mut points = Vec::new();
        for rate in rates {
            let load = open_loop(server.address, &request, rate, TIME, 64);
            assert_eq!(load.refused, 0, "{path} is answered");
            // Beyond this point only the queue grows.
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

/// Until the server answers for the first time, in milliseconds.
pub fn start_to_first_answer(data: &Path) -> f64 {
    let start = std::time::Instant::now();
    let server = Server::release(data, &[]);
    let (status, _) =
        crate::driver::ask_once(server.address, &request("GET", "/readyz", &[], "")).unwrap();
    assert_eq!(status, 200);
    start.elapsed().as_secs_f64() * 1000.0
}
