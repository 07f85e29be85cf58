//! Tests of pruning, backups, and databases that can't be used.

use std::{fs, os::unix::fs::PermissionsExt};

use crate::support::TestServer;

#[tokio::test]
async fn expired_rows_are_pruned_and_live_ones_are_kept() {
    let server = TestServer::start().await;
    let account = server.add_user("ada", "analytical engine").await;
    let expiring = server.log_in(&account).await;
    let remembered = server.log_in_remembered(&account).await;
    server.try_log_in("nobody", "wrong guess").await;
    server.pass_seconds(12 * 3600 - 1);
    server.app.auth.prune().await.unwrap();
    assert_eq!(
        server
            .query_number("SELECT count(*) FROM countersign_sessions")
            .await,
        2
    );
    server.pass_seconds(1);
    server.app.auth.prune().await.unwrap();
    assert_eq!(
        server
            .query_number("SELECT count(*) FROM countersign_sessions")
            .await,
        1
    );
    assert_eq!(
        server
            .query_number("SELECT count(*) FROM countersign_failed_logins")
            .await,
        1
    );
    server.pass_seconds(12 * 3600);
    server.app.auth.prune().await.unwrap();
    assert_eq!(
        server
            .query_number("SELECT count(*) FROM countersign_failed_logins")
            .await,
        0
    );
    expiring.assert_over(&server).await;
    assert_eq!(server.refresh(&remembered.cookie).await.status, 200);
}

#[tokio::test]
async fn a_clock_that_jumps_ahead_for_a_moment_prunes_nothing() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    server.try_log_in("ada", "wrong guess").await;
    let rows = "SELECT (SELECT count(*) FROM countersign_sessions)
        + (SELECT count(*) FROM countersign_failed_logins)
        + (SELECT count(*) FROM countersign_security_events)";
    let all = server.query_number(rows).await;
    let year = 366 * 86_400;
    server.jump_clock(year);
    for _ in 0..3 {
        server.app.auth.prune().await.unwrap();
        server.pass_seconds(60);
    }
    server.jump_clock(-year);
    server.app.auth.prune().await.unwrap();
    assert_eq!(server.query_number(rows).await, all);
    ada.assert_accepted(&server).await;
}

/// It was the clock before that was wrong.
#[tokio::test]
async fn a_clock_that_has_jumped_ahead_for_a_day_is_pruned_by() {
    let server = TestServer::start().await;
    let account = server.add_user("ada", "analytical engine").await;
    server.log_in_remembered(&account).await;
    server.jump_clock(366 * 86_400);
    let sessions = "SELECT count(*) FROM countersign_sessions";
    for (seconds, expected) in [(0, 1), (3600, 1), (82_799, 1), (1, 0)] {
        server.pass_seconds(seconds);
        server.app.auth.prune().await.unwrap();
        assert_eq!(server.query_number(sessions).await, expected, "{seconds}");
    }
}

#[tokio::test]
async fn setting_the_clock_back_revives_no_pruned_session() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    ada.log_out(&server).await;
    server.pass_seconds(86_400);
    server.app.auth.prune().await.unwrap();
    assert_eq!(
        server
            .query_number("SELECT count(*) FROM countersign_sessions")
            .await,
        0
    );
    server.pass_seconds(-86_400);
    ada.assert_over(&server).await;
    assert_eq!(
        ada.log_out(&server).await.status,
        200,
        "signing out again is no error"
    );
}

#[tokio::test]
async fn pruning_removes_many_rows_in_batches() {
    let server = TestServer::start().await;
    server.ada().await;
    server
        .execute_sql(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1800)
             INSERT INTO countersign_security_events (at, kind, user_agent) SELECT 0, 'login', '' FROM n",
        )
        .await;
    assert_eq!(server.app.auth.prune().await.unwrap(), 1800);
    assert_eq!(server.events().await.len(), 3);
}

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

#[tokio::test]
async fn revoking_all_sessions_ends_every_session() {
    let server = TestServer::start().await;
    let account = server.add_user("ada", "analytical engine").await;
    let (one, other) = (
        server.log_in(&account).await,
        server.log_in_remembered(&account).await,
    );
    server
        .app
        .auth
        .revoke_all_sessions(&countersign::internals::command_line())
        .await
        .unwrap();
    one.assert_over(&server).await;
    other.assert_over(&server).await;
    server.log_in(&account).await.assert_accepted(&server).await;
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused_at_the_start() {
    let server = TestServer::start().await;
    server
        .execute_sql(
            "INSERT INTO countersign_migrations (version, description, success, checksum, execution_time)
             VALUES (9999, 'from the future', 1, x'00', 0)",
        )
        .await;
    let error = server.restart().await.err().unwrap();
    assert!(error.contains("newer version"), "{error}");
}

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
