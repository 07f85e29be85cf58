//! Tests of the colour theme: it is kept in a cookie and present in the rendered page.

use axum::{body::Body, http::Request};

use crate::support::{TestResponse, TestServer, form};

async fn choose(server: &TestServer, theme: &str, referer: Option<&str>) -> TestResponse {
    let mut request = Request::post("/theme")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin");
    if let Some(referer) = referer {
        request = request.header("referer", referer);
    }
    server
        .send(request.body(Body::from(form(&[("theme", theme)]))).unwrap())
        .await
}

/// The `html` tag of the document, and the theme that its button chooses.
async fn rendered_theme(server: &TestServer, cookie: &str) -> (String, String) {
    let html = server.get_with_cookie("/login", cookie).await.text();
    let root = html
        .split('<')
        .find(|tag| tag.starts_with("html"))
        .unwrap()
        .trim()
        .to_owned();
    let (_, button) = html.split_once("name=\"theme\" value=\"").unwrap();
    (root, button.split('"').next().unwrap().to_owned())
}

#[tokio::test]
async fn a_page_is_rendered_in_the_chosen_theme() {
    let server = TestServer::start().await;
    for (cookie, theme, next) in [
        ("", "system", "light"),
        ("countersign-theme=light", "light", "dark"),
        ("a=b; countersign-theme=dark", "dark", "system"),
        ("countersign-theme=sepia", "system", "light"),
        ("countersign-theme=\"dark\" onload=\"x\"", "system", "light"),
        ("countersign-theme=<script>", "system", "light"),
        ("__Host-countersign-theme=dark", "system", "light"),
    ] {
        let (root, button) = rendered_theme(&server, cookie).await;
        assert!(
            root.contains(&format!(" data-theme=\"{theme}\"")),
            "{cookie}: {root}"
        );
        assert_eq!(button, next, "{cookie}");
    }
}

#[tokio::test]
async fn a_theme_choice_is_kept_for_a_year_and_the_system_theme_clears_it() {
    for (url, name, secure) in [
        ("http://login.example", "countersign-theme", ""),
        (
            "https://login.example",
            "__Host-countersign-theme",
            " Secure;",
        ),
    ] {
        let server = TestServer::start_with(|settings| settings.public.url = url.to_owned()).await;
        let response = choose(&server, "dark", None).await;
        response.assert_redirect("/");
        let expected = format!("{name}=dark; SameSite=Lax;{secure} Path=/; Max-Age=31536000");
        assert_eq!(response.header("set-cookie"), Some(expected.as_str()));
        let response = choose(&server, "system", None).await;
        assert!(
            response
                .header("set-cookie")
                .unwrap()
                .ends_with("; Max-Age=0"),
            "{response:?}"
        );
        let (root, _) = rendered_theme(&server, &format!("{name}=dark")).await;
        assert!(root.contains("\"dark\""), "{root}");
    }
}

#[tokio::test]
async fn a_theme_choice_returns_to_the_same_page_and_never_to_another_site() {
    let server = TestServer::start().await;
    for (referer, to) in [
        ("http://127.0.0.1:3000/dashboard?tab=2", "/dashboard?tab=2"),
        (
            "http://127.0.0.1:3000/login?next=/dashboard",
            "/login?next=/dashboard",
        ),
        ("http://127.0.0.1:3000/login", "/login"),
        ("https://evil.example//evil.example/x", "/"),
        ("https://evil.example/\\evil.example", "/"),
        ("https://evil.example/.//evil.example", "/"),
        ("//evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("about:blank", "/"),
        ("", "/"),
    ] {
        choose(&server, "dark", Some(referer))
            .await
            .assert_redirect(to);
    }
}

#[tokio::test]
async fn a_form_may_say_itself_which_page_it_is_on() {
    let server = TestServer::start().await;
    for (page, to) in [
        ("/reset-password?token=a-b_c", "/reset-password?token=a-b_c"),
        ("/login?next=/dashboard", "/login?next=/dashboard"),
        ("/account/password", "/account/password"),
        ("/caf\u{e9}", "/caf%C3%A9"),
        ("//evil.example", "/dashboard"),
        ("/\\evil.example", "/dashboard"),
        ("/.//evil.example", "/dashboard"),
        ("/\r\nset-cookie: a=b", "/dashboard"),
        ("https://evil.example/", "/dashboard"),
        ("", "/dashboard"),
    ] {
        let choose = Request::post("/theme")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .header("referer", "http://127.0.0.1:3000/dashboard")
            .body(Body::from(form(&[("page", page), ("theme", "dark")])));
        let response = server.send(choose.unwrap()).await;
        response.assert_redirect(to);
    }
}

#[tokio::test]
async fn the_forms_on_the_page_of_a_link_lead_back_to_it_without_its_referer() {
    let server = TestServer::start().await;
    let field = "name=\"page\" value=\"/reset-password?token=a-b_c\"";
    let html = server.get("/reset-password?token=a-b_c").await.text();
    assert_eq!(html.matches(field).count(), 2, "{html}");
    let html = server.get("/login").await.text();
    assert!(!html.contains("name=\"page\""), "{html}");
}

#[tokio::test]
async fn unknown_themes_and_cross_site_requests_are_refused() {
    let server = TestServer::start().await;
    for theme in [
        "",
        "Dark",
        "sepia",
        "dark; Path=/x",
        "dark\r\nset-cookie: a=b",
    ] {
        let response = choose(&server, theme, None).await;
        response.assert_error(422, "invalid_input");
        assert_eq!(response.header("set-cookie"), None);
    }
    server
        .post_own_form("/theme", &[], None)
        .await
        .assert_error(422, "invalid_input");
    server
        .get("/theme")
        .await
        .assert_error(405, "method_not_allowed");
    let foreign = Request::post("/theme")
        .header("sec-fetch-site", "cross-site")
        .body(Body::empty());
    server
        .send(foreign.unwrap())
        .await
        .assert_error(403, "cross_site");
}

#[tokio::test]
async fn the_login_page_with_an_error_keeps_the_theme() {
    let server = TestServer::start().await;
    let fields = [("username", "ada"), ("password", "wrong")];
    let page = server
        .post_own_form("/login", &fields, Some("countersign-theme=dark"))
        .await;
    assert_eq!(page.status, 401);
    assert!(
        page.text().contains("data-theme=\"dark\""),
        "{}",
        page.text()
    );
}
