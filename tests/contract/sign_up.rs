//! Tests of the links by which somebody creates an account.

use axum::{
    body::Body,
    http::{Method, Request},
};
use countersign::{Actor, EmailAddress, Username};
use futures::future::join_all;

use crate::support::{SignedIn, TestResponse, TestServer};

const PASSWORD: &str = "difference engine";
const SITE: &str = "http://127.0.0.1:3000";

/// A server by whose setting `accounts.registration` somebody may create an account, with the account `ada`.
async fn server(registration: &str) -> TestServer {
    let server = TestServer::start_with(|settings| {
        SITE.clone_into(&mut settings.public.url);
        settings.accounts.registration = registration.parse().unwrap();
    })
    .await;
    server.add_user("ada", "analytical engine").await;
    server
}

/// The path and query of an invitation.
async fn link(server: &TestServer) -> String {
    let link = server.app.auth.invite(86_400, &Actor::Server).await;
    let link = link.unwrap();
    let path = link.strip_prefix(SITE).unwrap();
    assert!(path.starts_with("/create-account?token="), "{path}");
    path.to_owned()
}

async fn create(server: &TestServer, link: &str, name: &str) -> TestResponse {
    let fields = [("username", name), ("new_password", PASSWORD)];
    server.post_own_form(link, &fields, None).await
}

async fn check_name(server: &TestServer, link: &str, name: &str) -> TestResponse {
    let (_, token) = link.split_once("token=").unwrap();
    let fields = [("token", token), ("username", name)];
    server.post_own_form("/api/username", &fields, None).await
}

#[tokio::test]
async fn a_link_creates_an_account_once_and_signs_its_owner_in() {
    let server = server("invite").await;
    let link = link(&server).await;
    let created = create(&server, &link, "Eve").await;
    created.assert_redirect("/login");
    let cookie = created.cookie().unwrap().0.to_owned();
    let page = server.get_with_cookie("/dashboard", &cookie).await;
    assert!(page.text().contains("Eve"), "{}", page.text());
    assert!(created.device_cookie().is_some());
    assert_eq!(server.try_log_in("eve", PASSWORD).await.status, 200);
    let events = server.events().await;
    let added = events.iter().filter(|event| event.contains("user_added"));
    assert!(added.clone().any(|event| event.contains("invitation")));
    assert_eq!(added.count(), 2);

    create(&server, &link, "mallory")
        .await
        .assert_error(410, "invalid_link");
    assert_eq!(server.get(&link).await.status, 410);
    let name = Username::parse("mallory").unwrap();
    assert!(server.app.auth.find_user(&name).await.is_err());
}

#[tokio::test]
async fn opening_the_link_of_an_invitation_does_not_use_it_up() {
    let server = server("invite").await;
    let link = link(&server).await;
    for method in [Method::GET, Method::HEAD, Method::GET] {
        let request = Request::builder().method(method.clone()).uri(&link);
        let response = server.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(response.status, 200, "{method}");
        assert_eq!(response.header("referrer-policy"), Some("strict-origin"));
        if method == Method::GET {
            assert!(response.text().contains("new_password"));
        }
    }
    create(&server, &link, "eve")
        .await
        .assert_redirect("/login");
}

#[tokio::test]
async fn of_many_that_use_an_invitation_at_once_one_gets_an_account() {
    let server = server("invite").await;
    let link = link(&server).await;
    let names: Vec<_> = (0..8).map(|number| format!("eve {number}")).collect();
    let responses = join_all(names.iter().map(|name| create(&server, &link, name))).await;
    let created = responses.iter().filter(|response| response.status == 303);
    assert_eq!(created.count(), 1);
    let number = "SELECT count(*) FROM countersign_users";
    assert_eq!(server.query_number(number).await, 2);
}

#[tokio::test]
async fn a_name_that_is_taken_or_breaks_a_rule_is_refused_and_the_link_remains_good() {
    let server = server("invite").await;
    let link = link(&server).await;
    let hashes = server.app.auth.hashes_computed();
    for (name, reason) in [
        ("ADA", "username_taken"),
        ("", "username_empty"),
        ("e\u{200b}ve", "username_characters"),
        (&"e".repeat(257), "username_too_long"),
    ] {
        let response = create(&server, &link, name).await;
        response.assert_error(422, "invalid_input");
        assert_eq!(response.json()["reason"], reason);
        let response = check_name(&server, &link, name).await;
        response.assert_error(422, "invalid_input");
        assert_eq!(response.json()["reason"], reason);
    }
    let fields = [("username", "eve"), ("new_password", "short")];
    let response = server.post_own_form(&link, &fields, None).await;
    response.assert_error(422, "invalid_input");
    assert_eq!(response.json()["reason"], "password_too_short");
    let fields = [
        ("username", "Difference"),
        ("new_password", "Difference difference"),
    ];
    let response = server.post_own_form(&link, &fields, None).await;
    assert_eq!(response.json()["reason"], "password_own_name");
    assert_eq!(server.app.auth.hashes_computed(), hashes);
    assert_eq!(check_name(&server, &link, "eve").await.status, 200);
    create(&server, &link, "eve")
        .await
        .assert_redirect("/login");
}

#[tokio::test]
async fn a_refused_form_shows_the_name_again_and_no_password() {
    let server = server("invite").await;
    let link = link(&server).await;
    let request = Request::post(&link)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .header("accept", "text/html");
    let body = "username=ADA&new_password=difference+engine";
    let page = server.send(request.body(body.into()).unwrap()).await;
    assert_eq!(page.status, 422);
    let text = page.text();
    assert!(text.contains("value=\"ADA\""), "{text}");
    assert!(text.contains("Another account has this name"), "{text}");
    assert!(!text.contains("difference"), "{text}");
}

