//! Tests of what is on the disk when a change is confirmed.

use std::{
    process::{Command, Stdio},
    thread::sleep,
    time::Duration,
};

use crate::support::{Process, countersign, data_dir_with_ada, traced};

/// Inspects the system calls between a logout and its response. The test is skipped where strace is
/// not available.
#[test]
fn the_write_ahead_log_is_synced_before_a_logout_is_confirmed() {
    let data = data_dir_with_ada();
    let trace = data.path().join("trace");
    let arguments = [
        "-f",
        "-y",
        "-s",
        "64",
        "-e",
        "trace=fdatasync,fsync,write,writev,sendto,pwrite64",
        "-o",
        trace.to_str().unwrap(),
    ];
    let Some(mut command) = traced(countersign(data.path()).arg("serve"), &arguments) else {
        return;
    };
    command.stderr(Stdio::null());
    let mut server = Process::start(&mut command);
    let token = server.log_in("ada", "analytical engine");
    let before = std::fs::read_to_string(&trace).unwrap().len();
    assert_eq!(server.post("/api/logout", "", Some(&token)).0, 200);
    sleep(Duration::from_millis(200));
    let trace = std::fs::read_to_string(&trace).unwrap();
    // strace exits with the program that it traces. Each line of the trace begins with the process
    // id of that program.
    let program = trace.split_whitespace().next().unwrap();
    assert!(
        Command::new("kill")
            .arg(program)
            .status()
            .unwrap()
            .success()
    );
    server.wait();

    let lines: Vec<_> = trace[before..].lines().collect();
    let position = |matches: &dyn Fn(&str) -> bool| lines.iter().position(|line| matches(line));
    let written = position(&|line| line.contains("pwrite64(") && line.contains("-wal"));
    let synced = position(&|line| {
        (line.contains("fdatasync(") || line.contains("fsync(")) && line.contains("-wal")
    });
    let answered = position(&|line| line.contains("HTTP/1.1 200 OK"));
    assert!(
        written.is_some() && written < synced && synced < answered,
        "{written:?} {synced:?} {answered:?}\n{trace}"
    );
}
