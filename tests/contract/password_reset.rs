//! Tests of choosing a new password by a link.

use axum::{
    body::Body,
    http::{Method, Request},
};
use countersign::{Actor, EmailAddress, Username};
use futures::future::join_all;

use crate::support::{TestServer, countersign, data_dir_with_ada_at, failure, run};

const NEW: &str = "difference engine";
const OLD: &str = "analytical engine";
const SITE: &str = "http://127.0.0.1:3000";

/// A server with the account `ada`, whose links lead to [`SITE`].
async fn server() -> TestServer {
    let server = TestServer::start_with(|settings| SITE.clone_into(&mut settings.public.url)).await;
    server.add_user("ada", OLD).await;
    server
}

/// The path and query of a link for ada that is good for 24 hours.
async fn link(server: &TestServer) -> String {
    let (auth, name) = (&server.app.auth, Username::parse("ada").unwrap());
    let link = auth
        .password_reset_link(&name, 86_400, &Actor::Server)
        .await;
    let link = link.unwrap();
    let path = link.strip_prefix(SITE).unwrap();
    assert!(path.starts_with("/reset-password?token="), "{path}");
    path.to_owned()
}

async fn choose(server: &TestServer, link: &str, password: &str) -> crate::support::TestResponse {
    let fields = [("new_password", password)];
    server.post_own_form(link, &fields, None).await
}

async fn events(server: &TestServer, kind: &str) -> usize {
    let events = server.events().await;
    events.iter().filter(|event| event.contains(kind)).count()
}

#[tokio::test]
async fn a_link_sets_a_new_password_once_and_ends_every_session() {
    let server = server().await;
    let session = server.ada_again().await;
    let link = link(&server).await;
    choose(&server, &link, NEW)
        .await
        .assert_redirect("/login?reset");
    session.assert_over(&server).await;
    server
        .try_log_in("ada", OLD)
        .await
        .assert_error(401, "invalid_credentials");
    assert_eq!(server.try_log_in("ada", NEW).await.status, 200);
    assert_eq!(
        events(&server, "password_reset").await,
        2,
        "the link, and its use"
    );

    let again = choose(&server, &link, "another long password").await;
    again.assert_error(410, "invalid_link");
    assert_eq!(server.try_log_in("ada", NEW).await.status, 200);
}

#[tokio::test]
async fn opening_a_link_does_not_use_it_up() {
    let server = server().await;
    let link = link(&server).await;
    for method in [Method::GET, Method::HEAD, Method::GET] {
        let request = Request::builder().method(method.clone()).uri(&link);
        let response = server.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(response.status, 200, "{method}");
        assert_eq!(response.header("referrer-policy"), Some("strict-origin"));
        assert_eq!(
            response.header("cache-control"),
            Some("no-store, no-transform")
        );
        if method == Method::GET {
            assert!(response.text().contains("new_password"));
        }
    }
    choose(&server, &link, NEW)
        .await
        .assert_redirect("/login?reset");
    let used = server.get(&link).await;
    assert_eq!(used.status, 410);
    assert!(!used.text().contains("new_password"));
}

#[tokio::test]
async fn of_many_that_use_a_link_at_once_one_sets_the_password() {
    let server = server().await;
    let link = link(&server).await;
    let passwords: Vec<_> = (0..8)
        .map(|number| format!("difference engine {number}"))
        .collect();
    let responses = join_all(passwords.iter().map(|new| choose(&server, &link, new))).await;
    let set: Vec<_> = (responses.iter().zip(&passwords))
        .filter(|(response, _)| response.status == 303)
        .collect();
    assert_eq!(set.len(), 1);
    for (response, _) in responses
        .iter()
        .zip(&passwords)
        .filter(|(r, _)| r.status != 303)
    {
        response.assert_error(410, "invalid_link");
    }
    assert_eq!(server.try_log_in("ada", set[0].1).await.status, 200);
}

