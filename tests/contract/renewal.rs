//! The renewal cookie: `/api/renew`, and what a page makes of it.

use axum::{body::Body, http::Request};

use countersign::{domain::Username, server::Client};

use crate::support::{SignedIn, TestServer};

const DAY: i64 = 86400;

#[tokio::test]
async fn a_renewal_gives_a_new_token_and_the_next_cookie() {
    let server = TestServer::start().await;
    let first = server.ada().await;
    server.pass_seconds(600);
    let answer = server.renew(&first.cookie).await;
    assert_eq!(answer.json()["expires_in"], 900);
    assert_eq!(answer.json()["user"]["username"], "ada");
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let second = SignedIn::from(answer);
    assert_ne!(first.cookie, second.cookie);
    assert_ne!(first.token, second.token);
    second.assert_accepted(&server).await;
    let before = server.post_with_token("/api/session", &first.token).await;
    assert_eq!(
        before,
        server.post_with_token("/api/session", &second.token).await
    );
}

#[tokio::test]
async fn the_cookie_can_be_read_by_no_script_and_no_other_site() {
    let server = TestServer::start().await;
    let account = server.add_user("ada", "analytical engine").await;
    let answer = server.try_log_in(&account.name, &account.password).await;
    let (cookie, attributes) = answer.cookie().unwrap();
    assert!(cookie.starts_with("countersign="), "{cookie}");
    assert_eq!(attributes, ["HttpOnly", "SameSite=Lax", "Path=/"]);

    let server =
        TestServer::start_with(|settings| settings.public_url = "https://login.example".to_owned())
            .await;
    let account = server.add_user("ada", "analytical engine").await;
    let answer = server.try_log_in(&account.name, &account.password).await;
    let (cookie, attributes) = answer.cookie().unwrap();
    assert!(cookie.starts_with("__Host-countersign="), "{cookie}");
    assert_eq!(attributes, ["HttpOnly", "SameSite=Lax", "Secure", "Path=/"]);
}

#[tokio::test]
async fn without_keep_me_signed_in_it_is_over_after_12_hours() {
    let server = TestServer::start().await;
    let mut ada = server.ada().await;
    for _ in 0..11 {
        server.pass_seconds(3600);
        ada = SignedIn::from(server.renew(&ada.cookie).await);
    }
    server.pass_seconds(3590);
    let last = server.renew(&ada.cookie).await;
    assert_eq!(last.json()["expires_in"], 10);
    let ada = SignedIn::from(last);
    server.pass_seconds(10);
    ada.assert_over(&server).await;
}

#[tokio::test]
async fn with_keep_me_signed_in_it_lasts_30_days_if_it_is_used() {
    let server = TestServer::start().await;
    let account = server.add_user("ada", "analytical engine").await;
    let mut ada = server.log_in_remembered(&account).await;
    for _ in 0..4 {
        server.pass_seconds(7 * DAY);
        let answer = server.renew(&ada.cookie).await;
        assert!(
            answer
                .cookie()
                .unwrap()
                .1
                .iter()
                .any(|attribute| attribute.starts_with("Max-Age="))
        );
        ada = SignedIn::from(answer);
    }
    server.pass_seconds(2 * DAY);
    ada.assert_over(&server).await;
}

#[tokio::test]
async fn with_keep_me_signed_in_it_is_over_after_14_days_of_silence() {
    let server = TestServer::start().await;
    let account = server.add_user("ada", "analytical engine").await;
    let (used, idle) = (
        server.log_in_remembered(&account).await,
        server.log_in_remembered(&account).await,
    );
    server.pass_seconds(14 * DAY - 1);
    let used = SignedIn::from(server.renew(&used.cookie).await);
    server.pass_seconds(1);
    idle.assert_over(&server).await;
    used.assert_accepted(&server).await;
}

#[tokio::test]
async fn a_lost_answer_can_be_asked_for_again_within_30_seconds() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    let lost = SignedIn::from(server.renew(&ada.cookie).await);
    server.pass_seconds(29);
    let again = SignedIn::from(server.renew(&ada.cookie).await);
    assert_eq!(lost.cookie, again.cookie);
    again.assert_accepted(&server).await;
    assert!(
        server
            .get_with_cookie("/dashboard", &ada.cookie)
            .await
            .text()
            .contains("ada")
    );
}

