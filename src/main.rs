//! The binary: our own application behind the command line. Exit status: 0 success, 1 failure,
//! 2 wrong usage.

use std::process::ExitCode;

use countersign::{cli, router};

#[tokio::main]
async fn main() -> ExitCode {
    cli(async |server| router(server.leptos_options())).await
}
