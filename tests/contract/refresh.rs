//! Tests of `/api/refresh`, the refresh cookie and pending logouts.

use axum::{body::Body, http::Request};

use countersign::{Username, internals::command_line};

use crate::support::{SignedIn, TestServer};

const DAY: i64 = 86400;

#[tokio::test]
async fn a_refresh_gives_a_new_token_and_the_next_cookie() {
    let server = TestServer::start().await;
    let first = server.ada().await;
    server.pass_seconds(600);
    let response = server.refresh(&first.cookie).await;
    assert_eq!(response.json()["expires_in"], 900);
    assert_eq!(response.json()["user"]["username"], "ada");
    assert_eq!(response.header("cache-control"), Some("no-store"));
    let second = SignedIn::from(response);
    assert_ne!(first.cookie, second.cookie);
    assert_ne!(first.token, second.token);
    second.assert_accepted(&server).await;
    let before = server.post_with_token("/api/sessions", &first.token).await;
    assert_eq!(
        before,
        server.post_with_token("/api/sessions", &second.token).await
    );
}

#[tokio::test]
async fn the_refresh_cookie_is_http_only_same_site_and_secure_under_https() {
    let server = TestServer::start().await;
    let account = server.add_user("ada", "analytical engine").await;
    let response = server.try_log_in(&account.name, &account.password).await;
    let (cookie, attributes) = response.cookie().unwrap();
    assert!(cookie.starts_with("countersign="), "{cookie}");
    assert_eq!(attributes, ["HttpOnly", "SameSite=Lax", "Path=/"]);

    let server =
        TestServer::start_with(|settings| settings.public.url = "https://login.example".to_owned())
            .await;
    let account = server.add_user("ada", "analytical engine").await;
    let response = server.try_log_in(&account.name, &account.password).await;
    let (cookie, attributes) = response.cookie().unwrap();
    assert!(cookie.starts_with("__Host-countersign="), "{cookie}");
    assert_eq!(attributes, ["HttpOnly", "SameSite=Lax", "Secure", "Path=/"]);
}

#[tokio::test]
async fn without_keep_me_signed_in_a_session_ends_after_12_hours() {
    let server = TestServer::start().await;
    let mut ada = server.ada().await;
    for _ in 0..11 {
        server.pass_seconds(3600);
        ada = SignedIn::from(server.refresh(&ada.cookie).await);
    }
    server.pass_seconds(3590);
    let last = server.refresh(&ada.cookie).await;
    assert_eq!(last.json()["expires_in"], 10);
    let ada = SignedIn::from(last);
    server.pass_seconds(10);
    ada.assert_over(&server).await;
}

#[tokio::test]
async fn with_keep_me_signed_in_a_session_in_use_lasts_30_days() {
    let server = TestServer::start().await;
    let account = server.add_user("ada", "analytical engine").await;
    let mut ada = server.log_in_remembered(&account).await;
    for _ in 0..4 {
        server.pass_seconds(7 * DAY);
        let response = server.refresh(&ada.cookie).await;
        assert!(
            response
                .cookie()
                .unwrap()
                .1
                .iter()
                .any(|attribute| attribute.starts_with("Max-Age="))
        );
        ada = SignedIn::from(response);
    }
    server.pass_seconds(2 * DAY);
    ada.assert_over(&server).await;
}

#[tokio::test]
async fn with_keep_me_signed_in_an_idle_session_ends_after_14_days() {
    let server = TestServer::start().await;
    let account = server.add_user("ada", "analytical engine").await;
    let (used, idle) = (
        server.log_in_remembered(&account).await,
        server.log_in_remembered(&account).await,
    );
    server.pass_seconds(14 * DAY - 1);
    let used = SignedIn::from(server.refresh(&used.cookie).await);
    server.pass_seconds(1);
    idle.assert_over(&server).await;
    used.assert_accepted(&server).await;
}

#[tokio::test]
async fn a_refresh_whose_response_is_lost_can_be_repeated_within_30_seconds() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    let lost = SignedIn::from(server.refresh(&ada.cookie).await);
    server.pass_seconds(29);
    let again = SignedIn::from(server.refresh(&ada.cookie).await);
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
async fn reusing_a_rotated_cookie_ends_the_whole_session() {
    let server = TestServer::start().await;
    let thief = server.ada().await;
    let owner = SignedIn::from(server.refresh(&thief.cookie).await);
    server.pass_seconds(30);
    server
        .refresh(&thief.cookie)
        .await
        .assert_error(401, "invalid_token");
    owner.assert_over(&server).await;
    thief.assert_over(&server).await;
}