#[tokio::test]
async fn a_used_up_cookie_ends_the_whole_session() {
    let server = TestServer::start().await;
    let thief = server.ada().await;
    let owner = SignedIn::from(server.renew(&thief.cookie).await);
    server.pass_seconds(30);
    server
        .renew(&thief.cookie)
        .await
        .assert_error(401, "invalid_token");
    owner.assert_over(&server).await;
    thief.assert_over(&server).await;
}

#[tokio::test]
async fn a_cookie_two_renewals_old_ends_the_session_at_once() {
    let server = TestServer::start().await;
    let first = server.ada().await;
    let second = SignedIn::from(server.renew(&first.cookie).await);
    let third = SignedIn::from(server.renew(&second.cookie).await);
    server
        .renew(&first.cookie)
        .await
        .assert_error(401, "invalid_token");
    third.assert_over(&server).await;
}

#[tokio::test]
async fn a_thief_who_renews_first_is_found_out_by_the_owner() {
    let server = TestServer::start().await;
    let owner = server.ada().await;
    let thief = SignedIn::from(server.renew(&owner.cookie).await);
    server.pass_seconds(60);
    server
        .renew(&owner.cookie)
        .await
        .assert_error(401, "invalid_token");
    thief.assert_over(&server).await;
}

#[tokio::test]
async fn looking_at_a_page_renews_nothing() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    for _ in 0..3 {
        let page = server.get_with_cookie("/dashboard", &ada.cookie).await;
        assert_eq!((page.status.as_u16(), page.cookie()), (200, None));
    }
    assert_eq!(server.renew(&ada.cookie).await.status, 200);
}

#[tokio::test]
async fn without_a_cookie_of_this_server_nothing_is_renewed() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    let stranger = TestServer::start().await.ada().await;
    let bare = server
        .send(Request::post("/api/renew").body(Body::empty()).unwrap())
        .await;
    bare.assert_error(401, "invalid_token");
    assert_eq!(
        bare.header("www-authenticate"),
        Some(r#"Bearer realm="countersign""#)
    );
    let value = ada.cookie.split_once('=').unwrap().1;
    for cookie in [
        stranger.cookie.clone(),
        ada.cookie.replace(".0.", ".1."),
        format!("{}x", ada.cookie),
        format!("countersign={}", value.to_uppercase()),
        format!("__Host-countersign={value}"),
        format!("{}; {}", ada.cookie, stranger.cookie),
        "countersign=".to_owned(),
    ] {
        server
            .renew(&cookie)
            .await
            .assert_error(401, "invalid_token");
    }
    assert_eq!(server.renew(&ada.cookie).await.status, 200);
}

#[tokio::test]
async fn the_token_alone_renews_nothing_and_the_cookie_alone_opens_nothing() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    server
        .post_with_token("/api/renew", &ada.token)
        .await
        .assert_invalid_token();
    for route in crate::support::PROTECTED {
        server
            .post_own_form(route, &[], Some(&ada.cookie))
            .await
            .assert_error(401, "invalid_token");
    }
}

#[tokio::test]
async fn after_signing_out_nothing_is_renewed() {
    let server = TestServer::start().await;
    let first = server.ada().await;
    let second = SignedIn::from(server.renew(&first.cookie).await);
    assert_eq!(first.log_out(&server).await.status, 200);
    first.assert_over(&server).await;
    second.assert_over(&server).await;
}

#[tokio::test]
async fn a_disabled_user_renews_nothing() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    server
        .app
        .vault
        .disable_user(&Username::parse("ada").unwrap(), &Client::command_line())
        .await
        .unwrap();
    ada.assert_over(&server).await;
}

#[tokio::test]
async fn signing_out_by_the_cookie_ends_the_session_and_takes_the_cookie_away() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    let answer = server
        .post_own_form("/api/logout", &[], Some(&ada.cookie))
        .await;
    assert_eq!(answer.status, 200);
    assert!(
        answer.cookie().unwrap().1.contains(&"Max-Age=0"),
        "{:?}",
        answer.cookie()
    );
    assert_eq!(answer.header("clear-site-data"), Some("\"storage\""));
    ada.assert_over(&server).await;
}

