//! Tests of the account page's forms, and of what a user sees of their own account.

use serde_json::json;

use crate::support::{SignedIn, TestResponse, TestServer, form};

async fn account(server: &TestServer, user: &SignedIn) -> serde_json::Value {
    server
        .post_with_token("/api/account", &user.token)
        .await
        .json()
}

async fn set_name(server: &TestServer, cookie: &str, name: &str) -> TestResponse {
    let fields = [("name", name)];
    server
        .post_own_form("/account", &fields, Some(cookie))
        .await
}

#[tokio::test]
async fn a_user_gives_themselves_a_name_that_is_shown() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    let empty = json!({"display_name": null, "email": null, "has_mail": false});
    assert_eq!(account(&server, &ada).await, empty);
    set_name(&server, &ada.cookie, "  Ada   Lovelace ")
        .await
        .assert_redirect("/account?saved");
    assert_eq!(account(&server, &ada).await["display_name"], "Ada Lovelace");
    set_name(&server, &ada.cookie, "Ada Lovelace")
        .await
        .assert_redirect("/account?saved");
    set_name(&server, &ada.cookie, " ")
        .await
        .assert_redirect("/account?saved");
    assert_eq!(account(&server, &ada).await, empty);
    let changes = server.events().await;
    let changes = changes
        .iter()
        .filter(|event| *event == "display_name_changed");
    assert_eq!(changes.count(), 2, "what changes nothing is no event");
}

#[tokio::test]
async fn a_name_that_breaks_a_rule_is_refused() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    let long = "é".repeat(65);
    for (name, reason) in [
        (&*long, "name_too_long"),
        ("a\u{202e}da", "name_characters"),
        ("a\0da", "name_characters"),
    ] {
        let refused = set_name(&server, &ada.cookie, name).await;
        refused.assert_error(422, "invalid_input");
        assert_eq!(refused.json()["reason"], reason);
    }
    let missing = server
        .post_own_form("/account", &[], Some(&ada.cookie))
        .await;
    missing.assert_error(422, "invalid_input");
}

#[tokio::test]
async fn the_forms_of_an_account_lead_strangers_to_the_login_page() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    ada.log_out(&server).await;
    let id = "00000000-0000-0000-0000-000000000000";
    for (page, fields) in [
        ("/account", vec![("name", "x")]),
        (
            "/account/email",
            vec![("email", "x@example.org"), ("password", "x")],
        ),
        (
            "/account/sessions",
            vec![("action", "name"), ("id", id), ("name", "x")],
        ),
        ("/account/sessions", vec![("action", "end"), ("id", id)]),
        ("/account/sessions", vec![("action", "end-others")]),
        ("/account/delete", vec![("password", "x")]),
    ] {
        for cookie in [None, Some(&*ada.cookie)] {
            let response = server.post_own_form(page, &fields, cookie).await;
            response.assert_redirect(&format!("/login?next={page}"));
        }
    }
}

#[tokio::test]
async fn the_forms_of_an_account_are_for_this_site_only_and_by_cookie() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    let there = server.ada_again().await;
    for (path, fields) in [
        ("/account", form(&[("name", "Eve")])),
        ("/account/sessions", form(&[("action", "end-others")])),
    ] {
        let request = axum::http::Request::post(path)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "cross-site")
            .header("cookie", &ada.cookie)
            .body(fields.into());
        let response = server.send(request.unwrap()).await;
        response.assert_error(403, "cross_site");
    }
    assert!(account(&server, &ada).await["display_name"].is_null());
    there.assert_accepted(&server).await;
}

async fn sessions(server: &TestServer, user: &SignedIn) -> Vec<serde_json::Value> {
    let sessions = server.post_with_token("/api/sessions", &user.token).await;
    sessions.json().as_array().unwrap().clone()
}

fn id(session: &serde_json::Value) -> &str {
    session["session"]["id"].as_str().unwrap()
}

