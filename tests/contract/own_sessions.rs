//! Tests of what users can see and end of their own sessions, and of their events.

use axum::{Router, body::Body, http::Request};
use countersign::{
    SessionId, Username,
    internals::{ROUTES, command_line, own_sessions, revoke_session},
};
use leptos::{config::LeptosOptions, prelude::*};
use leptos_axum::LeptosRoutes;
use serde_json::Value;

use crate::support::{SignedIn, TestResponse, TestServer, form};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

async fn post(
    server: &TestServer,
    path: &str,
    user: &SignedIn,
    fields: &[(&str, &str)],
) -> TestResponse {
    let request = Request::post(path)
        .header("authorization", format!("Bearer {}", user.token))
        .header("content-type", "application/x-www-form-urlencoded");
    server
        .send(request.body(Body::from(form(fields))).unwrap())
        .await
}

async fn session_id_of(server: &TestServer, user: &SignedIn) -> String {
    let sessions = post(server, "/api/sessions", user, &[]).await.json();
    let is_current = |session: &&Value| session["is_current"] == true;
    let current = sessions.as_array().unwrap().iter().find(is_current);
    current.unwrap()["session"]["id"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn users_see_their_live_sessions_and_which_one_is_current() {
    let server = TestServer::start().await;
    let account = server.add_user("ada", "analytical engine").await;
    let gone = server.log_in(&account).await;
    gone.log_out(&server).await;
    server.pass_seconds(60);
    let headers = [("user-agent", FIREFOX)];
    let firefox = SignedIn::from(
        server
            .try_log_in_from("192.0.2.9", "ada", "analytical engine", &headers)
            .await,
    );
    server.pass_seconds(60);
    let current = server.log_in(&account).await;
    let current = SignedIn::from(server.refresh(&current.cookie).await);
    server
        .log_in(&server.add_user("eve", "difference engine").await)
        .await;

    let sessions = post(&server, "/api/sessions", &current, &[]).await.json();
    let sessions = sessions.as_array().unwrap();
    assert_eq!(sessions.len(), 2);
    assert_eq!(sessions[0]["is_current"], true);
    assert_eq!(sessions[0]["refreshes"], 1);
    assert_eq!(
        sessions[0]["session"]["id"],
        session_id_of(&server, &current).await
    );
    assert_eq!(sessions[1]["is_current"], false);
    assert_eq!(
        sessions[1]["device"],
        serde_json::json!({ "name": "Firefox", "system": "Linux" })
    );
    assert_eq!(sessions[1]["session"]["created_at"], server.now() - 60);
    assert_eq!(
        sessions[1]["session"]["id"],
        session_id_of(&server, &firefox).await
    );
}

#[tokio::test]
async fn users_can_end_their_own_sessions_and_no_others() {
    let server = TestServer::start().await;
    let account = server.add_user("ada", "analytical engine").await;
    let (here, there) = (server.log_in(&account).await, server.log_in(&account).await);
    let eve = server
        .log_in(&server.add_user("eve", "difference engine").await)
        .await;

    let (there_id, eve_id) = (
        session_id_of(&server, &there).await,
        session_id_of(&server, &eve).await,
    );
    for _ in 0..2 {
        assert_eq!(
            post(&server, "/api/revoke_session", &here, &[("id", &there_id)])
                .await
                .status,
            200
        );
    }
    there.assert_over(&server).await;
    assert_eq!(
        post(&server, "/api/revoke_session", &here, &[("id", &eve_id)])
            .await
            .status,
        200
    );
    eve.assert_accepted(&server).await;
    here.assert_accepted(&server).await;
    assert_eq!(
        server
            .events()
            .await
            .iter()
            .filter(|event| *event == "session_revoked: owner")
            .count(),
        1
    );
    post(&server, "/api/revoke_session", &here, &[("id", "x")])
        .await
        .assert_error(422, "invalid_input");
}

#[tokio::test]
async fn ending_all_other_sessions_requires_the_password_if_it_was_not_given_lately() {
    let server = TestServer::start().await;
    let here = server.ada().await;
    server.pass_seconds(900);
    let here = SignedIn::from(server.refresh(&here.cookie).await);
    let there = server.ada_again().await;
    let eve = server
        .log_in(&server.add_user("eve", "difference engine").await)
        .await;

    let end_others = async |password: &str| {
        post(
            &server,
            "/api/revoke_other_sessions",
            &here,
            &[("password", password)],
        )
        .await
    };
    end_others("wrong guess")
        .await
        .assert_error(403, "wrong_password");
    end_others("").await.assert_error(403, "password_required");
    post(&server, "/api/revoke_other_sessions", &here, &[])
        .await
        .assert_error(403, "password_required");
    there.assert_accepted(&server).await;

    assert_eq!(end_others("analytical engine").await.json(), 1);
    there.assert_over(&server).await;
    here.assert_accepted(&server).await;
    eve.assert_accepted(&server).await;
    assert_eq!(end_others("analytical engine").await.json(), 0);
}

/// Threat 77: a stolen session can be refreshed, so that proves nothing.
#[tokio::test]
async fn all_other_sessions_are_ended_without_a_password_if_it_was_given_lately() {
    let server = TestServer::start().await;
    let here = server.ada().await;
    let end_others =
        async |user: &SignedIn| post(&server, "/api/revoke_other_sessions", user, &[]).await;
    server.pass_seconds(899);
    let there = server.ada_again().await;
    assert_eq!(end_others(&here).await.json(), 1);
    there.assert_over(&server).await;

    server.pass_seconds(1);
    let there = server.ada_again().await;
    let here = SignedIn::from(server.refresh(&here.cookie).await);
    end_others(&here)
        .await
        .assert_error(403, "password_required");
    there.assert_accepted(&server).await;
    let with_password = [("password", "analytical engine")];
    let ended = post(&server, "/api/revoke_other_sessions", &here, &with_password);
    assert_eq!(ended.await.json(), 1);
    server.ada_again().await;
    assert_eq!(end_others(&here).await.json(), 1, "given in this session");

    server.pass_seconds(900);
    let here = SignedIn::from(server.refresh(&here.cookie).await);
    let fields = [
        ("password", "analytical engine"),
        ("new_password", "difference engine"),
    ];
    let changed = server
        .post_own_form("/account/password", &fields, Some(&here.cookie))
        .await;
    changed.assert_redirect("/account/password?changed");
    let here = SignedIn::from(server.refresh(changed.cookie().unwrap().0).await);
    assert_eq!(end_others(&here).await.json(), 0);
}

#[tokio::test]
async fn password_guesses_in_a_signed_in_browser_are_throttled() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    for number in 0..5 {
        let guess = format!("wrong guess {number}");
        let response = post(
            &server,
            "/api/revoke_other_sessions",
            &ada,
            &[("password", &guess)],
        )
        .await;
        response.assert_error(403, "wrong_password");
    }
    let fields = [("password", "analytical engine")];
    post(&server, "/api/revoke_other_sessions", &ada, &fields)
        .await
        .assert_error(429, "throttled");
    server.pass_seconds(5);
    assert_eq!(
        post(&server, "/api/revoke_other_sessions", &ada, &fields)
            .await
            .status,
        200
    );
    let guess = post(
        &server,
        "/api/revoke_other_sessions",
        &ada,
        &[("password", "wrong guess")],
    )
    .await;
    assert_eq!(guess.status, 403, "a success resets the failure count");
}

#[tokio::test]
async fn a_throttled_user_can_still_end_all_other_sessions() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    for number in 0..6 {
        server
            .try_log_in("ada", &format!("wrong guess {number}"))
            .await;
    }
    server
        .try_log_in("ada", "analytical engine")
        .await
        .assert_error(429, "throttled");
    let fields = [("password", "analytical engine")];
    assert_eq!(
        post(&server, "/api/revoke_other_sessions", &ada, &fields)
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn users_see_the_events_of_their_own_account_only() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    server.try_log_in("ada", "wrong guess").await;
    server
        .log_in(&server.add_user("eve", "difference engine").await)
        .await;
    let events = post(&server, "/api/events", &ada, &[]).await.json();
    let kinds: Vec<_> = events
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["login_failed", "login", "user_added"]);
    assert_eq!(events[0]["reason"], Value::Null);
    assert_eq!(events[0]["ip"], "192.0.2.1");
    for _ in 0..30 {
        ada.log_out(&server).await;
        server
            .log_in(&crate::support::Account {
                id: String::new(),
                name: "ada".to_owned(),
                password: "analytical engine".to_owned(),
            })
            .await;
    }
    let ada = SignedIn::from(server.try_log_in("ada", "analytical engine").await);
    assert_eq!(
        post(&server, "/api/events", &ada, &[])
            .await
            .json()
            .as_array()
            .unwrap()
            .len(),
        20
    );
}