#[tokio::test]
async fn a_token_that_is_refused_does_not_hide_the_cookie() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    assert_eq!(
        server.log_out_with("not.a.token", &ada.cookie).await.status,
        200
    );
    ada.assert_over(&server).await;
}

#[tokio::test]
async fn a_browser_that_notes_a_sign_out_keeps_no_session_at_all() {
    let server = TestServer::start().await;
    let account = server.add_user("ada", "analytical engine").await;
    let (old, new) = (server.log_in(&account).await, server.log_in(&account).await);
    let answer = server
        .log_out_with(&old.token, &format!("{}; countersign-ending=1", new.cookie))
        .await;
    assert_eq!(answer.status, 200);
    assert!(answer.cookie().unwrap().1.contains(&"Max-Age=0"));
    old.assert_over(&server).await;
    new.assert_over(&server).await;
}

#[tokio::test]
async fn signing_out_of_one_session_leaves_the_cookie_of_another() {
    let server = TestServer::start().await;
    let account = server.add_user("ada", "analytical engine").await;
    let (old, new) = (server.log_in(&account).await, server.log_in(&account).await);
    let answer = server.log_out_with(&old.token, &new.cookie).await;
    assert_eq!((answer.status.as_u16(), answer.cookie()), (200, None));
    old.assert_over(&server).await;
    new.assert_accepted(&server).await;
}

#[tokio::test]
async fn signing_in_again_in_the_same_browser_ends_the_session_before() {
    let server = TestServer::start().await;
    let account = server.add_user("ada", "analytical engine").await;
    let fields = [("username", "ada"), ("password", "analytical engine")];
    for path in ["/api/login", "/login"] {
        let before = server.log_in(&account).await;
        let wrong = [("username", "ada"), ("password", "wrong")];
        server
            .post_own_form(path, &wrong, Some(&before.cookie))
            .await;
        before.assert_accepted(&server).await;
        let answer = server
            .post_own_form(path, &fields, Some(&before.cookie))
            .await;
        before.assert_over(&server).await;
        SignedIn::from(server.renew(answer.cookie().unwrap().0).await)
            .assert_accepted(&server)
            .await;
    }
}

#[tokio::test]
async fn under_https_another_host_of_the_domain_can_end_nothing() {
    let server =
        TestServer::start_with(|settings| settings.public_url = "https://login.example".to_owned())
            .await;
    let account = server.add_user("ada", "analytical engine").await;
    let ada = server.log_in(&account).await;
    let planted = format!("{}; countersign-ending=1", ada.cookie);
    assert_eq!(
        server.get_with_cookie("/dashboard", &planted).await.status,
        200
    );
    let own = format!("{}; __Host-countersign-ending=1", ada.cookie);
    assert_eq!(server.get_with_cookie("/dashboard", &own).await.status, 303);
    ada.assert_over(&server).await;
}

#[tokio::test]
async fn a_sign_out_that_could_not_be_told_is_carried_out_before_anything_else() {
    for path in [
        "/",
        "/login",
        "/dashboard",
        "/api/renew",
        "/api/login",
        "POST /login",
    ] {
        let server = TestServer::start().await;
        let ada = server.ada().await;
        let cookie = format!("{}; countersign-ending=1", ada.cookie);
        let fields = [("username", "ada"), ("password", "analytical engine")];
        let answer = match path.strip_prefix("POST ") {
            Some(path) => server.post_own_form(path, &fields, Some(&cookie)).await,
            None if path.starts_with("/api") => {
                server.post_own_form(path, &fields, Some(&cookie)).await
            }
            None => server.get_with_cookie(path, &cookie).await,
        };
        assert!(!answer.text().contains("Hello"), "{path}");
        ada.assert_over(&server).await;
        let cleared = answer.headers.get_all("set-cookie").iter().any(|cookie| {
            cookie
                .to_str()
                .unwrap()
                .starts_with("countersign-ending=; ")
        });
        assert!(cleared, "{path}: {:?}", answer.headers);
    }
}

#[tokio::test]
async fn a_database_that_does_not_answer_renews_nothing() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    server.app.vault.close().await;
    let answer = server.renew(&ada.cookie).await;
    answer.assert_error(503, "unavailable");
    assert_eq!(answer.cookie(), None);
}
