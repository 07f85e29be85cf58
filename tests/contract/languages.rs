//! Tests of the language of rendered pages: negotiation, choice and error texts.

use axum::{body::Body, http::Request};

use crate::support::{TestResponse, TestServer, form};

async fn page(server: &TestServer, accepted: &str, cookie: &str) -> TestResponse {
    let request = Request::get("/login")
        .header("accept-language", accepted)
        .header("cookie", cookie);
    server.send(request.body(Body::empty()).unwrap()).await
}

/// `lang` and `dir` of the document, and the language that is selected in the list.
fn rendered_language(page: &TestResponse) -> (String, String, String) {
    let html = page.text();
    let attribute = |tag: &str, name: &str| {
        let (_, value) = tag.split_once(&format!(" {name}=\"")).unwrap();
        value.split('"').next().unwrap().to_owned()
    };
    let root = html.split('<').find(|tag| tag.starts_with("html")).unwrap();
    let selected = html
        .split('<')
        .find(|tag| tag.starts_with("option") && tag.contains(" selected"))
        .unwrap();
    (
        attribute(root, "lang"),
        attribute(root, "dir"),
        attribute(selected, "value"),
    )
}

#[tokio::test]
async fn a_page_is_in_the_chosen_language_or_else_in_the_browsers() {
    let server = TestServer::start().await;
    for (accepted, cookie, language, direction, heading) in [
        ("", "", "en", "ltr", "Sign in"),
        ("fr", "", "en", "ltr", "Sign in"),
        ("de-AT, en;q=0.5", "", "de", "ltr", "Anmelden"),
        ("ar-EG", "", "ar", "rtl", "تسجيل الدخول"),
        ("de", "countersign-language=ar", "ar", "rtl", "تسجيل الدخول"),
        ("de", "countersign-language=fr", "de", "ltr", "Anmelden"),
        (
            "de",
            "countersign-language=<script>",
            "de",
            "ltr",
            "Anmelden",
        ),
        (
            "de",
            "__Host-countersign-language=ar",
            "de",
            "ltr",
            "Anmelden",
        ),
    ] {
        let page = page(&server, accepted, cookie).await;
        assert_eq!(
            rendered_language(&page),
            (language.into(), direction.into(), language.into()),
            "{accepted} {cookie}"
        );
        assert!(
            page.text().contains(&format!("<h1>{heading}<")),
            "{}",
            page.text()
        );
        assert_eq!(page.header("content-language"), Some(language));
        assert_eq!(page.header("vary"), Some("accept-language, cookie"));
    }
}

#[tokio::test]
async fn a_language_choice_is_kept_for_a_year_and_returns_to_the_page() {
    for (url, name, secure) in [
        ("http://login.example", "countersign-language", ""),
        (
            "https://login.example",
            "__Host-countersign-language",
            " Secure;",
        ),
    ] {
        let server = TestServer::start_with(|settings| settings.public.url = url.to_owned()).await;
        let choose = Request::post("/language")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .header("referer", format!("{url}/login?next=/dashboard"))
            .body(Body::from(form(&[("language", "de")])));
        let response = server.send(choose.unwrap()).await;
        response.assert_redirect("/login?next=/dashboard");
        let expected = format!("{name}=de; SameSite=Lax;{secure} Path=/; Max-Age=31536000");
        assert_eq!(response.header("set-cookie"), Some(expected.as_str()));
        assert_eq!(
            rendered_language(&page(&server, "ar", &format!("{name}=de")).await).0,
            "de"
        );
    }
}

#[tokio::test]
async fn a_language_choice_returns_to_the_page_that_the_form_names() {
    let server = TestServer::start().await;
    for (page, to) in [
        ("/reset-password?token=a-b_c", "/reset-password?token=a-b_c"),
        ("//evil.example", "/"),
    ] {
        let fields = [("page", page), ("language", "de")];
        let response = server.post_own_form("/language", &fields, None).await;
        response.assert_redirect(to);
    }
}

#[tokio::test]
async fn unknown_languages_and_cross_site_requests_are_refused() {
    let server = TestServer::start().await;
    for language in ["", "DE", "fr", "de; Path=/x", "de\r\nset-cookie: a=b"] {
        let response = server
            .post_own_form("/language", &[("language", language)], None)
            .await;
        response.assert_error(422, "invalid_input");
        assert_eq!(response.header("set-cookie"), None);
    }
    let foreign = Request::post("/language")
        .header("sec-fetch-site", "cross-site")
        .body(Body::empty());
    server
        .send(foreign.unwrap())
        .await
        .assert_error(403, "cross_site");
}

#[tokio::test]
async fn login_errors_are_in_the_language_of_the_page_and_in_english_for_the_api() {
    let server = TestServer::start().await;
    let fields = [("username", "ada"), ("password", "wrong")];
    let page = server
        .post_own_form("/login", &fields, Some("countersign-language=de"))
        .await;
    assert_eq!(page.status, 401);
    assert!(
        page.text()
            .contains("Benutzername, E-Mail oder Passwort ist falsch."),
        "{}",
        page.text()
    );
    let fields = [("username", "ada"), ("password", "")];
    let page = server
        .post_own_form("/login", &fields, Some("countersign-language=ar"))
        .await;
    assert_eq!(page.status, 422);
    assert!(page.text().contains("أدخل كلمة المرور."), "{}", page.text());
    let response = server
        .post_own_form("/api/login", &fields, Some("countersign-language=ar"))
        .await;
    assert_eq!(response.json()["message"], "Enter a password.");
    assert_eq!(response.json()["reason"], "password_empty");
}