#[tokio::test]
async fn a_link_ends_by_time_and_by_whatever_changes_the_account() {
    let server = server().await;
    let (auth, ada, actor) = (
        server.app.auth.clone(),
        Username::parse("ada").unwrap(),
        Actor::Server,
    );
    let late = link(&server).await;
    server.pass_seconds(86_399);
    assert_eq!(server.get(&late).await.status, 200);
    server.pass_seconds(1);
    choose(&server, &late, NEW)
        .await
        .assert_error(410, "invalid_link");

    let before = link(&server).await;
    server
        .set_password("ada", "a password by the operator")
        .await;
    choose(&server, &before, NEW)
        .await
        .assert_error(410, "invalid_link");

    let before = link(&server).await;
    let address = EmailAddress::parse("ada@example.org").unwrap();
    auth.set_email(&ada, Some(&address), &actor).await.unwrap();
    choose(&server, &before, NEW)
        .await
        .assert_error(410, "invalid_link");

    let before = link(&server).await;
    auth.disable_user(&ada, &actor).await.unwrap();
    choose(&server, &before, NEW)
        .await
        .assert_error(410, "invalid_link");
    assert!(auth.password_reset_link(&ada, 60, &actor).await.is_err());
    auth.enable_user(&ada, &actor).await.unwrap();
    choose(&server, &before, NEW)
        .await
        .assert_error(410, "invalid_link");
    assert_eq!(
        server
            .try_log_in("ada", "a password by the operator")
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn an_earlier_link_remains_good_until_one_is_used() {
    let server = server().await;
    let (earlier, later) = (link(&server).await, link(&server).await);
    assert_eq!(server.get(&earlier).await.status, 200);
    choose(&server, &earlier, NEW)
        .await
        .assert_redirect("/login?reset");
    choose(&server, &later, NEW)
        .await
        .assert_error(410, "invalid_link");
}

#[tokio::test]
async fn what_is_not_the_token_of_a_link_does_nothing() {
    let server = server().await;
    let link = link(&server).await;
    let (page, token) = link.split_once("?token=").unwrap();
    let padded = format!("{token}%3D");
    let cut = &token[..token.len() - 1];
    let lower = token.to_lowercase();
    for wrong in ["", "%00", "a", cut, &padded, &lower, &"a".repeat(4000)] {
        let link = format!("{page}?token={wrong}");
        choose(&server, &link, NEW)
            .await
            .assert_error(410, "invalid_link");
        assert_eq!(server.get(&link).await.status, 410, "{wrong}");
    }
    choose(&server, page, NEW)
        .await
        .assert_error(410, "invalid_link");
    assert_eq!(server.try_log_in("ada", OLD).await.status, 200);
}

#[tokio::test]
async fn a_password_that_breaks_a_rule_is_refused_and_the_link_remains_good() {
    let server = server().await;
    let link = link(&server).await;
    let hashes = server.app.auth.hashes_computed();
    for (password, reason) in [
        ("", "password_empty"),
        ("short", "password_too_short"),
        ("ManchesterUnited", "password_common"),
        ("adaadaadaadaadaada", "password_own_name"),
        (&"a".repeat(257), "password_too_long"),
    ] {
        let response = choose(&server, &link, password).await;
        response.assert_error(422, "invalid_input");
        assert_eq!(response.json()["reason"], reason);
    }
    let missing = server.post_own_form(&link, &[], None).await;
    missing.assert_error(422, "invalid_input");
    assert_eq!(server.app.auth.hashes_computed(), hashes);
    choose(&server, &link, NEW)
        .await
        .assert_redirect("/login?reset");
}

#[tokio::test]
async fn a_form_of_another_site_does_not_use_a_link() {
    let server = server().await;
    let link = link(&server).await;
    let request = Request::post(&link)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "cross-site");
    let body = format!("new_password={}", NEW.replace(' ', "+"));
    let response = server.send(request.body(body.into()).unwrap()).await;
    response.assert_error(403, "cross_site");
    choose(&server, &link, NEW)
        .await
        .assert_redirect("/login?reset");
}

#[tokio::test]
async fn an_owner_who_was_kept_out_signs_in_after_the_reset() {
    let server = server().await;
    let (ada, address) = (
        Username::parse("ada").unwrap(),
        EmailAddress::parse("ada@example.org").unwrap(),
    );
    let auth = &server.app.auth;
    let set = auth.set_email(&ada, Some(&address), &Actor::Server);
    set.await.unwrap();
    for typed in ["ada", "ada@example.org"] {
        while server.try_log_in(typed, "a guess").await.status != 429 {}
    }
    let link = link(&server).await;
    let reset = choose(&server, &link, NEW).await;
    let device = reset.device_cookie().unwrap().0.to_owned();
    for typed in ["ada", "ada@example.org"] {
        assert_eq!(server.try_log_in(typed, NEW).await.status, 200, "{typed}");
    }
    for _ in 0..40 {
        server.try_log_in("ada", "a guess of somebody else").await;
    }
    let fields = [("username", "ada"), ("password", NEW)];
    let signed_in = server.post_own_form("/login", &fields, Some(&device)).await;
    signed_in.assert_redirect("/");
}

#[test]
fn the_command_line_prints_a_link_and_says_what_it_needs() {
    let data = data_dir_with_ada_at(SITE);
    let reset_link = |arguments: &[&str]| {
        let mut command = countersign(data.path());
        command.env("COUNTERSIGN_PUBLIC_URL", SITE);
        command.args(["user", "reset-link", "ada"]).args(arguments);
        command
    };
    for valid in [
        &[] as &[_],
        &["--valid-for", "30m"],
        &["--valid-for", "168h"],
        &["--valid-for", "7d"],
        &["--valid-for", "30d"],
    ] {
        let printed = run(&mut reset_link(valid), "");
        let link = String::from_utf8(printed.stdout).unwrap();
        assert!(
            link.starts_with(&format!("{SITE}/reset-password?token=")),
            "{link}"
        );
        assert_eq!(link.lines().count(), 1);
    }
    for invalid in ["", "soon", "10s", "721h", "31d", "-1h", "1 month"] {
        let refused = run(&mut reset_link(&[&format!("--valid-for={invalid}")]), "");
        assert_eq!(refused.status.code(), Some(2), "{invalid}");
    }
    let mut unknown = countersign(data.path());
    unknown.env("COUNTERSIGN_PUBLIC_URL", SITE);
    let error = failure(unknown.args(["user", "reset-link", "eve"]));
    assert!(error.contains("there is no user eve"), "{error}");
}
