//! The same work with a million users and with a thousand. It should take the same time.

use std::time::Instant;

use crate::{
    driver::{bearer_request, closed_loop, request, send_once, share_requests},
    report::{Limit, Row, median},
    rows::{self, TIME, UNTIL_DONE},
    seed::Seed,
    server::Server,
};

const USERS: u64 = 1_000_000;
const SESSIONS_EACH: u64 = 10;
const CACHED_TOKENS: u64 = 1_000_000;
const CACHE_SIZE: &str = "COUNTERSIGN_TOKEN_VERIFIED_CACHE_SIZE";

pub fn measure() -> Vec<Row> {
    let start = Instant::now();
    let large = Seed::create(USERS, SESSIONS_EACH);
    let seconds = start.elapsed().as_secs_f64();
    let mut rows = vec![Row::single("building the large database", "s", seconds)];
    let starts = (0..5).map(|_| start_to_first_response(&large));
    rows.push(Row::single(
        "start to first response, large database",
        "ms",
        median(starts),
    ));
    let small = Seed::create(1000, 40);
    rows.extend(compare(&large, &small));
    rows.push(memory_of_cached_tokens(&large));
    rows
}

fn compare(large: &Seed, small: &Seed) -> Vec<Row> {
    let servers =
        [large, small].map(|seed| (Server::release(seed.path(), &[(CACHE_SIZE, "1000")]), seed));
    let row = |work, rate: &dyn Fn(&Server, &Seed, u64) -> f64| {
        let mut round = 0;
        Row::compare(
            work,
            "the same with 1,000 users",
            "µs",
            Limit::AtMost(1.2),
            || {
                let [large, small] = servers
                    .each_ref()
                    .map(|(server, seed)| 1e6 / rate(server, seed, round));
                round += 1;
                (large, small)
            },
        )
    };
    vec![
        row("a sign-in", &|server, seed, _| {
            rows::login_rate(server, seed, 16, TIME)
        }),
        row("`/api/me`, signature not cached", &|server, seed, round| {
            // Sessions from the whole database, and different ones in each of the six rounds.
            let stride = seed.sessions / 6000;
            let requests: Vec<_> = (0..6000)
                .map(|number| seed.token(round + number * stride))
                .map(|token| bearer_request("/api/me", &token))
                .collect();
            closed_loop(&[server.address], share_requests(requests, 32), UNTIL_DONE).per_second()
        }),
        row("a refresh", &|server, seed, _| {
            rows::refresh_rate(server, seed, 64, TIME)
        }),
        row("a logout", &|server, seed, round| {
            rows::logout_rate(server, seed, 64, round * 5000..(round + 1) * 5000)
        }),
    ]
}

/// The time from the start of the process to its first response, in milliseconds.
fn start_to_first_response(seed: &Seed) -> f64 {
    let start = Instant::now();
    let server = Server::release(seed.path(), &[]);
    let status = send_once(server.address, &request("GET", "/readyz", &[], "")).unwrap();
    assert_eq!(status, 200);
    start.elapsed().as_secs_f64() * 1000.0
}

/// The memory that the server needs to remember a verified token.
fn memory_of_cached_tokens(seed: &Seed) -> Row {
    let server = Server::release(seed.path(), &[(CACHE_SIZE, &CACHED_TOKENS.to_string())]);
    let send_new_tokens = |count: u64| {
        // No row logs out the last session.
        let requests: Vec<_> = (0..count)
            .map(|_| bearer_request("/api/me", &seed.token(seed.sessions - 1)))
            .collect();
        closed_loop(&[server.address], share_requests(requests, 32), UNTIL_DONE);
    };
    // Memory that the first requests allocate, such as connections and buffers, is left out.
    send_new_tokens(20_000);
    let before = server.resident_bytes();
    for _ in 0..10 {
        send_new_tokens(CACHED_TOKENS / 10);
    }
    let bytes = server.resident_bytes() - before;
    #[expect(clippy::cast_precision_loss, reason = "both are lower than 2^52")]
    let bytes_each = bytes as f64 / CACHED_TOKENS as f64;
    Row::single(
        "memory for each of 1,000,000 cached tokens",
        "bytes",
        bytes_each,
    )
}
