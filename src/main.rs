//! The command line. Exit status: 0 done, 1 failed, 2 used wrongly.

mod command;

use std::{
    io::{self, Write},
    process::ExitCode,
};

use clap::Parser;
use command::CommandLine;

#[tokio::main]
async fn main() -> ExitCode {
    match CommandLine::parse().run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let line = error.to_string().replace('\n', " ");
            let _ = writeln!(io::stderr(), "countersign: {line}");
            ExitCode::FAILURE
        }
    }
}
