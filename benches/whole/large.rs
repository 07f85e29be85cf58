//! What a million users change: nothing, it should be.

use std::{
    ops::Range,
    time::{Duration, Instant},
};

use crate::{
    driver::{closed_loop, each, with_token},
    report::{Goal, Row, median},
    rows,
    seed::Seed,
    server::Server,
};

const TIME: Duration = Duration::from_secs(3);
const UNTIL_DONE: Duration = Duration::from_mins(10);
const SESSIONS: u64 = 10_000_000;
const REMEMBERED: u64 = 1_000_000;

pub fn measure() -> Vec<Row> {
    let start = Instant::now();
    let large = Seed::plant(1_000_000, SESSIONS / 1_000_000);
    let built = start.elapsed().as_secs_f64();
    eprintln!("1,000,000 users and {SESSIONS} sessions in {built:.0} s");
    let small = Seed::plant(1000, 40);
    let mut rows = vec![without_yardstick(
        "building the large database",
        "s",
        built,
        Goal::AtMost(180.0),
    )];
    let starts = (0..5).map(|_| rows::start_to_first_answer(large.path()));
    rows.push(without_yardstick(
        "start to first answer, large database",
        "ms",
        median(starts),
        Goal::AtMost(300.0),
    ));
    let servers = [&large, &small]
        .map(|seed| Server::release(seed.path(), &[("COUNTERSIGN_SESSION_CACHED", "1000")]));
    let (work, yardstick) = (
        [(&servers[0], &large), (&servers[1], &small)],
        "the same with 1,000 users",
    );
    let mut growth = |name, rate: &mut dyn FnMut(&Server, &Seed) -> f64| {
        rows.push(Row::measure(
            name,
            yardstick,
            "µs",
            Goal::AtMost(1.2),
            || {
                let [large, small] = work.map(|(server, seed)| 1e6 / rate(server, seed));
                (large, small)
            },
        ));
    };
    growth("a sign-in", &mut |server, seed| {
        rows::log_ins(server, seed, 16, TIME)
    });
    let mut next = 0;
    let mut turn = 0;
    // Sessions from all over the database, each of them once, the same number of both.
    let mut some = |seed: &Seed, number: u64| -> Range<u64> {
        turn += 1;
        next = (next + if turn % 2 == 1 { number } else { 0 }) % (seed.sessions / 2);
        next..next + number
    };
    growth("`/api/me`, session not remembered", &mut |server, seed| {
        let stride = seed.sessions / 8000;
        let start = some(seed, 1).start % stride;
        let tokens = (0..8000)
            .map(|number| with_token("/api/me", &seed.token(start + number * stride)))
            .collect();
        closed_loop(server.address, each(tokens, 32), UNTIL_DONE).per_second()
    });
    growth("a renewal", &mut |server, seed| {
        rows::renewals(server, seed, 64, TIME)
    });
    growth("a logout", &mut |server, seed| {
        let sessions = some(seed, 5000);
        rows::log_outs(server, seed, 64, sessions)
    });
    drop(servers);
    rows.push(memory(&large));
    rows
}

fn without_yardstick(work: &'static str, unit: &'static str, ours: f64, goal: Goal) -> Row {
    eprintln!("{work}: {ours:.1} {unit}");
    Row {
        work,
        yardstick: "",
        unit,
        ours,
        theirs: None,
        figure: ours,
        goal,
    }
}

/// What a remembered session takes. A token of each is remembered as well, so as many tokens of one session are held
/// against it.
fn memory(seed: &Seed) -> Row {
    let taken = |session: fn(u64) -> u64| {
        let server = Server::release(seed.path(), &[("COUNTERSIGN_SESSION_CACHED", "1000000")]);
        let ask = |numbers: Range<u64>| {
            let mut numbers = numbers;
            let numbers = std::iter::from_fn(|| numbers.next())
                .map(|number| with_token("/api/me", &seed.token(session(number))));
            closed_loop(server.address, each(numbers.collect(), 32), UNTIL_DONE);
        };
        ask(0..20_000);
        let before = server.resident_bytes();
        for chunk in 0..10 {
            let chunk_of = REMEMBERED / 10;
            ask(20_000 + chunk * chunk_of..20_000 + (chunk + 1) * chunk_of);
        }
        server.resident_bytes() - before
    };
    // Of the upper half nobody has signed out.
    let (both, tokens) = (
        taken(|number| SESSIONS / 2 + number),
        taken(|_| SESSIONS / 2),
    );
    #[expect(clippy::cast_precision_loss, reason = "a million")]
    let each = |bytes: u64| bytes as f64 / REMEMBERED as f64;
    eprintln!(
        "{:.0} bytes for a session and a token, {:.0} for a token",
        each(both),
        each(tokens)
    );
    let ours = each(both) - each(tokens);
    without_yardstick(
        "memory for each of 1,000,000 remembered sessions",
        "bytes",
        ours,
        Goal::AtMost(120.0),
    )
}
