//! Tests of pruning, of clocks, and of a database of a newer version.

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
        2
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

#[tokio::test]
async fn a_clock_that_is_ahead_at_the_start_prunes_nothing_for_a_day() {
    let server = TestServer::start().await;
    let account = server.add_user("ada", "analytical engine").await;
    let ada = server.log_in_remembered(&account).await;
    let rows = "SELECT (SELECT count(*) FROM countersign_sessions)
        + (SELECT count(*) FROM countersign_security_events)";
    let all = server.query_number(rows).await;
    let year = 366 * 86_400;
    server.jump_clock(year);
    let server = server.restart().await.unwrap();
    for _ in 0..3 {
        server.app.auth.prune().await.unwrap();
        server.pass_seconds(60);
    }
    assert_eq!(server.query_number(rows).await, all);
    server.jump_clock(-year);
    ada.assert_accepted(&server).await;

    // A server that was really off for so long prunes a day later.
    server.pass_seconds(year);
    let server = server.restart().await.unwrap();
    for (seconds, expected) in [(0, all), (86_399, all), (1, 0)] {
        server.pass_seconds(seconds);
        server.app.auth.prune().await.unwrap();
        assert_eq!(server.query_number(rows).await, expected, "{seconds}");
    }
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
    server.connect().await.migrate_beyond_this_version().await;
    let error = server.restart().await.err().unwrap();
    assert!(error.contains("newer version"), "{error}");
}