/// An application whose pages revoke the session of their own cookie.
fn revoking_application(options: &LeptosOptions) -> Router {
    Router::new()
        .leptos_routes(options, ROUTES.clone(), revoking_page)
        .with_state(options.clone())
}

fn revoking_page() -> AnyView {
    let revoked = Resource::new(
        || (),
        async |()| {
            let sessions = own_sessions().await?;
            revoke_session(sessions[0].session.id).await
        },
    );
    view! { <Suspense>{move || Suspend::new(async move { format!("{:?}", revoked.await) })}</Suspense> }
        .into_any()
}

#[tokio::test]
async fn the_cookie_of_a_page_view_reads_and_changes_nothing() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    let host = server
        .start_another_with(revoking_application)
        .await
        .unwrap();
    let page = host.get_with_cookie("/dashboard", &ada.cookie).await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("Err(InvalidToken)"), "{}", page.text());
    assert_eq!(post(&server, "/api/me", &ada, &[]).await.status, 200);
}

#[tokio::test]
async fn a_device_without_a_user_agent_has_a_name_on_the_page() {
    let server = TestServer::start().await;
    let account = server.add_user("ada", "analytical engine").await;
    server.log_in(&account).await;
    let ada = server.log_in(&account).await;
    let page = server.get_with_cookie("/dashboard", &ada.cookie).await;
    let html = page.text();
    // Two sessions, the current one for developers, and two sign-ins.
    assert_eq!(html.matches("Unknown device").count(), 5, "{html}");
}

