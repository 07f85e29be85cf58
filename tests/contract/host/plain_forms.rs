//! Tests of forms that a browser sends without scripts: ours, and those for server functions of the
//! application.

use axum::{body::Body, http::Request};

use super::{FORM, FUNCTIONS, bearer, call, start};
use crate::support::{SignedIn, TestResponse, TestServer};

#[tokio::test]
async fn a_failed_plain_sign_in_is_shown_by_the_hosts_own_login_page() {
    let server = start().await;
    let ada = server.ada().await;
    for cookie in [None, Some(&*ada.cookie)] {
        let fields = [("username", "grace<i>"), ("password", "wrong password")];
        let response = server
            .post_own_form("/login?next=/notes", &fields, cookie)
            .await;
        assert_eq!(response.status, 401);
        let text = response.text();
        assert!(text.contains("grace&lt;i&gt;"), "{text}");
        assert!(text.contains(r#"action="/login?next=/notes""#), "{text}");
        assert!(!text.contains("guarded text"), "{text}");
    }
    let fields = [("username", "ada"), ("password", "analytical engine")];
    let response = server
        .post_own_form("/login?next=/notes", &fields, None)
        .await;
    response.assert_redirect("/notes");
}

#[tokio::test]
async fn a_refused_form_is_shown_by_the_hosts_page_for_unknown_addresses() {
    let server = start().await;
    let request = Request::post("/theme")
        .header("accept", "text/html")
        .header("sec-fetch-site", "cross-site")
        .header("content-type", FORM);
    let response = server
        .send(request.body(Body::from("theme=dark")).unwrap())
        .await;
    assert_eq!(response.status, 403);
    assert_ne!(response.header("content-type"), Some("application/json"));
}

#[tokio::test]
async fn the_page_of_a_form_is_asked_for_without_the_form() {
    let server = TestServer::start_application(|_| {
        let echo = |request: axum::extract::Request| async move {
            let is_empty = axum::body::HttpBody::is_end_stream(request.body());
            let headers = request.headers();
            let content = headers
                .keys()
                .filter(|name| name.as_str().starts_with("content-"));
            format!("{} {is_empty} {}", request.method(), content.count())
        };
        axum::Router::new().route("/login", axum::routing::get(echo))
    })
    .await;
    let fields = [("username", "ada"), ("password", "analytical engine")];
    let response = server.post_own_form("/login", &fields, None).await;
    assert_eq!(
        (response.status.as_u16(), &*response.text()),
        (401, "GET true 0")
    );
}

/// Sends the form for adding a note from the page of the notes.
async fn add_note(server: &TestServer, headers: &[(&str, &str)]) -> TestResponse {
    let form = [
        ("accept", "text/html,*/*;q=0.8"),
        ("sec-fetch-site", "same-origin"),
        ("referer", "http://login.example/notes?a=1"),
    ];
    call(server, &FUNCTIONS[1], &[&form[..], headers].concat()).await
}

#[tokio::test]
async fn a_plain_form_leads_back_to_its_page_which_says_that_it_was_refused() {
    let server = start().await;
    let ada = server.ada().await;
    for cookie in [&*ada.cookie, ""] {
        let response = add_note(&server, &[("cookie", cookie)]).await;
        assert_eq!(response.status, 302, "{}", response.text());
        assert_eq!(response.header("www-authenticate"), None);
        let address = response.header("location").unwrap();
        let page = address.strip_prefix("http://login.example").unwrap();
        assert!(page.starts_with("/notes?a=1&__path="), "{page}");
        let nobody = server.get(page).await;
        assert_eq!(nobody.status, 303);
        let login = nobody.header("location").unwrap();
        assert!(login.starts_with("/login?next=/notes%3Fa%3D1"), "{login}");
        let page = server.get_with_cookie(page, &ada.cookie).await;
        assert_eq!(page.status, 200);
        let text = page.text();
        assert!(text.contains("Some(Err(SignIn(InvalidToken)))"), "{text}");
    }
}

#[tokio::test]
async fn a_request_with_a_token_is_no_plain_form() {
    let server = start().await;
    let dead = server.ada().await;
    dead.log_out(&server).await;
    let token = bearer(&SignedIn::with_token(dead.token));
    let response = add_note(&server, &[("authorization", &token)]).await;
    assert_eq!(response.status, 401);
}
