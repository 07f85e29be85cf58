//! Tests of `/api/login`.

use std::time::{Duration, Instant};

use crate::support::TestServer;

#[tokio::test]
async fn the_right_password_gets_a_token_that_is_accepted() {
    let server = TestServer::start().await;
    let ada = server.add_user("ada", "analytical engine").await;

    let response = server.try_log_in("ada", "analytical engine").await;

    assert_eq!(response.status, 200);
    let body = response.json();
    assert_eq!(body["token_type"], "Bearer");
    assert_eq!(body["expires_in"], 900);
    assert_eq!(body["user"]["id"], ada.id);
    assert_eq!(body["user"]["username"], "ada");
    assert_eq!(body.as_object().unwrap().len(), 4);
    assert_eq!(response.header("cache-control"), Some("no-store"));
    let me = server
        .post_with_token("/api/me", body["access_token"].as_str().unwrap())
        .await;
    assert_eq!(me.json(), body["user"]);
}

#[tokio::test]
async fn a_session_has_its_start_and_its_absolute_end() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    let sessions = server
        .post_with_token("/api/sessions", &ada.token)
        .await
        .json();
    let session = &sessions[0]["session"];
    assert_eq!(session["created_at"], server.now());
    assert_eq!(session["expires_at"], server.now() + 12 * 3600);
    assert!(session["id"].as_str().is_some_and(|id| id.len() == 36));
}

#[tokio::test]
async fn the_response_is_the_same_for_a_wrong_password_and_an_unknown_or_disabled_user() {
    let server = TestServer::start().await;
    server.add_user("ada", "analytical engine").await;
    server.add_user("gone", "analytical engine").await;
    server
        .app
        .auth
        .disable_user(
            &"gone".parse_name(),
            &countersign::internals::command_line(),
        )
        .await
        .unwrap();

    let wrong = server.try_log_in("ada", "difference engine").await;
    wrong.assert_error(401, "invalid_credentials");
    assert_eq!(
        wrong,
        server.try_log_in("nobody", "difference engine").await
    );
    assert_eq!(wrong, server.try_log_in("gone", "analytical engine").await);
}

#[tokio::test]
async fn every_attempt_computes_exactly_one_hash() {
    let server = TestServer::start().await;
    server.add_user("ada", "analytical engine").await;
    server.add_user("gone", "analytical engine").await;
    server
        .app
        .auth
        .disable_user(
            &"gone".parse_name(),
            &countersign::internals::command_line(),
        )
        .await
        .unwrap();

    for (name, password) in [
        ("ada", "analytical engine"),
        ("ada", "wrong"),
        ("nobody", "wrong"),
        ("gone", "analytical engine"),
    ] {
        let before = server.app.auth.hashes_computed();
        server.try_log_in(name, password).await;
        assert_eq!(
            server.app.auth.hashes_computed() - before,
            1,
            "{name} {password}"
        );
    }
}

#[tokio::test]
async fn an_unknown_user_takes_as_long_as_a_known_one() {
    let server = TestServer::start().await;
    server.add_user("ada", "analytical engine").await;
    let (mut known, mut unknown) = (Duration::MAX, Duration::MAX);
    for _ in 0..10 {
        // A throttled attempt computes no hash, so the failure counts have to expire first.
        server.pass_seconds(86_400);
        known = known.min(time_of(&server, "ada").await);
        unknown = unknown.min(time_of(&server, "nobody").await);
    }
    // Without a hash for unknown users the ratio is below 0.05. The bounds are wide enough for a
    // busy machine.
    let ratio = unknown.as_secs_f64() / known.as_secs_f64();
    assert!((0.2..5.0).contains(&ratio), "unknown / known = {ratio}");
}

async fn time_of(server: &TestServer, name: &str) -> Duration {
    let start = Instant::now();
    server.try_log_in(name, "wrong password").await;
    start.elapsed()
}

#[tokio::test]
async fn a_user_name_matches_in_every_spelling_and_a_password_only_exactly() {
    let server = TestServer::start().await;
    server.add_user("Zoë", "Analytical Engine").await;
    for name in ["Zoë", "ZOË", " zoe\u{308} "] {
        assert_eq!(
            server.try_log_in(name, "Analytical Engine").await.status,
            200,
            "{name}"
        );
    }
    for password in [
        "analytical engine",
        " Analytical Engine",
        "Analytical Engine ",
        "Analytical Engin",
    ] {
        server
            .try_log_in("Zoë", password)
            .await
            .assert_error(401, "invalid_credentials");
    }
}

#[tokio::test]
async fn invalid_user_names_and_passwords_are_refused_with_a_reason() {
    let server = TestServer::start().await;
    let long = "x".repeat(257);
    for (name, password, reason) in [
        ("", "analytical engine", "Enter a user name."),
        (" \t", "analytical engine", "Enter a user name."),
        ("ada", "", "Enter a password."),
        (
            &long,
            "analytical engine",
            "A user name has at most 256 characters.",
        ),
        ("ada", &long, "A password has at most 256 characters."),
        (
            "ad\u{0}a",
            "analytical engine",
            "This user name contains characters that a user name can't have.",
        ),
    ] {
        let response = server.try_log_in(name, password).await;
        response.assert_error(422, "invalid_input");
        assert_eq!(response.json()["message"], reason);
    }
    server
        .post_form("/api/login", &[("username", "ada")])
        .await
        .assert_error(422, "invalid_input");
    server
        .post_form("/api/login", &[])
        .await
        .assert_error(422, "invalid_input");
    assert_eq!(server.app.auth.hashes_computed(), 0);
}

#[tokio::test]
async fn two_logins_create_two_independent_sessions() {
    let server = TestServer::start().await;
    let account = server.add_user("ada", "analytical engine").await;
    let (phone, laptop) = (server.log_in(&account).await, server.log_in(&account).await);
    phone.log_out(&server).await;
    phone.assert_refused(&server).await;
    laptop.assert_accepted(&server).await;
}

trait ParseName {
    fn parse_name(&self) -> countersign::Username;
}

impl ParseName for str {
    fn parse_name(&self) -> countersign::Username {
        countersign::Username::parse(self).unwrap()
    }
}

#[tokio::test]
async fn what_is_pasted_around_a_user_name_is_trimmed() {
    let server = TestServer::start().await;
    server.add_user("ada", "analytical engine").await;
    for typed in [
        "\tada",
        "ada\t \r\n",
        "\u{200e}ada\u{200f}",
        "\u{202a}ada\u{202c}",
        "\u{2068} ada \u{2069}",
        "\u{61c}ada",
        "\u{feff}ada\u{200b}",
        "\u{3000}\u{200e}ada",
    ] {
        let response = server.try_log_in(typed, "analytical engine").await;
        assert_eq!(response.status, 200, "{typed:?}");
    }
    for typed in ["a\tda", "a\u{200e}da", "a\u{200b}da", "\0ada", "\u{1b}ada"] {
        let response = server.try_log_in(typed, "analytical engine").await;
        response.assert_error(422, "invalid_input");
        assert_eq!(
            response.json()["reason"],
            "username_characters",
            "{typed:?}"
        );
    }
    for typed in ["\t", "\u{200e}", "\u{feff}\n"] {
        let response = server.try_log_in(typed, "analytical engine").await;
        assert_eq!(response.json()["reason"], "username_empty", "{typed:?}");
    }
}
