//! Tests of signing in and out with plain forms, without scripts.

use axum::{body::Body, http::Request};

use crate::support::{TestResponse, TestServer};

const ADA: [(&str, &str); 2] = [("username", "ada"), ("password", "analytical engine")];

#[tokio::test]
async fn the_right_password_sets_the_cookie_and_redirects() {
    let server = TestServer::start().await;
    server.add_user("ada", "analytical engine").await;
    let response = server.post_own_form("/login", &ADA, None).await;
    response.assert_redirect("/");
    let cookie = response.cookie().unwrap().0.to_owned();
    assert!(
        server
            .get_with_cookie("/dashboard", &cookie)
            .await
            .text()
            .contains("ada")
    );

    server
        .post_own_form("/login?next=/dashboard%3Ftab%3D2", &ADA, None)
        .await
        .assert_redirect("/dashboard?tab=2");
    server
        .post_own_form("/login?next=//evil.example", &ADA, None)
        .await
        .assert_redirect("/");
}

#[tokio::test]
async fn the_form_is_read_as_the_server_function_reads_it() {
    let server = TestServer::start().await;
    server.add_user("ada", "analytical engine").await;
    for (media_type, remember, is_read) in [
        ("Application/X-WWW-Form-URLencoded", "", true),
        ("application/x-www-form-urlencoded;charset=UTF-8", "", true),
        ("application/x-www-form-urlencoded", "&remember=", true),
        ("application/x-www-form-urlencoded", "&remember=false", true),
        ("application/x-www-form-urlencoded", "&remember=on", false),
    ] {
        for (path, right) in [("/api/login", 200), ("/login", 303)] {
            let request = Request::post(path)
                .header("content-type", media_type)
                .header("sec-fetch-site", "same-origin");
            let fields = format!("username=ada&password=analytical+engine{remember}");
            let response = server.send(request.body(fields.into()).unwrap()).await;
            let expected = if is_read { right } else { 422 };
            assert_eq!(response.status, expected, "{path} {media_type} {remember}");
            let is_remembered = response
                .cookie()
                .is_some_and(|(_, attributes)| attributes.iter().any(|a| a.starts_with("Max-Age")));
            assert!(!is_remembered, "{path} {remember}");
        }
    }
}

#[tokio::test]
async fn the_address_after_a_sign_in_is_percent_encoded() {
    let server = TestServer::start().await;
    server.add_user("ada", "analytical engine").await;
    for (next, location) in [
        ("/%E3%80%82x", "/%E3%80%82x"),
        ("/+/x", "/%20/x"),
        ("/a%20b?c=%22d%3E", "/a%20b?c=%22d%3E"),
        ("/a%2520b", "/a%20b"),
    ] {
        let path = format!("/login?next={next}");
        let response = server.post_own_form(&path, &ADA, None).await;
        response.assert_redirect(location);
    }
}

