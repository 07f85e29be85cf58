//! Measures the server, each figure beside a yardstick from the same run, and writes the tables of
//! `docs/PERFORMANCE.md`: `make bench`, `make bench-postgres`, or `make bench-large` for a million
//! users.
//!
//! `cargo bench --features ssr,app,cli --bench whole -- me flood` measures the named rows and only
//! prints them. With `--postgres` before them, they are those of Postgres.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failure ends the benchmark and shows where"
)]

mod driver;
mod large;
#[path = "../../tests/contract/postgres/node.rs"]
mod node;
mod postgres;
mod report;
mod rows;
mod seed;
mod server;
mod yardsticks;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |argument: &str| arguments.iter().any(|other| other == argument);
    if has(server::SERVE_WITH_BARE_ROUTE) {
        return server::serve_with_bare_route(postgres::select_route);
    }
    if has("--large") {
        let table = report::table(&large::measure());
        println!("{table}");
        return report::write("large", &table);
    }
    let names: Vec<_> = arguments
        .iter()
        .filter(|argument| !argument.starts_with('-'))
        .cloned()
        .collect();
    if has("--postgres") {
        let table = report::table(&postgres::measure(&names));
        println!("{table}");
        if names.is_empty() {
            report::write("postgres", &table);
        }
        return;
    }
    let (rows, curves) = rows::measure(&names);
    let table = report::table(&rows);
    println!("{table}");
    if names.is_empty() {
        report::write("whole", &table);
        report::plot(&curves);
    }
}
