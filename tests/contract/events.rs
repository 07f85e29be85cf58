//! Tests of the security events in the audit log.

use countersign::{
    Password, Username,
    internals::{Timestamp, command_line},
};

use crate::support::TestServer;

#[tokio::test]
async fn every_security_event_is_recorded_with_its_reason() {
    let server = TestServer::start().await;
    let account = server.add_user("ada", "analytical engine").await;
    let first = server.log_in(&account).await;
    server.try_log_in("ada", "wrong guess").await;
    server.try_log_in("nobody", "wrong guess").await;
    first.log_out(&server).await;
    first.log_out(&server).await;

    let second = server.log_in(&account).await;
    let fields = [("username", "ada"), ("password", "analytical engine")];
    server
        .post_own_form("/login", &fields, Some(&second.cookie))
        .await;

    let third = server.log_in(&account).await;
    server.refresh(&third.cookie).await;
    server.pass_seconds(31);
    server
        .refresh(&third.cookie)
        .await
        .assert_error(401, "invalid_token");

    let (auth, name, client) = (
        &server.app.auth,
        Username::parse("ada").unwrap(),
        command_line(),
    );
    auth.revoke_sessions_of(&name, &client).await.unwrap();
    let new = auth.new_password(&Password::new("difference engine".to_owned()), &name);
    auth.set_password(&name, &new.unwrap(), &client)
        .await
        .unwrap();
    auth.disable_user(&name, &client).await.unwrap();
    server.try_log_in("ada", "difference engine").await;
    auth.enable_user(&name, &client).await.unwrap();
    auth.revoke_all_sessions(&client).await.unwrap();

    let (events, key) = {
        let mut events = server.events().await;
        let key = events.remove(0);
        (events, key)
    };
    assert!(key.starts_with("key_added: "), "{key}");
    assert_eq!(
        events,
        [
            "user_added",
            "login",
            "login_failed: wrong_password",
            "login_failed: unknown_user",
            "logout",
            "login",
            "login",
            "session_revoked: replaced",
            "login",
            "refresh_token_reused",
            "session_revoked: operator",
            "password_changed",
            "user_disabled",
            "login_failed: user_disabled",
            "user_enabled",
            "all_sessions_revoked: operator",
        ]
    );
}

#[tokio::test]
async fn an_event_records_time_user_session_ip_and_user_agent() {
    let server = TestServer::start().await;
    let account = server.add_user("ada", "analytical engine").await;
    let headers = [("user-agent", "Browser/1.0 \u{7f}")];
    let response = server
        .try_log_in_from("2001:db8::7", "ada", "analytical engine", &headers[..0])
        .await;
    assert_eq!(response.status, 200);
    let events = server.app.auth.events(None, Timestamp(0), 0).await.unwrap();
    let (added, login) = (&events[1], &events[2]);
    assert_eq!(
        (added.ip, added.user_agent.starts_with("command line")),
        (None, true)
    );
    assert_eq!(login.at, Timestamp(server.now()));
    assert_eq!(login.user.unwrap().to_string(), account.id);
    assert_eq!(login.username.as_ref().unwrap().as_str(), "ada");
    assert!(login.session.is_some());
    assert_eq!(login.ip, "2001:db8::7".parse().ok());
}

#[tokio::test]
async fn a_delay_is_recorded_once_however_many_attempts_follow() {
    let server = TestServer::start().await;
    for number in 0..40 {
        server
            .try_log_in("ada", &format!("wrong guess {number}"))
            .await;
    }
    for number in 0..40 {
        server
            .try_log_in(&format!("name{number}"), "wrong guess")
            .await;
    }
    let events = server.events().await;
    let count = |kind: &str| events.iter().filter(|event| *event == kind).count();
    assert_eq!(count("login_throttled: user_name"), 1);
    assert_eq!(count("login_throttled: address"), 1);
    assert_eq!(count("login_failed: unknown_user"), 30);
}

#[tokio::test]
async fn an_action_whose_event_cannot_be_recorded_is_rolled_back() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    let mut database = server.connect().await;
    database.refuse_rows_of("countersign_security_events").await;
    ada.log_out(&server).await.assert_error(503, "unavailable");
    ada.assert_accepted(&server).await;
    server
        .try_log_in("ada", "analytical engine")
        .await
        .assert_error(503, "unavailable");
    assert_eq!(
        server
            .query_number("SELECT count(*) FROM countersign_sessions")
            .await,
        1
    );
    database.accept_rows().await;
    assert_eq!(ada.log_out(&server).await.status, 200);
    ada.assert_over(&server).await;
}

#[tokio::test]
async fn events_are_kept_for_ninety_days() {
    let server = TestServer::start().await;
    server.ada().await;
    server.pass_seconds(90 * 86_400 - 1);
    server.app.auth.prune().await.unwrap();
    assert_eq!(server.events().await.len(), 3);
    server.pass_seconds(1);
    server.app.auth.prune().await.unwrap();
    assert_eq!(server.events().await, Vec::<String>::new());
}

#[tokio::test]
async fn an_ipv4_client_of_an_ipv6_listener_is_recorded_by_its_ipv4_address() {
    let server = TestServer::start_with(|settings| settings.server.trusted_proxies = 1).await;
    server.add_user("ada", "analytical engine").await;
    for (peer, forwarded) in [
        ("::ffff:192.0.2.1", None),
        ("::1", Some("::ffff:192.0.2.2")),
        ("::1", Some("[::ffff:192.0.2.3]:4711")),
        ("::1", Some("::ffff:c000:204")),
        ("2001:db8::1", None),
    ] {
        let headers = forwarded.map(|address| ("x-forwarded-for", address));
        let response = server
            .try_log_in_from(peer, "ada", "analytical engine", headers.as_slice())
            .await;
        assert_eq!(response.status, 200);
    }
    let events = server.app.auth.events(None, Timestamp(0), 0).await.unwrap();
    let logins = events.iter().filter_map(|event| event.ip);
    let recorded: Vec<_> = logins.map(|ip| ip.to_string()).collect();
    let expected = [
        "192.0.2.1",
        "192.0.2.2",
        "192.0.2.3",
        "192.0.2.4",
        "2001:db8::1",
    ];
    assert_eq!(recorded, expected);
}
