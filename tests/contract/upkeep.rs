//! Clearing away, copies, and databases that can't be used.

use std::{fs, os::unix::fs::PermissionsExt};

use countersign::server::Client;

use crate::support::TestServer;

#[tokio::test]
async fn what_has_ended_is_cleared_away_and_what_lives_is_not() {
    let server = TestServer::start().await;
    let account = server.add_user("ada", "analytical engine").await;
    let short = server.log_in(&account).await;
    let long = server.log_in_remembered(&account).await;
    server.try_log_in("nobody", "wrong guess").await;
    server.pass_seconds(12 * 3600 - 1);
    server.app.vault.prune().await.unwrap();
    assert_eq!(server.number("SELECT count(*) FROM sessions").await, 2);
    server.pass_seconds(1);
    server.app.vault.prune().await.unwrap();
    assert_eq!(server.number("SELECT count(*) FROM sessions").await, 1);
    assert_eq!(server.number("SELECT count(*) FROM failed_logins").await, 1);
    server.pass_seconds(12 * 3600);
    server.app.vault.prune().await.unwrap();
    assert_eq!(server.number("SELECT count(*) FROM failed_logins").await, 0);
    short.assert_over(&server).await;
    assert_eq!(server.renew(&long.cookie).await.status, 200);
}

#[tokio::test]
async fn a_clock_that_is_set_back_revives_no_session_that_was_cleared_away() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    ada.log_out(&server).await;
    server.pass_seconds(86_400);
    server.app.vault.prune().await.unwrap();
    assert_eq!(server.number("SELECT count(*) FROM sessions").await, 0);
    server.pass_seconds(-86_400);
    ada.assert_over(&server).await;
    assert_eq!(
        ada.log_out(&server).await.status,
        200,
        "and signing out again is no error"
    );
}

#[tokio::test]
async fn a_lot_is_cleared_away_in_steps() {
    let server = TestServer::start().await;
    server.ada().await;
    server
        .sql(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1800)
             INSERT INTO security_events (at, kind, agent) SELECT 0, 'login', '' FROM n",
        )
        .await;
    assert_eq!(server.app.vault.prune().await.unwrap(), 1800);
    assert_eq!(server.events().await.len(), 3);
}

#[tokio::test]
async fn a_copy_that_is_put_back_revives_no_session() {
    let server = TestServer::start().await;
    let account = server.add_user("ada", "analytical engine").await;
    let (revoked_later, alive) = (server.log_in(&account).await, server.log_in(&account).await);
    let copy = server.data_dir().join("copy.db");
    server.app.vault.backup(&copy).await.unwrap();
    assert_eq!(
        fs::metadata(&copy).unwrap().permissions().mode() & 0o777,
        0o600
    );

    revoked_later.log_out(&server).await;
    alive.assert_accepted(&server).await;
    server.app.vault.close().await;
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
async fn a_backup_never_overwrites_a_file_and_leaves_nothing_half_done() {
    let server = TestServer::start().await;
    server.ada().await;
    let there = server.data_dir().join("there.db");
    fs::write(&there, "precious").unwrap();
    let error = server
        .app
        .vault
        .backup(&there)
        .await
        .unwrap_err()
        .to_string();
    assert!(error.contains("there.db"), "{error}");
    assert_eq!(fs::read_to_string(&there).unwrap(), "precious");
    assert!(
        server
            .app
            .vault
            .backup(&server.data_dir().join("no/such/place.db"))
            .await
            .is_err()
    );
    let copy = server.data_dir().join("copy.db");
    server.app.vault.close().await;
    assert!(server.app.vault.backup(&copy).await.is_err());
    assert!(!copy.exists());
}

#[tokio::test]
async fn ending_every_session_ends_every_session() {
    let server = TestServer::start().await;
    let account = server.add_user("ada", "analytical engine").await;
    let (one, other) = (
        server.log_in(&account).await,
        server.log_in_remembered(&account).await,
    );
    server
        .app
        .vault
        .revoke_all_sessions(&Client::command_line())
        .await
        .unwrap();
    one.assert_over(&server).await;
    other.assert_over(&server).await;
    server.log_in(&account).await.assert_accepted(&server).await;
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused_with_what_to_do() {
    let server = TestServer::start().await;
    server
        .sql(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
             VALUES (9999, 'from the future', 1, x'00', 0)",
        )
        .await;
    let error = server.restart().await.err().unwrap();
    assert!(error.contains("newer version"), "{error}");
}

#[tokio::test]
async fn a_damaged_database_never_gives_a_wrong_yes() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    let other = server
        .log_in(&server.add_user("eve", "difference engine").await)
        .await;
    ada.log_out(&server).await;
    server.app.vault.close().await;
    let database = server.data_dir().join("test.db");
    let whole = fs::read(&database).unwrap();
    let mut answered = 0;
    for page in 1..whole.len() / 4096 {
        let mut damaged = whole.clone();
        damaged[page * 4096..(page + 1) * 4096].fill(0xA5);
        fs::write(&database, damaged).unwrap();
        let Ok(damaged) = server.reopen().await else {
            continue;
        };
        answered += 1;
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
        damaged.app.vault.close().await;
    }
    assert!(answered > 0, "no damaged database could be opened at all");
}

#[tokio::test]
async fn a_database_that_can_not_be_written_is_refused_with_what_to_do() {
    let mut server = TestServer::start().await;
    server.app.vault.close().await;
    server.settings.database_url.push_str("?mode=ro");
    let error = server.restart().await.err().unwrap();
    assert!(error.contains("can't be written"), "{error}");
}
