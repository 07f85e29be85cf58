//! Tests of changing one's own password.

use axum::http::Request;
use futures::future::join_all;

use crate::support::{SignedIn, TestResponse, TestServer};

const OLD: &str = "analytical engine";
const NEW: &str = "difference engine";
const PAGE: &str = "/account/password";

async fn change(server: &TestServer, cookie: &str, current: &str, new: &str) -> TestResponse {
    let fields = [("password", current), ("new_password", new)];
    server.post_own_form(PAGE, &fields, Some(cookie)).await
}

#[tokio::test]
async fn the_other_sessions_end_and_this_one_goes_on_with_a_new_cookie() {
    let server = TestServer::start().await;
    let (here, there) = (server.ada().await, server.ada_again().await);
    let changed = change(&server, &here.cookie, OLD, NEW).await;
    changed.assert_redirect("/account/password?changed");
    let cookie = changed.cookie().unwrap().0.to_owned();
    assert_ne!(cookie, here.cookie);
    there.assert_over(&server).await;
    here.assert_accepted(&server).await;
    let here = SignedIn::from(server.refresh(&cookie).await);
    here.assert_accepted(&server).await;
    server
        .try_log_in("ada", OLD)
        .await
        .assert_error(401, "invalid_credentials");
    assert_eq!(server.try_log_in("ada", NEW).await.status, 200);
    let events = server.events().await;
    assert!(
        events
            .iter()
            .any(|event| event.contains("password_changed")),
        "{events:?}"
    );
}

#[tokio::test]
async fn the_old_cookie_of_this_session_is_one_that_was_used() {
    let server = TestServer::start().await;
    let here = server.ada().await;
    let changed = change(&server, &here.cookie, OLD, NEW).await;
    let cookie = changed.cookie().unwrap().0.to_owned();
    assert_eq!(server.refresh(&cookie).await.status, 200);
    server
        .refresh(&here.cookie)
        .await
        .assert_error(401, "invalid_token");
    here.assert_refused(&server).await;
}

#[tokio::test]
async fn a_wrong_current_password_changes_nothing_and_delays_the_next() {
    let server = TestServer::start().await;
    let (here, there) = (server.ada().await, server.ada_again().await);
    for _ in 0..5 {
        let response = change(&server, &here.cookie, "a guess", NEW).await;
        response.assert_error(403, "wrong_password");
        assert!(response.cookie().is_none());
    }
    let response = change(&server, &here.cookie, OLD, NEW).await;
    response.assert_error(429, "throttled");
    there.assert_accepted(&server).await;
    assert_eq!(server.try_log_in("ada", OLD).await.status, 200);
    server.pass_seconds(5);
    let changed = change(&server, &here.cookie, OLD, NEW).await;
    changed.assert_redirect("/account/password?changed");
}

#[tokio::test]
async fn a_browser_gets_the_page_again_with_the_error_and_neither_password() {
    let server = TestServer::start().await;
    let here = server.ada().await;
    let request = Request::post(PAGE)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .header("accept", "text/html")
        .header("cookie", &here.cookie);
    let body = "password=a+canary+guess&new_password=a+canary+choice";
    let response = server.send(request.body(body.into()).unwrap()).await;
    assert_eq!(response.status, 403);
    let page = response.text();
    assert!(page.contains("The password is wrong."), "{page}");
    assert!(page.contains("new_password") && !page.contains("canary"));
}

#[tokio::test]
async fn a_new_password_that_breaks_a_rule_is_refused_without_a_hash() {
    let server = TestServer::start().await;
    let here = server.ada().await;
    let hashes = server.app.auth.hashes_computed();
    for (new, reason) in [
        ("", "password_empty"),
        ("short", "password_too_short"),
        ("adaadaadaadaadaada", "password_own_name"),
    ] {
        let response = change(&server, &here.cookie, OLD, new).await;
        response.assert_error(422, "invalid_input");
        assert_eq!(response.json()["reason"], reason);
    }
    assert_eq!(server.app.auth.hashes_computed(), hashes);
}

#[tokio::test]
async fn nobody_changes_it_without_a_live_session_or_from_another_site() {
    let server = TestServer::start().await;
    let here = server.ada().await;
    let to_login = "/login?next=/account/password";
    for cookie in ["", "countersign=forged", "countersign=a.b.c"] {
        change(&server, cookie, OLD, NEW)
            .await
            .assert_redirect(to_login);
    }
    let request = Request::post(PAGE)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "cross-site")
        .header("cookie", &here.cookie);
    let body = "password=analytical+engine&new_password=difference+engine";
    let response = server.send(request.body(body.into()).unwrap()).await;
    response.assert_error(403, "cross_site");
    assert_eq!(here.log_out(&server).await.status, 200);
    change(&server, &here.cookie, OLD, NEW)
        .await
        .assert_redirect(to_login);
    assert_eq!(server.try_log_in("ada", OLD).await.status, 200);
}

#[tokio::test]
async fn of_two_changes_at_once_one_is_made() {
    let server = TestServer::start().await;
    let (here, there) = (server.ada().await, server.ada_again().await);
    let (first, second) = ("a password from here", "a password from there");
    let responses = join_all([
        change(&server, &here.cookie, OLD, first),
        change(&server, &there.cookie, OLD, second),
    ])
    .await;
    let is_changed =
        |response: &&TestResponse| response.header("location") == Some("/account/password?changed");
    assert_eq!(responses.iter().filter(is_changed).count(), 1);
    let mut accepted = 0;
    for password in [first, second] {
        accepted += i32::from(server.try_log_in("ada", password).await.status == 200);
    }
    assert_eq!(accepted, 1);
    let live = [&here, &there].map(|session| session.token.clone());
    let mut number = 0;
    for token in live {
        number += i32::from(server.post_with_token("/api/me", &token).await.status == 200);
    }
    assert_eq!(number, 1, "the other session was ended");
}

#[tokio::test]
async fn password_managers_find_the_page() {
    let server = TestServer::start().await;
    let response = server.get("/.well-known/change-password").await;
    response.assert_redirect(PAGE);
}
