//! Tests of signing in and out with plain forms, without scripts.

use crate::support::TestServer;

const ADA: [(&str, &str); 2] = [("username", "ada"), ("password", "analytical engine")];

#[tokio::test]
async fn the_right_password_sets_the_cookie_and_redirects() {
    let server = TestServer::start().await;
    server.add_user("ada", "analytical engine").await;
    let response = server.post_own_form("/login", &ADA, None).await;
    response.assert_redirect("/dashboard");
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
        .assert_redirect("/dashboard");
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
            html.contains("The user name or the password is wrong."),
            "{html}"
        );
        assert!(html.contains(&format!(r#"value="{name}""#)), "{html}");
        assert!(html.contains("next=/dashboard%3Ftab%3D2"), "{html}");
        assert!(!html.contains("canary"), "{html}");
        assert_eq!(page.cookie(), None);
    }
}

#[tokio::test]
async fn invalid_input_shows_the_form_again_with_the_reason() {
    let server = TestServer::start().await;
    for (fields, reason) in [
        (&[][..], "Enter a user name."),
        (&[("username", "ada")], "Enter a password."),
        (
            &[
                ("username", "<script>alert(1)</script>\u{0}"),
                ("password", "x"),
            ],
            "can&#x27;t have",
        ),
    ] {
        let page = server.post_own_form("/login", fields, None).await;
        assert_eq!(page.status, 422);
        let html = page.text();
        assert!(
            html.contains(reason) || html.contains(&reason.replace("&#x27;", "'")),
            "{html}"
        );
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
    for (path, fields) in [("/login", &ADA[..]), ("/logout", &[])] {
        let page = server.post_own_form(path, fields, Some(&ada.cookie)).await;
        assert_eq!(page.status, 503, "{path}");
        assert!(page.text().contains("answer right now"), "{}", page.text());
        assert_eq!(page.cookie(), None);
    }
}