#[tokio::test]
async fn only_who_has_a_good_link_learns_which_names_are_free() {
    let server = server("invite").await;
    let link = link(&server).await;
    for (link, name) in [("token=", "ada"), ("token=a", "ada"), ("token=a", "nobody")] {
        check_name(&server, link, name)
            .await
            .assert_error(410, "invalid_link");
    }
    create(&server, &link, "eve")
        .await
        .assert_redirect("/login");
    check_name(&server, &link, "ada")
        .await
        .assert_error(410, "invalid_link");
}

#[tokio::test]
async fn an_invitation_ends_by_time_and_by_the_operator() {
    let server = server("invite").await;
    let late = link(&server).await;
    server.pass_seconds(86_399);
    assert_eq!(server.get(&late).await.status, 200);
    server.pass_seconds(1);
    create(&server, &late, "eve")
        .await
        .assert_error(410, "invalid_link");

    let revoked = link(&server).await;
    let (auth, actor) = (&server.app.auth, Actor::Server);
    let invitations = auth.invitations().await.unwrap();
    assert_eq!(invitations.len(), 1, "{invitations:?}");
    auth.revoke_invitation(invitations[0].id, &actor)
        .await
        .unwrap();
    assert!(
        auth.revoke_invitation(invitations[0].id, &actor)
            .await
            .is_err()
    );
    create(&server, &revoked, "eve")
        .await
        .assert_error(410, "invalid_link");
    assert!(auth.invitations().await.unwrap().is_empty());
    let events = server.events().await;
    let of_kind = |kind: &str| events.iter().filter(|event| event.contains(kind)).count();
    assert_eq!((of_kind("invited"), of_kind("invitation_revoked")), (2, 1));
}

#[tokio::test]
async fn a_token_for_another_purpose_creates_no_account_and_the_other_way_round() {
    let server = server("invite").await;
    let (auth, ada) = (&server.app.auth, Username::parse("ada").unwrap());
    let reset = auth
        .password_reset_link(&ada, 60, &Actor::Server)
        .await
        .unwrap();
    let (_, token) = reset.split_once('?').unwrap();
    create(&server, &format!("/create-account?{token}"), "eve")
        .await
        .assert_error(410, "invalid_link");
    let invitation = link(&server).await;
    let (_, token) = invitation.split_once('?').unwrap();
    for page in ["/reset-password", "/restore-email", "/confirm-email"] {
        let fields = [("new_password", PASSWORD)];
        let link = format!("{page}?{token}");
        let response = server.post_own_form(&link, &fields, None).await;
        response.assert_error(410, "invalid_link");
    }
    create(&server, &invitation, "eve")
        .await
        .assert_redirect("/login");
}

#[tokio::test]
async fn the_session_that_the_browser_had_ends_when_an_account_is_created() {
    let server = server("invite").await;
    let before: SignedIn = server.ada_again().await;
    let link = link(&server).await;
    let fields = [("username", "eve"), ("new_password", PASSWORD)];
    let created = server
        .post_own_form(&link, &fields, Some(&before.cookie))
        .await;
    created.assert_redirect("/login");
    before.assert_over(&server).await;
}

#[tokio::test]
async fn a_form_of_another_site_creates_no_account() {
    let server = server("invite").await;
    let link = link(&server).await;
    let request = Request::post(&link)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "cross-site");
    let body = "username=eve&new_password=difference+engine";
    let response = server.send(request.body(body.into()).unwrap()).await;
    response.assert_error(403, "cross_site");
    create(&server, &link, "eve")
        .await
        .assert_redirect("/login");
}

#[tokio::test]
async fn nothing_of_signing_up_is_there_while_it_is_closed() {
    let server = server("closed").await;
    for path in ["/sign-up", "/create-account?token=a"] {
        let page = server.get(path).await;
        assert_eq!(page.status, 404, "{path}");
        assert!(
            !page.text().contains("<form method=\"post\" action=\"/sign"),
            "{path}"
        );
    }
    assert!(!server.get("/login").await.text().contains("/sign-up"));
    let fields = [("email", "eve@example.org")];
    let response = server.post_own_form("/sign-up", &fields, None).await;
    response.assert_error(404, "not_found");
    create(&server, "/create-account?token=a", "eve")
        .await
        .assert_error(410, "invalid_link");
    let (auth, actor) = (&server.app.auth, Actor::Server);
    let refused = auth.invite(60, &actor).await.unwrap_err().to_string();
    assert!(refused.contains("accounts.registration"), "{refused}");
}

#[tokio::test]
async fn a_link_from_before_is_not_good_once_sign_up_is_closed() {
    let mut server = server("invite").await;
    let link = link(&server).await;
    server.settings.accounts.registration = "closed".parse().unwrap();
    let server = server.restart().await.unwrap();
    assert_eq!(server.get(&link).await.status, 404);
    create(&server, &link, "eve")
        .await
        .assert_error(410, "invalid_link");
}

#[tokio::test]
async fn by_invitation_nobody_else_can_ask_for_an_account() {
    let server = server("invite").await;
    assert_eq!(server.get("/sign-up").await.status, 404);
    assert!(!server.get("/login").await.text().contains("/sign-up"));
    let fields = [("email", "eve@example.org")];
    let response = server.post_own_form("/sign-up", &fields, None).await;
    response.assert_error(404, "not_found");
    let address = EmailAddress::parse("eve@example.org").unwrap();
    let mailed = server
        .app
        .auth
        .invite_by_mail(address, countersign::Language::default(), &Actor::Server)
        .await;
    let refused = mailed.unwrap_err().to_string();
    assert!(refused.contains("mail.url"), "{refused}");
}
