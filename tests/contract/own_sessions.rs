//! What users see and end of their own sessions.

use axum::{body::Body, http::Request};

use crate::support::{Answer, SignedIn, TestServer, form};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

async fn post(server: &TestServer, path: &str, who: &SignedIn, fields: &[(&str, &str)]) -> Answer {
    let request = Request::post(path)
        .header("authorization", format!("Bearer {}", who.token))
        .header("content-type", "application/x-www-form-urlencoded");
    server
        .send(request.body(Body::from(form(fields))).unwrap())
        .await
}

async fn id_of(server: &TestServer, who: &SignedIn) -> String {
    post(server, "/api/session", who, &[]).await.json()["id"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn users_see_their_live_sessions_and_which_one_this_is() {
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
    let current = SignedIn::from(server.renew(&current.cookie).await);
    server
        .log_in(&server.add_user("eve", "difference engine").await)
        .await;

    let sessions = post(&server, "/api/sessions", &current, &[]).await.json();
    let sessions = sessions.as_array().unwrap();
    assert_eq!(sessions.len(), 2);
    assert_eq!(sessions[0]["is_current"], true);
    assert_eq!(sessions[0]["renewals"], 1);
    assert_eq!(sessions[0]["session"]["id"], id_of(&server, &current).await);
    assert_eq!(sessions[1]["is_current"], false);
    assert_eq!(
        sessions[1]["device"],
        serde_json::json!({ "name": "Firefox", "system": "Linux" })
    );
    assert_eq!(sessions[1]["session"]["created_at"], server.now() - 60);
    assert_eq!(sessions[1]["session"]["id"], id_of(&server, &firefox).await);
}

#[tokio::test]
async fn a_user_ends_one_of_their_sessions_and_nobody_elses() {
    let server = TestServer::start().await;
    let account = server.add_user("ada", "analytical engine").await;
    let (here, there) = (server.log_in(&account).await, server.log_in(&account).await);
    let eve = server
        .log_in(&server.add_user("eve", "difference engine").await)
        .await;

    let (of_there, of_eve) = (id_of(&server, &there).await, id_of(&server, &eve).await);
    for _ in 0..2 {
        assert_eq!(
            post(&server, "/api/end_session", &here, &[("id", &of_there)])
                .await
                .status,
            200
        );
    }
    there.assert_over(&server).await;
    assert_eq!(
        post(&server, "/api/end_session", &here, &[("id", &of_eve)])
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
    post(&server, "/api/end_session", &here, &[("id", "x")])
        .await
        .assert_error(422, "invalid_input");
}

#[tokio::test]
async fn ending_all_other_sessions_asks_for_the_password() {
    let server = TestServer::start().await;
    let account = server.add_user("ada", "analytical engine").await;
    let (here, there) = (server.log_in(&account).await, server.log_in(&account).await);
    let eve = server
        .log_in(&server.add_user("eve", "difference engine").await)
        .await;

    let end = async |password: &str| {
        post(
            &server,
            "/api/end_other_sessions",
            &here,
            &[("password", password)],
        )
        .await
    };
    end("wrong guess").await.assert_error(403, "wrong_password");
    end("").await.assert_error(422, "invalid_input");
    post(&server, "/api/end_other_sessions", &here, &[])
        .await
        .assert_error(422, "invalid_input");
    there.assert_accepted(&server).await;

    assert_eq!(end("analytical engine").await.json(), 1);
    there.assert_over(&server).await;
    here.assert_accepted(&server).await;
    eve.assert_accepted(&server).await;
    assert_eq!(end("analytical engine").await.json(), 0);
}

#[tokio::test]
async fn an_open_browser_is_no_place_to_guess_the_password() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    for number in 0..5 {
        let guess = format!("wrong guess {number}");
        let answer = post(
            &server,
            "/api/end_other_sessions",
            &ada,
            &[("password", &guess)],
        )
        .await;
        answer.assert_error(403, "wrong_password");
    }
    let fields = [("password", "analytical engine")];
    post(&server, "/api/end_other_sessions", &ada, &fields)
        .await
        .assert_error(429, "throttled");
    server.pass_seconds(5);
    assert_eq!(
        post(&server, "/api/end_other_sessions", &ada, &fields)
            .await
            .status,
        200
    );
    let guess = post(
        &server,
        "/api/end_other_sessions",
        &ada,
        &[("password", "wrong guess")],
    )
    .await;
    assert_eq!(guess.status, 403, "and the failures are forgotten");
}

#[tokio::test]
async fn who_is_made_to_wait_from_outside_can_still_sign_out_everywhere_else() {
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
        post(&server, "/api/end_other_sessions", &ada, &fields)
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn users_see_what_has_happened_to_their_account_and_to_no_other() {
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
    assert_eq!(events[0]["detail"], "wrong_password");
    assert_eq!(events[0]["address"], "192.0.2.1");
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