#[tokio::test]
async fn a_wrong_password_shows_the_form_again_with_the_error_and_the_user_name() {
    let server = TestServer::start().await;
    server.add_user("ada", "analytical engine").await;
    for name in ["ada", "nobody"] {
        let fields = [("username", name), ("password", "canary-password")];
        let page = server
            .post_own_form("/login?next=/dashboard%3Ftab%3D2", &fields, None)
            .await;
        assert_eq!(page.status, 401);
        assert_eq!(
            page.header("content-type"),
            Some("text/html; charset=utf-8")
        );
        let html = page.text();
        assert!(
            html.contains("The user name, e-mail or password is wrong."),
            "{html}"
        );
        assert!(html.contains(&format!(r#"value="{name}""#)), "{html}");
        assert!(html.contains("next=/dashboard%3Ftab%3D2"), "{html}");
        assert!(!html.contains("canary"), "{html}");
        assert_eq!(page.cookie(), None);
    }
}

#[tokio::test]
async fn the_page_of_a_form_leads_to_where_it_was_asked_to() {
    let server = TestServer::start().await;
    for (next, action) in [
        (
            "?next=/a%252Fb%3Fq%3Dc%2526d%253De",
            "?next=/a%252Fb%3Fq%3Dc%2526d%253De",
        ),
        (&format!("?next=/{}", "'".repeat(2048)), "?next=/dashboard"),
    ] {
        let page = server.get(&format!("/login{next}")).await.text();
        let action = format!(r#"action="/login{action}""#);
        assert!(page.contains(&action), "{next} {page}");
    }
}

#[tokio::test]
async fn invalid_input_shows_the_form_again_with_the_reason() {
    let server = TestServer::start().await;
    for (fields, reason) in [
        (&[][..], "Enter your user name or e-mail."),
        (&[("username", "ada")], "Enter your password."),
        (
            &[
                ("username", "<script>alert(1)</script>\u{0}"),
                ("password", "x"),
            ],
            "User name: invalid characters.",
        ),
    ] {
        let page = server.post_own_form("/login", fields, None).await;
        assert_eq!(page.status, 422);
        let html = page.text();
        assert!(html.contains(reason), "{html}");
        assert!(!html.contains("<script>alert"), "{html}");
    }
}

#[tokio::test]
async fn keep_me_signed_in_sets_a_persistent_cookie() {
    let server = TestServer::start().await;
    server.add_user("ada", "analytical engine").await;
    let fields = [ADA[0], ADA[1], ("remember", "true")];
    let response = server.post_own_form("/login", &fields, None).await;
    assert!(
        response.cookie().unwrap().1.contains(&"Max-Age=1209600"),
        "{:?}",
        response.cookie()
    );
}

#[tokio::test]
async fn signing_out_ends_the_session_and_clears_the_browser() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    let response = server
        .post_own_form("/logout", &[], Some(&ada.cookie))
        .await;
    response.assert_redirect("/login?signed-out");
    assert!(response.cookie().unwrap().1.contains(&"Max-Age=0"));
    assert_eq!(response.header("clear-site-data"), Some("\"storage\""));
    ada.assert_over(&server).await;
    assert!(
        server
            .get("/login?signed-out")
            .await
            .text()
            .contains("You are signed out.")
    );
    server
        .post_own_form("/logout", &[], Some(&ada.cookie))
        .await
        .assert_redirect("/login?signed-out");
    server
        .post_own_form("/logout", &[], None)
        .await
        .assert_redirect("/login");
}

#[tokio::test]
async fn plain_forms_have_the_same_size_limit_as_server_functions() {
    let server = TestServer::start().await;
    let long = "x".repeat(20_000);
    server
        .post_own_form("/login", &[("username", &long)], None)
        .await
        .assert_error(413, "payload_too_large");
}

#[tokio::test]
async fn plain_forms_sign_nobody_in_or_out_while_the_database_is_down() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    server.app.auth.close().await;
    let page = server
        .post_own_form("/login", &ADA, Some(&ada.cookie))
        .await;
    assert_eq!(page.status, 503);
    assert!(page.text().contains("answer right now"), "{}", page.text());
    assert_eq!(page.cookie(), None);
    let response = server
        .post_own_form("/logout", &[], Some(&ada.cookie))
        .await;
    response.assert_redirect("/login");
    assert_eq!(response.cookie(), None, "the cookie still names a session");
}

#[tokio::test]
async fn a_plain_sign_out_that_cannot_be_written_is_finished_by_a_later_request() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    let mut database = server.connect().await;
    database.lock_sessions().await;

    let response = server
        .post_own_form("/logout", &[], Some(&ada.cookie))
        .await;
    response.assert_redirect("/login");
    let note = response
        .headers
        .get_all("set-cookie")
        .iter()
        .find_map(|cookie| {
            let cookie = cookie.to_str().unwrap();
            cookie
                .starts_with("countersign-pending-logout=1; ")
                .then_some(cookie)
        })
        .expect("the browser keeps the sign-out");
    assert!(
        !note.contains("HttpOnly"),
        "the page has to read it: {note}"
    );
    let cookies = format!("{}; countersign-pending-logout=1", ada.cookie);
    let page = server.get_with_cookie("/login", &cookies).await;
    assert_eq!(page.status, 503);
    assert!(
        page.text().contains("The server has not confirmed it yet"),
        "{}",
        page.text()
    );
    ada.assert_accepted(&server).await;

    database.unlock().await;
    let page = server.get_with_cookie("/login", &cookies).await;
    assert!(
        page.text().contains("You are signed out."),
        "{}",
        page.text()
    );
    ada.assert_over(&server).await;
}

/// Sends a request as a browser does when a person follows a link or sends a form.
async fn navigate(
    server: &TestServer,
    method: &str,
    path: &str,
    site: &str,
    body: impl Into<Body>,
) -> TestResponse {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("accept", "text/html,application/xhtml+xml,*/*;q=0.8")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", site);
    server.send(request.body(body.into()).unwrap()).await
}

#[tokio::test]
async fn people_get_a_page_with_a_way_on_when_a_form_is_refused() {
    let server = TestServer::start().await;
    let long = "x=".to_owned() + &"x".repeat(20_000);
    let foreign = "did not come from this site";
    for (method, path, site, body, status, text) in [
        ("GET", "/logout", "none", "", 405, "nothing at this address"),
        ("GET", "/theme", "none", "", 405, "nothing at this address"),
        (
            "GET",
            "/language?x",
            "none",
            "",
            405,
            "nothing at this address",
        ),
        ("POST", "/logout", "cross-site", "", 403, foreign),
        ("POST", "/theme", "same-site", "theme=dark", 403, foreign),
        ("POST", "/login", "cross-site", "username=ada", 403, foreign),
        ("POST", "/logout", "same-origin", &long, 413, "too large"),
        ("POST", "/login", "same-origin", &long, 413, "max. 256"),
        ("POST", "/logout", "same-origin", "%ff", 422, "out of date"),
        (
            "POST",
            "/theme",
            "same-origin",
            "theme=sepia",
            422,
            "out of date",
        ),
        ("POST", "/language", "same-origin", "", 422, "out of date"),
        (
            "POST",
            "/login",
            "same-origin",
            "remember=1",
            422,
            "out of date",
        ),
    ] {
        let page = navigate(&server, method, path, site, body.to_owned()).await;
        let html = page.text();
        assert_eq!(page.status, status, "{method} {path}: {html}");
        let content_type = page.header("content-type");
        assert_eq!(
            content_type,
            Some("text/html; charset=utf-8"),
            "{method} {path}"
        );
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.contains("script-src"), "{policy}");
        assert!(html.contains(text), "{method} {path}: {html}");
        let way_on = if path == "/login" {
            "<form"
        } else {
            "href=\"/\""
        };
        assert!(html.contains(way_on), "{method} {path}: {html}");
        assert_eq!(page.header("allow"), (status == 405).then_some("POST"));
    }
}

#[tokio::test]
async fn programs_get_json_when_a_form_is_refused() {
    let server = TestServer::start().await;
    for accept in ["", "*/*", "application/json", "text/html;q=0, */*"] {
        let request = Request::get("/logout").header("accept", accept);
        let response = server.send(request.body(Body::empty()).unwrap()).await;
        response.assert_error(405, "method_not_allowed");
    }
}

#[tokio::test]
async fn people_get_json_from_the_api_all_the_same() {
    let server = TestServer::start().await;
    let response = navigate(&server, "POST", "/api/logout", "cross-site", "").await;
    response.assert_error(403, "cross_site");
}
