//! Light, dark, or what the system has: remembered in a cookie, and right at the first byte.

use axum::{body::Body, http::Request};

use crate::support::{Answer, TestServer, form};

async fn choose(server: &TestServer, theme: &str, referer: Option<&str>) -> Answer {
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

/// The opening tag of the document, and whether the button of a theme is pressed.
async fn shown(server: &TestServer, cookie: &str) -> (String, Vec<bool>) {
    let html = server.get_with_cookie("/login", cookie).await.text();
    let root = html
        .split('<')
        .find(|tag| tag.starts_with("html"))
        .unwrap()
        .trim()
        .to_owned();
    let buttons = html.split('<').filter(|tag| tag.contains("name=\"theme\""));
    (
        root,
        buttons
            .map(|tag| tag.contains("aria-pressed=\"true\""))
            .collect(),
    )
}

#[tokio::test]
async fn a_page_comes_in_the_theme_that_was_chosen() {
    let server = TestServer::start().await;
    for (cookie, theme, pressed) in [
        ("", "system", [true, false, false]),
        ("countersign-theme=light", "light", [false, true, false]),
        ("a=b; countersign-theme=dark", "dark", [false, false, true]),
        ("countersign-theme=sepia", "system", [true, false, false]),
        (
            "countersign-theme=\"dark\" onload=\"x\"",
            "system",
            [true, false, false],
        ),
        ("countersign-theme=<script>", "system", [true, false, false]),
        (
            "__Host-countersign-theme=dark",
            "system",
            [true, false, false],
        ),
    ] {
        let (root, buttons) = shown(&server, cookie).await;
        assert!(
            root.ends_with(&format!(" data-theme=\"{theme}\">")),
            "{cookie}: {root}"
        );
        assert_eq!(buttons, pressed, "{cookie}");
    }
}

#[tokio::test]
async fn a_choice_is_remembered_for_a_year_and_the_systems_is_none() {
    for (url, name, secure) in [
        ("http://login.example", "countersign-theme", ""),
        (
            "https://login.example",
            "__Host-countersign-theme",
            " Secure;",
        ),
    ] {
        let server = TestServer::start_with(|settings| settings.public_url = url.to_owned()).await;
        let answer = choose(&server, "dark", None).await;
        answer.assert_redirect("/");
        let expected = format!("{name}=dark; SameSite=Lax;{secure} Path=/; Max-Age=31536000");
        assert_eq!(answer.header("set-cookie"), Some(expected.as_str()));
        let answer = choose(&server, "system", None).await;
        assert!(
            answer
                .header("set-cookie")
                .unwrap()
                .ends_with("; Max-Age=0"),
            "{answer:?}"
        );
        let (root, _) = shown(&server, &format!("{name}=dark")).await;
        assert!(root.contains("\"dark\""), "{root}");
    }
}

#[tokio::test]
async fn the_browser_comes_back_to_the_page_where_it_chose_and_never_to_another_site() {
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
async fn what_is_no_theme_is_refused_and_so_is_another_site() {
    let server = TestServer::start().await;
    for theme in [
        "",
        "Dark",
        "sepia",
        "dark; Path=/x",
        "dark\r\nset-cookie: a=b",
    ] {
        let answer = choose(&server, theme, None).await;
        answer.assert_error(422, "invalid_input");
        assert_eq!(answer.header("set-cookie"), None);
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
async fn the_page_after_a_failed_plain_sign_in_keeps_the_theme() {
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