#[tokio::test]
async fn a_cookie_two_refreshes_old_ends_the_session_at_once() {
    let server = TestServer::start().await;
    let first = server.ada().await;
    let second = SignedIn::from(server.refresh(&first.cookie).await);
    let third = SignedIn::from(server.refresh(&second.cookie).await);
    server
        .refresh(&first.cookie)
        .await
        .assert_error(401, "invalid_token");
    third.assert_over(&server).await;
}

#[tokio::test]
async fn a_thief_who_refreshes_first_is_detected_when_the_owner_refreshes() {
    let server = TestServer::start().await;
    let owner = server.ada().await;
    let thief = SignedIn::from(server.refresh(&owner.cookie).await);
    server.pass_seconds(60);
    server
        .refresh(&owner.cookie)
        .await
        .assert_error(401, "invalid_token");
    thief.assert_over(&server).await;
}

#[tokio::test]
async fn viewing_a_page_does_not_rotate_the_refresh_cookie() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    for _ in 0..3 {
        let page = server.get_with_cookie("/dashboard", &ada.cookie).await;
        assert_eq!((page.status.as_u16(), page.cookie()), (200, None));
    }
    assert_eq!(server.refresh(&ada.cookie).await.status, 200);
}

#[tokio::test]
async fn a_refresh_requires_a_cookie_of_this_server() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    let stranger = TestServer::start().await.ada().await;
    let bare = server
        .send(Request::post("/api/refresh").body(Body::empty()).unwrap())
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
        format!("{}; {}", ada.cookie, ada.cookie),
        "countersign=".to_owned(),
    ] {
        server
            .refresh(&cookie)
            .await
            .assert_error(401, "invalid_token");
    }
    assert_eq!(server.refresh(&ada.cookie).await.status, 200);
}

#[tokio::test]
async fn a_token_alone_cannot_refresh_and_a_cookie_alone_cannot_access_the_api() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    server
        .post_with_token("/api/refresh", &ada.token)
        .await
        .assert_invalid_token();
    for route in crate::support::PROTECTED {
        server
            .post_without_token(route, Some(&ada.cookie))
            .await
            .assert_error(401, "invalid_token");
    }
}

#[tokio::test]
async fn a_signed_out_session_cannot_be_refreshed() {
    let server = TestServer::start().await;
    let first = server.ada().await;
    let second = SignedIn::from(server.refresh(&first.cookie).await);
    assert_eq!(first.log_out(&server).await.status, 200);
    first.assert_over(&server).await;
    second.assert_over(&server).await;
}

#[tokio::test]
async fn a_disabled_user_cannot_refresh() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    server
        .app
        .auth
        .disable_user(&Username::parse("ada").unwrap(), &command_line())
        .await
        .unwrap();
    ada.assert_over(&server).await;
}

#[tokio::test]
async fn signing_out_by_the_cookie_ends_the_session_and_clears_the_cookie() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    let response = server
        .post_own_form("/api/logout", &[], Some(&ada.cookie))
        .await;
    assert_eq!(response.status, 200);
    assert!(
        response.cookie().unwrap().1.contains(&"Max-Age=0"),
        "{:?}",
        response.cookie()
    );
    assert_eq!(response.header("clear-site-data"), Some("\"storage\""));
    ada.assert_over(&server).await;
}

#[tokio::test]
async fn a_logout_falls_back_to_the_cookie_if_its_token_is_refused() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    assert_eq!(
        server.log_out_with("not.a.token", &ada.cookie).await.status,
        200
    );
    ada.assert_over(&server).await;
}

#[tokio::test]
async fn a_logout_with_a_pending_logout_also_ends_the_session_of_the_cookie() {
    let server = TestServer::start().await;
    let account = server.add_user("ada", "analytical engine").await;
    let (old, new) = (server.log_in(&account).await, server.log_in(&account).await);
    let response = server
        .log_out_with(
            &old.token,
            &format!("{}; countersign-pending-logout=1", new.cookie),
        )
        .await;
    assert_eq!(response.status, 200);
    assert!(response.cookie().unwrap().1.contains(&"Max-Age=0"));
    old.assert_over(&server).await;
    new.assert_over(&server).await;
}

