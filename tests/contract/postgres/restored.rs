use std::{process::Command, thread, time::Duration};

use super::node::program;
use crate::support::{
    BlockingConnection, Process, countersign, data_dir_with_ada, database_url, failure,
    run_successfully,
};

#[test]
fn a_dump_that_is_put_back_revives_no_session() {
    let data = data_dir_with_ada();
    let url = database_url(data.path());
    let server = Process::serve(data.path());
    let token = server.log_in("ada", "analytical engine");
    let dump = data.path().join("dump.sql");
    let dumped = Command::new(program("pg_dump"))
        .arg("--file")
        .arg(&dump)
        .arg(&url)
        .output();
    assert!(dumped.unwrap().status.success());
    server.stop();

    BlockingConnection::open(data.path())
        .execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
    let restored = Command::new(program("psql"))
        .args([
            "--quiet",
            "--no-psqlrc",
            "--set",
            "ON_ERROR_STOP=1",
            "--file",
        ])
        .arg(&dump)
        .arg(&url)
        .output()
        .unwrap();
    assert!(restored.status.success(), "{restored:?}");
    let server = Process::serve(data.path());
    assert_eq!(server.post("/api/me", "", Some(&token)).0, 401);
    let audit = run_successfully(data.path(), &["audit"]);
    assert!(
        audit.contains("all_sessions_revoked  detail=restored"),
        "{audit}"
    );
    // Once.
    let token = server.log_in("ada", "analytical engine");
    server.stop();
    let server = Process::serve(data.path());
    assert_eq!(server.post("/api/me", "", Some(&token)).0, 200);
}

#[test]
fn a_dump_that_is_put_back_beside_a_running_server_revives_no_session() {
    let data = data_dir_with_ada();
    let url = database_url(data.path());
    let server = Process::serve(data.path());
    let token = server.log_in("ada", "analytical engine");
    let dump = data.path().join("dump");
    let mut command = Command::new(program("pg_dump"));
    command
        .arg("--format=custom")
        .arg("--file")
        .arg(&dump)
        .arg(&url);
    assert!(command.output().unwrap().status.success());
    assert_eq!(server.post("/api/logout", "", Some(&token)).0, 200);
    let mut command = Command::new(program("pg_restore"));
    command
        .args(["--clean", "--if-exists", "--dbname", &url])
        .arg(&dump);
    let restored = command.output().unwrap();
    assert!(restored.status.success(), "{restored:?}");
    for _ in 0..20 {
        assert_eq!(server.post("/api/me", "", Some(&token)).0, 401);
        thread::sleep(Duration::from_millis(100));
    }
    let again = server.log_in("ada", "analytical engine");
    assert_eq!(server.post("/api/me", "", Some(&again)).0, 200);
    let audit = run_successfully(data.path(), &["audit"]);
    assert_eq!(audit.matches("all_sessions_revoked").count(), 1, "{audit}");
}

#[test]
fn the_command_for_a_backup_names_pg_dump() {
    let data = data_dir_with_ada();
    let error = failure(countersign(data.path()).args(["backup", "copy.db"]));
    assert!(error.contains("pg_dump"), "{error}");
}