#[tokio::test]
async fn a_session_has_the_name_that_its_owner_gives_it() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    let eve = server.add_user("eve", "difference engine").await;
    let eve = server.log_in(&eve).await;
    let session = sessions(&server, &ada).await.remove(0);
    assert!(session["name"].is_null());
    let name = async |user: &SignedIn, name: &str| {
        let fields = [("action", "name"), ("id", id(&session)), ("name", name)];
        let path = "/account/sessions";
        server
            .post_own_form(path, &fields, Some(&user.cookie))
            .await
    };
    name(&ada, " Laptop in the  kitchen")
        .await
        .assert_redirect("/account/sessions?named");
    name(&eve, "of eve")
        .await
        .assert_redirect("/account/sessions");
    let named = sessions(&server, &ada).await;
    assert_eq!(named[0]["name"], "Laptop in the kitchen");
    name(&ada, &"a".repeat(65))
        .await
        .assert_error(422, "invalid_input");
    server.refresh(&ada.cookie).await;
    assert_eq!(
        sessions(&server, &ada).await[0]["name"],
        "Laptop in the kitchen"
    );
    name(&ada, "")
        .await
        .assert_redirect("/account/sessions?named");
    assert!(sessions(&server, &ada).await[0]["name"].is_null());
}

#[tokio::test]
async fn the_form_ends_a_session_of_its_owner_only() {
    let server = TestServer::start().await;
    let (here, there) = (server.ada().await, server.ada_again().await);
    let eve = server.add_user("eve", "difference engine").await;
    let eve = server.log_in(&eve).await;
    let end = async |user: &SignedIn, session: &serde_json::Value, page: &str| {
        let path = "/account/sessions";
        let fields = [("action", "end"), ("id", id(session))];
        let response = server
            .post_own_form(path, &fields, Some(&user.cookie))
            .await;
        response.assert_redirect(page);
    };
    let of_eve = sessions(&server, &eve).await.remove(0);
    end(&here, &of_eve, "/account/sessions").await;
    eve.assert_accepted(&server).await;
    let all = sessions(&server, &here).await;
    let other = all.iter().find(|session| session["is_current"] == false);
    end(&here, other.unwrap(), "/account/sessions?ended").await;
    there.assert_over(&server).await;
    here.assert_accepted(&server).await;
    for fields in [
        &[("action", "end"), ("id", "x")][..],
        &[("action", "end")],
        &[("action", "other")],
        &[],
    ] {
        let response = server.post_own_form("/account/sessions", fields, Some(&here.cookie));
        response.await.assert_error(422, "invalid_input");
    }
}

#[tokio::test]
async fn the_form_asks_for_the_password_if_it_was_not_given_lately() {
    let server = TestServer::start().await;
    let here = server.ada().await;
    server.pass_seconds(900);
    let there = server.ada_again().await;
    let end_others = async |fields: &[(&str, &str)]| {
        let fields = [&[("action", "end-others")], fields].concat();
        let path = "/account/sessions";
        server
            .post_own_form(path, &fields, Some(&here.cookie))
            .await
    };
    for fields in [&[][..], &[("password", "")]] {
        end_others(fields)
            .await
            .assert_error(403, "password_required");
    }
    let wrong = [("password", "a wrong guess")];
    end_others(&wrong).await.assert_error(403, "wrong_password");
    there.assert_accepted(&server).await;
    end_others(&[("password", "analytical engine")])
        .await
        .assert_redirect("/account/sessions?ended-others");
    there.assert_over(&server).await;
    end_others(&[])
        .await
        .assert_redirect("/account/sessions?ended-others");
}

#[tokio::test]
async fn of_two_sessions_that_end_all_others_at_once_one_goes_on() {
    let server = TestServer::start().await;
    server.ada().await;
    for _ in 0..5 {
        let (one, other) = (server.ada_again().await, server.ada_again().await);
        let end_others = async |session: &SignedIn| {
            let (path, fields) = ("/account/sessions", [("action", "end-others")]);
            server
                .post_own_form(path, &fields, Some(&session.cookie))
                .await
        };
        let (first, second) = futures::join!(end_others(&one), end_others(&other));
        let ended = [first, second].map(|response| {
            let location = response.header("location").unwrap().to_owned();
            location.contains("?ended-others")
        });
        assert_ne!(ended[0], ended[1], "the one that was ended ends nothing");
        let left = if ended[0] { &one } else { &other };
        left.assert_accepted(&server).await;
    }
}

#[tokio::test]
async fn changing_the_name_often_hides_nothing_in_the_list_of_events() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    for number in 0..25 {
        set_name(&server, &ada.cookie, &format!("Ada {number}")).await;
    }
    let events = server.post_with_token("/api/events", &ada.token).await;
    let events = events.json();
    let kinds: Vec<_> = events
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["display_name_changed", "login", "user_added"]);
}
