//! Tests of a file that can't be used, or is not the one that was opened.

use std::{
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt},
    thread::sleep,
    time::Duration,
};

use tempfile::TempDir;

use crate::support::{
    Process, TestServer, countersign, data_dir_with_ada, failure, form, run, run_successfully,
};

#[tokio::test]
async fn a_damaged_database_accepts_no_revoked_token() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    let other = server
        .log_in(&server.add_user("eve", "difference engine").await)
        .await;
    ada.log_out(&server).await;
    server.app.auth.close().await;
    let database = server.data_dir().join("test.db");
    let whole = fs::read(&database).unwrap();
    let mut opened = 0;
    for page in 1..whole.len() / 4096 {
        let mut damaged = whole.clone();
        damaged[page * 4096..(page + 1) * 4096].fill(0xA5);
        fs::write(&database, damaged).unwrap();
        let Ok(damaged) = server.start_another().await else {
            continue;
        };
        opened += 1;
        for token in [&ada.token, &other.token] {
            let status = damaged
                .post_with_token("/api/me", token)
                .await
                .status
                .as_u16();
            assert!(
                [401, 503].contains(&status) || (status == 200 && token == &other.token),
                "page {page}: {status}"
            );
        }
        damaged.app.auth.close().await;
    }
    assert!(
        opened > 0,
        "no damaged database could be opened, so nothing was tested"
    );
}

#[tokio::test]
async fn a_server_is_ready_only_while_its_database_can_be_read() {
    let server = TestServer::start().await;
    let database = server.data_dir().join("test.db");
    for path in ["/healthz", "/readyz"] {
        assert_eq!(server.get(path).await.status, 200, "{path}");
    }
    server.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)").await;
    let whole = fs::read(&database).unwrap();
    fs::write(&database, vec![0xA5; whole.len()]).unwrap();
    assert_eq!(server.get("/readyz").await.status, 503);
    assert_eq!(server.get("/healthz").await.status, 200);
    fs::write(&database, whole).unwrap();
    assert_eq!(server.get("/readyz").await.status, 200);
}

#[tokio::test]
async fn a_read_only_database_is_refused_at_the_start() {
    let mut server = TestServer::start().await;
    server.app.auth.close().await;
    server.settings.database.url.push_str("?mode=ro");
    let error = server.restart().await.err().unwrap();
    assert!(error.contains("can't be written"), "{error}");
}

#[test]
fn nothing_is_answered_from_a_database_that_was_replaced() {
    let data = data_dir_with_ada();
    let server = Process::serve(data.path());
    let token = server.log_in("ada", "analytical engine");
    let copy = data.path().join("copy.db");
    let backup = ["backup", copy.to_str().unwrap()];
    assert!(
        run(countersign(data.path()).args(backup), "")
            .status
            .success()
    );
    let database = data.path().join("countersign.db");
    // Not while it is away: it may come back.
    fs::rename(&database, data.path().join("away.db")).unwrap();
    sleep(Duration::from_millis(1200));
    assert_eq!(server.post("/api/me", "", Some(&token)).0, 200);
    fs::rename(copy, database).unwrap();
    sleep(Duration::from_millis(1200));
    assert_eq!(server.post("/api/me", "", Some(&token)).0, 503);
    let fields = form(&[("username", "ada"), ("password", "analytical engine")]);
    assert_eq!(server.post("/api/login", &fields, None).0, 503);
    assert_eq!(server.get("/readyz").status, 503);
    assert_eq!(server.get("/healthz").status, 200);
    let (status, log) = server.stop();
    assert!(status.success() && log.contains("was replaced"), "{log}");
}

/// `cp` onto a file keeps its inode.
#[test]
fn nothing_is_answered_from_a_backup_that_was_copied_over_the_open_file() {
    let data = data_dir_with_ada();
    let server = Process::serve(data.path());
    let tokens = [(); 2].map(|()| server.log_in("ada", "analytical engine"));
    let copy = data.path().join("copy.db");
    run_successfully(data.path(), &["backup", copy.to_str().unwrap()]);
    assert_eq!(server.post("/api/logout", "", Some(&tokens[0])).0, 200);
    // After a restart, as for an upgrade, no changes are beside the file.
    server.stop();
    let server = Process::serve(data.path());
    let database = data.path().join("countersign.db");
    let inode = || fs::metadata(&database).unwrap().ino();
    let before = inode();
    fs::copy(&copy, &database).unwrap();
    assert_eq!(inode(), before);
    let status = |server: &Process, token: &str| server.post("/api/me", "", Some(token)).0;
    for token in &tokens {
        assert_ne!(status(&server, token), 200);
    }
    sleep(Duration::from_millis(1200));
    for token in &tokens {
        assert_eq!(status(&server, token), 503);
    }
    let fields = form(&[("username", "ada"), ("password", "analytical engine")]);
    assert_eq!(server.post("/api/login", &fields, None).0, 503);
    assert_eq!(server.get("/readyz").status, 503);
    let (_, log) = server.stop();
    assert!(log.contains("was replaced"), "{log}");
    let server = Process::serve(data.path());
    for token in &tokens {
        assert_eq!(status(&server, token), 401);
    }
    server.log_in("ada", "analytical engine");
}

#[test]
fn nothing_is_answered_once_the_changes_beside_the_database_are_gone() {
    for ending in ["-wal", "-shm"] {
        let data = data_dir_with_ada();
        let server = Process::serve(data.path());
        let token = server.log_in("ada", "analytical engine");
        run_successfully(data.path(), &["user", "list"]);
        sleep(Duration::from_millis(1200));
        assert_eq!(server.post("/api/me", "", Some(&token)).0, 200, "{ending}");
        fs::remove_file(data.path().join(format!("countersign.db{ending}"))).unwrap();
        sleep(Duration::from_millis(1200));
        assert_eq!(server.post("/api/me", "", Some(&token)).0, 503, "{ending}");
        let (_, log) = server.stop();
        assert!(log.contains("was replaced"), "{log}");
    }
}

#[test]
fn a_file_that_is_no_database_or_that_others_can_read_stops_the_start_in_one_line() {
    let broken = TempDir::new().unwrap();
    fs::write(
        broken.path().join("countersign.db"),
        "this is no database, it is a text of some length",
    )
    .unwrap();
    let exposed = TempDir::new().unwrap();
    fs::write(exposed.path().join("countersign.db"), "").unwrap();
    fs::set_permissions(
        broken.path().join("countersign.db"),
        fs::Permissions::from_mode(0o600),
    )
    .unwrap();
    fs::set_permissions(
        exposed.path().join("countersign.db"),
        fs::Permissions::from_mode(0o640),
    )
    .unwrap();
    for (directory, expected) in [(&broken, "restore a backup"), (&exposed, "chmod 600")] {
        let mut command = countersign(directory.path());
        let error = failure(command.arg("serve").env("COUNTERSIGN_LOG_LEVEL", "off"));
        assert!(
            error.starts_with("countersign: ") && error.contains(expected),
            "{error}"
        );
    }
}
