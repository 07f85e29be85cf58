//! Tests of where the database is looked for, and of the keys beside it.

use std::{fs, os::unix::fs::PermissionsExt};

use tempfile::TempDir;

use crate::operator::{ON_AN_EXISTING_DATABASE, serve};
use crate::support::{
    Process, countersign, data_dir_with_ada, database_url, failure, run, run_command,
    run_successfully,
};

#[test]
fn a_command_in_the_wrong_directory_fails_and_makes_nothing() {
    let (here, outside) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let absolute = here
        .path()
        .canonicalize()
        .unwrap()
        .join("data/countersign.db");
    for arguments in ON_AN_EXISTING_DATABASE {
        let mut command = countersign(outside.path());
        command
            .args(arguments)
            .current_dir(here.path())
            .env_remove("COUNTERSIGN_DATA_DIR");
        let output = run(&mut command, "analytical engine");
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {error}");
        assert_eq!(error.lines().count(), 1, "{arguments:?}: {error}");
        let expected = format!("there is no database at {}", absolute.display());
        assert!(error.contains(&expected), "{arguments:?}: {error}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
        let made = fs::read_dir(here.path()).unwrap().count();
        assert_eq!(made, 0, "{arguments:?}");
    }
}

#[test]
fn a_command_that_finds_the_database_but_not_the_keys_fails_and_makes_nothing() {
    let (data, _server) = serve();
    let elsewhere = TempDir::new().unwrap();
    let database = database_url(data.path());
    let before = run_successfully(data.path(), &["audit"]);
    let keys = elsewhere.path().join("data/keys");
    for arguments in ON_AN_EXISTING_DATABASE {
        let mut command = countersign(data.path());
        command
            .args(arguments)
            .env("COUNTERSIGN_DATA_DIR", elsewhere.path().join("data"))
            .env("COUNTERSIGN_DATABASE_URL", &database);
        let output = run(&mut command, "analytical engine");
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {error}");
        let expected = format!("there are no keys in {}", keys.display());
        assert!(error.contains(&expected), "{arguments:?}: {error}");
        let made = fs::read_dir(elsewhere.path()).unwrap().count();
        assert_eq!(made, 0, "{arguments:?}");
    }
    assert_eq!(run_successfully(data.path(), &["audit"]), before);
}

#[test]
fn an_empty_file_is_no_database_for_a_command() {
    let data = TempDir::new().unwrap();
    let file = data.path().join("countersign.db");
    fs::write(&file, "").unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    let output = run_command(data.path(), &["session", "revoke", "--all"]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert_eq!(fs::read(&file).unwrap(), b"");
}

#[test]
fn a_database_that_knows_keys_gets_no_others_until_its_operator_says_so() {
    let data = data_dir_with_ada();
    let elsewhere = TempDir::new().unwrap();
    let other = elsewhere.path().join("data");
    let database = format!("sqlite://{}/countersign.db", data.path().display());
    let command = |arguments: &[&str]| {
        let mut command = countersign(data.path());
        command
            .args(arguments)
            .env("COUNTERSIGN_DATA_DIR", &other)
            .env("COUNTERSIGN_DATABASE_URL", &database);
        command
    };
    let audit = || run(countersign(data.path()).arg("audit"), "").stdout;
    let before = audit();
    for arguments in [&["serve"][..], &["user", "add", "eve", "--password-stdin"]] {
        let error = failure(&mut command(arguments));
        let expected = format!("there are no keys in {}", other.join("keys").display());
        assert!(
            error.contains(&expected) && error.contains("data.dir"),
            "{error}"
        );
        assert!(!other.exists());
    }
    assert_eq!(audit(), before);
    fs::create_dir_all(other.join("keys")).unwrap();
    let error = failure(&mut command(&["user", "list"]));
    assert!(error.contains("there are no keys in"), "{error}");
    Process::start(&mut command(&["serve"])).log_in("ada", "analytical engine");
}

/// `%20` is a space in an address, and `?` and `#` end its path.
#[test]
fn database_and_keys_lie_together_whatever_the_data_directory_is_called() {
    for name in ["a%20b", "a?mode=memory", "a#b", "a%", "a b", "a%2Fb"] {
        let outer = TempDir::new().unwrap();
        let data = outer.path().join(name);
        let add = ["user", "add", "ada", "--password-stdin"];
        let added = run(countersign(&data).args(add), "analytical engine");
        assert!(added.status.success(), "{name}: {added:?}");
        let files = ["countersign.db", "keys/refresh.key"];
        let found = files.map(|file| data.join(file).exists());
        assert_eq!(found, [true; 2], "{name}");
        let beside = std::fs::read_dir(outer.path()).unwrap().count();
        assert_eq!(beside, 1, "{name}");
        Process::serve(&data).log_in("ada", "analytical engine");
    }
}

#[test]
fn a_second_server_on_the_same_data_says_so_in_its_log() {
    let data = TempDir::new().unwrap();
    let first = Process::serve(data.path());
    let (status, log) = Process::serve(data.path()).stop();
    assert!(status.success() && log.contains("another server"), "{log}");
    let (_, log) = first.stop();
    assert!(!log.contains("another server"), "{log}");
    let (_, log) = Process::serve(data.path()).stop();
    assert!(!log.contains("another server"), "{log}");
}

/// `SQLite` writes the latest changes beside the name by which it was asked for the file.
#[test]
fn a_database_with_a_second_name_is_refused_by_every_command() {
    let (data, other) = (data_dir_with_ada(), TempDir::new().unwrap());
    let database = data.path().join("countersign.db");
    let linked = other.path().join("countersign.db");
    fs::hard_link(&database, &linked).unwrap();
    let keys = other.path().join("keys");
    fs::create_dir(&keys).unwrap();
    for key in fs::read_dir(data.path().join("keys")).unwrap() {
        let key = key.unwrap();
        fs::copy(key.path(), keys.join(key.file_name())).unwrap();
    }
    let add = &["user", "add", "eve", "--password-stdin"][..];
    for directory in [&data, &other] {
        for arguments in ON_AN_EXISTING_DATABASE.into_iter().chain([add]) {
            let output = run(
                countersign(directory.path()).args(arguments),
                "difference engine",
            );
            let error = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(1), "{arguments:?}: {error}");
            assert!(error.contains("hard link"), "{arguments:?}: {error}");
        }
        let error = failure(countersign(directory.path()).arg("serve"));
        assert!(error.contains("hard link"), "{error}");
    }
    fs::remove_file(linked).unwrap();
    let users = run_successfully(data.path(), &["user", "list"]);
    assert!(users.contains("ada") && !users.contains("eve"), "{users}");
}
