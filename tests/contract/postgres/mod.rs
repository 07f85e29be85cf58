//! Tests of several servers on one database in `PostgreSQL`.

mod cluster;
mod host_pool;
mod import;
mod limits;
mod node;
mod opening;
mod pooler;
mod proxy;
mod restored;
mod same_keys;
mod schema;
mod several_servers;
mod standbys;
mod tls;

use std::{path::Path, process::Command, thread};

use crate::support::{Process, countersign, database_url};

/// Three servers that share a database, the keys and a volume.
fn three_servers(data_dir: &Path) -> [Process; 3] {
    let starts = [(); 3].map(|()| {
        let mut command = countersign(data_dir);
        command.arg("serve").env("COUNTERSIGN_LOG_LEVEL", "error");
        thread::spawn(move || Process::start(&mut command))
    });
    starts.map(|start| start.join().expect("each of them starts"))
}

/// A command of a server with a volume of its own, on the database that belongs to `data_dir`.
fn elsewhere(volume: &Path, data_dir: &Path) -> Command {
    let mut command = countersign(volume);
    command.env("COUNTERSIGN_DATABASE_URL", database_url(data_dir));
    command
}
