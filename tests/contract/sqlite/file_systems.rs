//! Tests on file systems that can do less than those of Linux.

use std::{fs, os::unix::fs::PermissionsExt, path::Path, process::Output};

use tempfile::TempDir;

use crate::support::{countersign, run, traced};

/// Runs a command while system calls fail as strace's arguments say; `None` where strace can't be
/// used.
fn run_while_failing(
    data_dir: &Path,
    failing: &[&str],
    arguments: &[&str],
    input: &str,
) -> Option<Output> {
    let quiet = ["-f", "-qq", "-o", "/dev/null", "-e", "signal=none"];
    let mut command = traced(
        countersign(data_dir).args(arguments),
        &[&quiet, failing].concat(),
    )?;
    Some(run(&mut command, input))
}

/// As on a file system without hard links, where every rename overwrites: some network shares, and
/// FAT by some drivers.
const WITHOUT_LINKS: [&str; 6] = [
    "-e",
    "trace=renameat2,link,linkat",
    "-e",
    "inject=renameat2:error=EINVAL",
    "-e",
    "inject=link,linkat:error=EPERM",
];

#[test]
fn a_file_system_without_hard_links_is_enough_for_the_first_start_and_for_a_backup() {
    let data = TempDir::new().unwrap();
    let add = ["user", "add", "ada", "--password-stdin"];
    let Some(added) = run_while_failing(data.path(), &WITHOUT_LINKS, &add, "analytical engine")
    else {
        return;
    };
    assert!(added.status.success(), "{added:?}");
    let keys: Vec<_> = fs::read_dir(data.path().join("keys"))
        .unwrap()
        .map(|entry| entry.unwrap())
        .collect();
    assert_eq!(keys.len(), 3, "no draft is left behind: {keys:?}");
    for key in keys {
        let metadata = key.metadata().unwrap();
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600, "{key:?}");
        assert!(metadata.len() >= 32, "{key:?}");
    }

    let copy = data.path().join("copy.db");
    let backup = ["backup", copy.to_str().unwrap()];
    let written = run_while_failing(data.path(), &WITHOUT_LINKS, &backup, "").unwrap();
    assert!(written.status.success(), "{written:?}");
    let content = fs::read(&copy).unwrap();
    assert!(content.starts_with(b"SQLite format 3"));
    let again = run_while_failing(data.path(), &WITHOUT_LINKS, &backup, "").unwrap();
    assert_eq!(again.status.code(), Some(1));
    assert_eq!(
        fs::read(&copy).unwrap(),
        content,
        "a backup never overwrites a file"
    );
}

#[test]
fn a_directory_that_cannot_be_synced_is_enough_for_a_new_key_and_a_backup() {
    let data = TempDir::new().unwrap();
    let keys = data.path().join("keys");
    let (keys, copy) = (keys.to_str().unwrap(), data.path().join("copy.db"));
    let directory = data.path().to_str().unwrap();
    let add = ["user", "add", "ada", "--password-stdin"];
    let backup = ["backup", copy.to_str().unwrap()];
    for (directory, arguments) in [
        (keys, &add[..]),
        (keys, &["keys", "rotate"]),
        (directory, &backup),
    ] {
        for error in ["EINVAL", "EOPNOTSUPP"] {
            let _ = fs::remove_file(&copy);
            let injected = format!("inject=fsync:error={error}");
            let failing = ["-P", directory, "-e", "trace=fsync", "-e", &injected];
            let arguments: Vec<_> = arguments
                .iter()
                .map(|argument| if *argument == "ada" { error } else { argument })
                .collect();
            let Some(done) =
                run_while_failing(data.path(), &failing, &arguments, "analytical engine")
            else {
                return;
            };
            assert!(done.status.success(), "{arguments:?}: {done:?}");
        }
    }
}