#[tokio::test]
async fn signing_out_of_one_session_leaves_the_cookie_of_another() {
    let server = TestServer::start().await;
    let account = server.add_user("ada", "analytical engine").await;
    let (old, new) = (server.log_in(&account).await, server.log_in(&account).await);
    let response = server.log_out_with(&old.token, &new.cookie).await;
    assert_eq!((response.status.as_u16(), response.cookie()), (200, None));
    assert_eq!(response.header("clear-site-data"), None);
    old.assert_over(&server).await;
    new.assert_accepted(&server).await;
}

/// Its response may come late, when the browser has the cookies and the token of another user.
#[tokio::test]
async fn a_logout_clears_only_what_its_request_has_sent() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    for response in [
        ada.log_out(&server).await,
        ada.log_out(&server).await,
        server.post_own_form("/logout", &[], None).await,
        server
            .post_own_form("/logout", &[], Some("countersign-device=x"))
            .await,
    ] {
        assert_eq!(response.headers.get("set-cookie"), None);
        assert_eq!(response.headers.get("clear-site-data"), None);
    }
    let response = server
        .post_own_form("/api/logout", &[], Some(&ada.cookie))
        .await;
    assert_eq!(response.headers.get_all("set-cookie").iter().count(), 1);
    assert!(response.cookie().unwrap().1.contains(&"Max-Age=0"));
    assert_eq!(response.header("clear-site-data"), Some("\"storage\""));
}

#[tokio::test]
async fn a_login_clears_a_pending_logout_only_if_its_request_has_sent_one() {
    let server = TestServer::start().await;
    server.add_user("ada", "analytical engine").await;
    let fields = [("username", "ada"), ("password", "analytical engine")];
    for path in ["/api/login", "/login"] {
        let response = server.post_own_form(path, &fields, None).await;
        let cookies = response.headers.get_all("set-cookie").iter();
        let pending = cookies.filter(|cookie| cookie.to_str().unwrap().contains("pending"));
        assert_eq!(pending.count(), 0, "{path}");
    }
}

#[tokio::test]
async fn signing_in_again_in_the_same_browser_ends_the_previous_session() {
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
        let response = server
            .post_own_form(path, &fields, Some(&before.cookie))
            .await;
        before.assert_over(&server).await;
        SignedIn::from(server.refresh(response.cookie().unwrap().0).await)
            .assert_accepted(&server)
            .await;
    }
}

#[tokio::test]
async fn under_https_another_host_of_the_domain_cannot_plant_a_pending_logout() {
    let server =
        TestServer::start_with(|settings| settings.public.url = "https://login.example".to_owned())
            .await;
    let account = server.add_user("ada", "analytical engine").await;
    let ada = server.log_in(&account).await;
    let planted = format!("{}; countersign-pending-logout=1", ada.cookie);
    assert_eq!(
        server.get_with_cookie("/dashboard", &planted).await.status,
        200
    );
    let own = format!("{}; __Host-countersign-pending-logout=1", ada.cookie);
    assert_eq!(server.get_with_cookie("/dashboard", &own).await.status, 303);
    ada.assert_over(&server).await;
}

#[tokio::test]
async fn a_pending_logout_is_carried_out_before_anything_else() {
    for path in [
        "/",
        "/login",
        "/dashboard",
        "/api/refresh",
        "/api/login",
        "POST /login",
    ] {
        let server = TestServer::start().await;
        let ada = server.ada().await;
        let cookie = format!("{}; countersign-pending-logout=1", ada.cookie);
        let fields = [("username", "ada"), ("password", "analytical engine")];
        let response = match path.strip_prefix("POST ") {
            Some(path) => server.post_own_form(path, &fields, Some(&cookie)).await,
            None if path.starts_with("/api") => {
                server.post_own_form(path, &fields, Some(&cookie)).await
            }
            None => server.get_with_cookie(path, &cookie).await,
        };
        assert!(!response.text().contains("Hello"), "{path}");
        ada.assert_over(&server).await;
        let cleared = response.headers.get_all("set-cookie").iter().any(|cookie| {
            cookie
                .to_str()
                .unwrap()
                .starts_with("countersign-pending-logout=; ")
        });
        assert!(cleared, "{path}: {:?}", response.headers);
    }
}

#[tokio::test]
async fn no_refresh_succeeds_while_the_database_is_down() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    server.app.auth.close().await;
    let response = server.refresh(&ada.cookie).await;
    response.assert_error(503, "unavailable");
    assert_eq!(response.cookie(), None);
}