/// Sessions that have expired, were not used for too long, or are of a database before it was
/// restored keep their rows for a while.
#[tokio::test]
async fn only_sessions_that_were_live_are_counted_and_recorded_as_ended() {
    for kind in ["expired", "idle", "before a restore"] {
        let server = TestServer::start().await;
        let account = server.add_user("ada", "analytical engine").await;
        if kind == "idle" {
            server.log_in_remembered(&account).await;
            server.pass_seconds(14 * 86_400);
        } else {
            server.log_in(&account).await;
            server.pass_seconds(11 * 3600);
        }
        let operator = command_line();
        if kind == "before a restore" {
            server
                .app
                .auth
                .revoke_all_sessions(&operator)
                .await
                .unwrap();
        }
        let old = server
            .query_number("SELECT count(*) FROM countersign_sessions")
            .await;
        assert_eq!(old, 1);
        server.pass_seconds(3600);
        server.log_in(&account).await;
        let ada = server.log_in(&account).await;
        let fields = [("password", "analytical engine")];
        let others = post(&server, "/api/revoke_other_sessions", &ada, &fields).await;
        assert_eq!(others.json(), 1, "{kind}");
        let revoked = |events: Vec<String>| {
            let revoked = events
                .iter()
                .filter(|event| event.starts_with("session_revoked"));
            revoked.count()
        };
        assert_eq!(revoked(server.events().await), 1, "{kind}");

        server.log_in(&account).await;
        let name = Username::parse("ada").unwrap();
        let auth = &server.app.auth;
        assert_eq!(
            auth.revoke_sessions_of(&name, &operator).await.unwrap(),
            2,
            "{kind}"
        );
        assert_eq!(
            auth.revoke_sessions_of(&name, &operator).await.unwrap(),
            0,
            "{kind}"
        );
    }
}

#[tokio::test]
async fn a_session_that_has_expired_is_not_ended_again() {
    let server = TestServer::start().await;
    let account = server.add_user("ada", "analytical engine").await;
    let old = server.log_in(&account).await;
    let listed = post(&server, "/api/sessions", &old, &[]).await.json();
    let id = listed[0]["session"]["id"].as_str().unwrap();
    server.pass_seconds(12 * 3600);
    let operator = command_line();
    let session = SessionId(id.parse().unwrap());
    let ended = server.app.auth.revoke_session(session, &operator).await;
    assert!(!ended.unwrap());
    assert_eq!(old.log_out(&server).await.status, 200);
    let ada = server.log_in(&account).await;
    post(&server, "/api/revoke_session", &ada, &[("id", id)]).await;
    assert_eq!(server.events().await[1..], ["user_added", "login", "login"]);
}

#[tokio::test]
async fn a_stranger_shows_no_text_on_the_page_of_a_user() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    for (agent, name) in [
        (
            "Alert: your account is locked. Visit http://evil.example/",
            "",
        ),
        ("Locked (call +1-555-0100)", "Locked"),
        ("mailer/8.14.1", "mailer"),
        ("a-very-long-name-of-some-other-program/1.0", ""),
    ] {
        let headers = [("user-agent", agent)];
        server
            .try_log_in_from("192.0.2.9", "ada", "wrong guess", &headers)
            .await
            .assert_error(401, "invalid_credentials");
        let events = post(&server, "/api/events", &ada, &[]).await.json();
        assert_eq!(events[0]["device"]["name"], name, "{agent}");
    }
    let page = server.get_with_cookie("/dashboard", &ada.cookie).await;
    assert!(!page.text().contains("evil"), "{}", page.text());
}
