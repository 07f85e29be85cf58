//! What the server can do, each figure beside a yardstick that is measured in the same run: `make bench`, and with
//! `--large` how it does with a million users: `make bench-large`. Writes `docs/PERFORMANCE.md`.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what goes wrong here ends the measuring, and says where"
)]

mod driver;
mod large;
mod report;
mod rows;
mod seed;
mod server;
mod yardsticks;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |argument: &str| arguments.iter().any(|other| other == argument);
    if has(server::BESIDE_A_BARE_ROUTE) {
        server::serve_beside_a_bare_route();
    } else if has("--large") {
        report::write("large", &report::table(&large::measure()));
    } else {
        let (rows, curves) = rows::measure(&arguments);
        report::write("whole", &report::table(&rows));
        report::plot(&curves);
    }
}
