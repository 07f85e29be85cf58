//! Tests of backups.

use std::{fs, os::unix::fs::PermissionsExt, thread};

use countersign::{Actor, Username};
use tempfile::TempDir;

use crate::support::{
    Process, TestServer, countersign, data_dir_with_ada, failure, run_command, run_successfully,
};

#[tokio::test]
async fn a_restored_backup_revives_no_session() {
    let server = TestServer::start().await;
    let account = server.add_user("ada", "analytical engine").await;
    let (revoked_later, alive) = (server.log_in(&account).await, server.log_in(&account).await);
    let copy = server.data_dir().join("copy.db");
    server.app.auth.backup(&copy).await.unwrap();
    assert_eq!(
        fs::metadata(&copy).unwrap().permissions().mode() & 0o777,
        0o600
    );

    revoked_later.log_out(&server).await;
    alive.assert_accepted(&server).await;
    server.app.auth.close().await;
    let database = server.data_dir().join("test.db");
    for side_file in ["test.db-wal", "test.db-shm"] {
        let _ = fs::remove_file(server.data_dir().join(side_file));
    }
    fs::copy(&copy, &database).unwrap();

    let server = server.restart().await.unwrap();
    revoked_later.assert_over(&server).await;
    alive.assert_over(&server).await;
    assert_eq!(
        server.events().await.last().unwrap(),
        "all_sessions_revoked: restored"
    );
    let new = server.log_in(&account).await;
    let server = server.restart().await.unwrap();
    new.assert_accepted(&server).await;
}

#[tokio::test]
async fn a_restored_backup_revives_no_link() {
    let site = "http://127.0.0.1:3000";
    let server = TestServer::start_with(|settings| site.clone_into(&mut settings.public.url)).await;
    server.add_user("ada", "analytical engine").await;
    let (auth, name) = (&server.app.auth, Username::parse("ada").unwrap());
    let link = auth.password_reset_link(&name, 86_400, &Actor::Server);
    let link = link.await.unwrap();
    let link = link.strip_prefix(site).unwrap();
    assert_eq!(server.get(link).await.status, 200);
    let copy = server.data_dir().join("copy.db");
    auth.backup(&copy).await.unwrap();
    auth.close().await;
    let database = server.data_dir().join("test.db");
    for side_file in ["test.db-wal", "test.db-shm"] {
        let _ = fs::remove_file(server.data_dir().join(side_file));
    }
    fs::copy(&copy, &database).unwrap();
    let server = server.restart().await.unwrap();
    assert_eq!(server.get(link).await.status, 410);
}

#[tokio::test]
async fn a_backup_overwrites_no_file_and_leaves_no_partial_copy() {
    let server = TestServer::start().await;
    server.ada().await;
    let existing = server.data_dir().join("there.db");
    fs::write(&existing, "precious").unwrap();
    let error = server
        .app
        .auth
        .backup(&existing)
        .await
        .unwrap_err()
        .to_string();
    assert!(error.contains("there.db"), "{error}");
    assert_eq!(fs::read_to_string(&existing).unwrap(), "precious");
    assert!(
        server
            .app
            .auth
            .backup(&server.data_dir().join("no/such/place.db"))
            .await
            .is_err()
    );
    let copy = server.data_dir().join("copy.db");
    server.app.auth.close().await;
    assert!(server.app.auth.backup(&copy).await.is_err());
    assert!(!copy.exists());
}

fn log_in(server: &Process) -> String {
    server.log_in("ada", "analytical engine")
}

fn status(server: &Process, token: &str) -> u16 {
    server.post("/api/me", "", Some(token)).0
}

#[test]
fn a_backup_of_a_busy_server_is_complete_and_can_be_restored() {
    let data = data_dir_with_ada();
    let server = Process::serve(data.path());
    let token = log_in(&server);
    let copies = TempDir::new().unwrap();
    let copy = copies.path().join("copy.db");
    thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..20 {
                log_in(&server);
            }
        });
        run_successfully(data.path(), &["backup", copy.to_str().unwrap()]);
    });
    server.post("/api/logout", "", Some(&token));
    server.stop();

    for file in ["countersign.db", "countersign.db-wal", "countersign.db-shm"] {
        let _ = fs::remove_file(data.path().join(file));
    }
    fs::copy(&copy, data.path().join("countersign.db")).unwrap();
    let server = Process::serve(data.path());
    assert_eq!(status(&server, &token), 401);
    assert_eq!(status(&server, &log_in(&server)), 200);
    assert!(
        run_successfully(data.path(), &["audit"]).contains("all_sessions_revoked  detail=restored")
    );

    let again = run_command(data.path(), &["backup", copy.to_str().unwrap()]);
    assert_eq!(
        again.status.code(),
        Some(1),
        "a backup never overwrites a file"
    );
}

#[test]
fn a_backup_onto_a_file_says_to_choose_another_name() {
    let data = data_dir_with_ada();
    let there = data.path().join("there.db");
    fs::write(&there, "").unwrap();
    let error = failure(countersign(data.path()).arg("backup").arg(&there));
    assert!(
        error.contains("there.db") && error.contains("another name"),
        "{error}"
    );
}
