//! Tests of the command line in a program of another name, as an application offers it.

use std::{
    io::{BufRead, BufReader},
    os::unix::fs::symlink,
    path::Path,
    process::{Command, Stdio},
};

use tempfile::TempDir;

use crate::support::{countersign, run, take_environment};

fn notes(data_dir: &Path) -> Command {
    let ours = countersign(data_dir);
    let program = data_dir.join("notes");
    let _exists = symlink(ours.get_program(), &program);
    let mut command = Command::new(program);
    take_environment(&mut command, &ours);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// What the program prints to standard output and to standard error.
fn printed(data: &TempDir, arguments: &[&str]) -> (String, String) {
    let output = run(notes(data.path()).args(arguments), "analytical engine");
    let [out, error] = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
    (out, error)
}

#[test]
fn an_application_speaks_of_itself_in_its_command_line() {
    let data = TempDir::new().unwrap();
    let (version, _) = printed(&data, &["--version"]);
    let ours = format!("notes (countersign {})\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(version, ours);
    let (help, _) = printed(&data, &["--help"]);
    assert!(help.contains("Usage: notes"), "{help}");
    assert!(!help.to_lowercase().contains("countersign"), "{help}");
    assert!(!help.contains("Rust web applications"), "{help}");
    let (_, error) = printed(&data, &["keys", "rotate"]);
    // `SQLite` lacks the database, and Postgres, which has tables here already, the keys.
    let way_on = ["`notes user add`", "`notes serve`"];
    assert!(error.starts_with("notes: there "), "{error}");
    assert!(way_on.iter().any(|way| error.contains(way)), "{error}");
    assert!(!error.contains("`countersign"), "{error}");
    let (_, error) = printed(&data, &["session", "revoke", "1"]);
    assert!(error.contains("`notes session list`"), "{error}");
    printed(&data, &["user", "add", "ada", "--password-stdin"]);
    let (_, error) = printed(&data, &["user", "passwd", "grace", "--password-stdin"]);
    assert!(error.contains("`notes user list`"), "{error}");
    let mut server = notes(data.path())
        .args(["serve", "--demo"])
        .spawn()
        .unwrap();
    let lines = BufReader::new(server.stdout.take().unwrap()).lines();
    let lines: Vec<_> = lines.take(2).map(Result::unwrap).collect();
    server.kill().unwrap();
    server.wait().unwrap();
    assert!(lines[0].contains("`notes user passwd NAME`"), "{lines:?}");
    assert!(
        lines[1].starts_with("notes is listening on http://"),
        "{lines:?}"
    );
}
