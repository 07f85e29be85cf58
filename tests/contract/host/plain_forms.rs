//! Tests of forms for the server functions of the application, sent by a browser without scripts.

use super::{FUNCTIONS, call, start};
use crate::support::{SignedIn, TestResponse, TestServer};

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
    let token = super::bearer(&SignedIn::with_token(dead.token));
    let response = add_note(&server, &[("authorization", &token)]).await;
    assert_eq!(response.status, 401);
}
