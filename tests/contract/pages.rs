//! Tests of rendered pages, their redirects, and static files.

use std::time::Duration;

use axum::{body::Body, http::Request};
use tokio::{task::spawn_blocking, time::timeout};

use crate::support::{TestResponse, TestServer};

#[tokio::test]
async fn the_login_form_cannot_put_a_password_into_the_url() {
    let server = TestServer::start().await;
    let page = server.get("/login").await;
    assert_eq!(page.status, 200);
    let html = page.text();
    let form = &html[html.find("<form").unwrap()..html.find("</form>").unwrap()];
    assert!(form.contains(r#"method="post""#), "{form}");
    for field in [
        r#"name="username""#,
        r#"name="password""#,
        r#"autocomplete="username""#,
        r#"autocomplete="current-password""#,
    ] {
        assert!(form.contains(field), "{field} in {form}");
    }
}

#[tokio::test]
async fn a_signed_out_visitor_of_a_guarded_page_gets_an_empty_303() {
    let server = TestServer::start().await;
    for (path, to) in [
        ("/dashboard", "/login?next=/dashboard"),
        (
            "/dashboard?tab=2&x=é",
            "/login?next=/dashboard%3Ftab%3D2%26x%3D%C3%A9",
        ),
        ("/account/password", "/login?next=/account/password"),
        ("/", "/login"),
    ] {
        let path = path.replace('é', "%C3%A9");
        let to = to.replace("%C3%A9", "%25C3%25A9");
        server.get(&path).await.assert_redirect(&to);
    }
    for cookie in [
        "countersign=x",
        "countersign=0.0.x",
        "countersign=",
        "countersign",
    ] {
        server
            .get_with_cookie("/dashboard", cookie)
            .await
            .assert_redirect("/login?next=/dashboard");
    }
}

#[tokio::test]
async fn a_page_is_rendered_for_the_signed_in_user_without_secrets() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    let page = server.get_with_cookie("/dashboard", &ada.cookie).await;
    assert_eq!(page.status, 200);
    assert!(
        page.text().contains("Hello, <bdi><span>ada"),
        "{}",
        page.text()
    );
    for secret in [ada.token.as_str(), ada.cookie.split_once('=').unwrap().1] {
        assert!(!page.text().contains(secret));
    }
    server
        .get_with_cookie("/", &ada.cookie)
        .await
        .assert_redirect("/dashboard");
}

#[tokio::test]
async fn a_signed_in_visitor_of_the_login_page_is_redirected_within_this_site_only() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    for (next, to) in [
        ("", "/dashboard"),
        ("?next=/dashboard?tab=2", "/dashboard?tab=2"),
        ("?next=/a%252Fb%3Fq%3Dc%2526d%253De", "/a%2Fb?q=c%26d%3De"),
        (&format!("?next=/{}", "a".repeat(2048)), "/dashboard"),
        ("?next=//evil.example", "/dashboard"),
        ("?next=%2F%2Fevil.example", "/dashboard"),
        ("?next=/%5Cevil.example", "/dashboard"),
        ("?next=/%09/evil.example", "/dashboard"),
        ("?next=https:evil.example", "/dashboard"),
        ("?next=javascript:alert(1)", "/dashboard"),
        ("?next=/x%0d%0aset-cookie:a=b", "/dashboard"),
        ("?next=/login", "/dashboard"),
    ] {
        server
            .get_with_cookie(&format!("/login{next}"), &ada.cookie)
            .await
            .assert_redirect(to);
    }
}

#[tokio::test]
async fn a_page_whose_session_cannot_be_checked_is_503_and_shows_no_user_data() {
    let server = TestServer::start().await;
    // No nonce and no hash in a page can contain this name.
    let account = server.add_user("wilhelmina", "analytical engine").await;
    let user = server.log_in(&account).await;
    server.app.auth.close().await;
    server
        .get_with_cookie("/", &user.cookie)
        .await
        .assert_redirect("/dashboard");
    for path in ["/dashboard", "/login"] {
        let page = server.get_with_cookie(path, &user.cookie).await;
        assert_eq!(page.status, 503, "{path}");
        assert!(
            !page.text().contains("wilhelmina"),
            "{path}: {}",
            page.text()
        );
    }
}

#[tokio::test]
async fn pages_are_never_cached_by_a_browser_or_a_proxy() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    for (path, cookie) in [
        ("/login", ""),
        ("/dashboard", ada.cookie.as_str()),
        ("/no/such/page", ""),
    ] {
        let page = server.get_with_cookie(path, cookie).await;
        assert_eq!(
            page.header("cache-control"),
            Some("no-store, no-transform"),
            "{path}"
        );
        assert_eq!(
            page.header("content-type"),
            Some("text/html; charset=utf-8"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn an_unknown_path_gets_a_404_page_with_a_link_home() {
    let server = TestServer::start().await;
    for path in [
        "/no/such/page",
        "/dashboards",
        "/dashboard/below",
        "/favicon.ico",
        "/pkg/",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/login%00",
    ] {
        let page = server.get(path).await;
        assert_eq!(page.status, 404, "{path}");
        assert!(
            page.text().contains("There is nothing at this address"),
            "{path}"
        );
        assert!(page.text().contains(r#"href="/""#), "{path}");
    }
}

#[tokio::test]
async fn files_are_served_compressed_and_hashed_ones_are_immutable() {
    let hashed = "countersign.KYl0tOgq_lmvXMCI6zqJuA.wasm";
    let [plain, br, gz] = ["", ".br", ".gz"].map(|ending| format!("pkg/{hashed}{ending}"));
    let files = [
        (&*plain, "plain"),
        (&*br, "brotli"),
        (&*gz, "gzip"),
        ("robots.txt", "robots"),
    ];
    let server = TestServer::start_with_site(&files).await;

    for (accepted, encoding, body) in [
        ("br, gzip", Some("br"), "brotli"),
        ("gzip", Some("gzip"), "gzip"),
        ("identity", None, "plain"),
    ] {
        let request = Request::get(format!("/pkg/{hashed}"))
            .header("accept-encoding", accepted)
            .body(Body::empty());
        let response = server.send(request.unwrap()).await;
        assert_eq!(
            (
                response.header("content-encoding"),
                response.text().as_str()
            ),
            (encoding, body)
        );
        assert_eq!(response.header("content-type"), Some("application/wasm"));
        assert_eq!(
            response.header("cache-control"),
            Some("public, max-age=31536000, immutable")
        );
    }
    assert_eq!(
        server.get("/robots.txt").await.header("cache-control"),
        Some("no-cache")
    );
    assert_eq!(
        server.post_form("/robots.txt", &[]).await.header("allow"),
        Some("GET, HEAD")
    );
    let absent = server
        .get("/pkg/countersign.AAAAAAAAAAAAAAAAAAAAAA.wasm")
        .await;
    assert_eq!(
        (absent.status.as_u16(), absent.header("cache-control")),
        (404, Some("no-store, no-transform"))
    );
}

/// The nonce of a page, and the page with each occurrence of the nonce replaced by a fixed word.
fn nonce_and_page(response: &TestResponse) -> (String, String) {
    let policy = response.header("content-security-policy").unwrap();
    let nonce = policy
        .split_once("'nonce-")
        .unwrap()
        .1
        .split_once('\'')
        .unwrap()
        .0
        .to_owned();
    let page = response.text();
    assert!(
        page.matches(&nonce).count() > 1,
        "the scripts do not have the nonce"
    );
    (nonce.clone(), page.replace(&nonce, "NONCE"))
}

#[tokio::test]
async fn the_login_page_is_the_same_for_everybody_except_for_its_nonce() {
    let server = TestServer::start().await;
    for address in ["/login", "/login?signed-out"] {
        let pages = [
            server.get(address).await,
            server.get(address).await,
            server.get(address).await,
        ];
        let [first, second, third] = pages.each_ref().map(nonce_and_page);
        assert_eq!((&first.1, &second.1), (&second.1, &third.1));
        assert!(
            first.0 != second.0 && second.0 != third.0 && first.0 != third.0,
            "a nonce was used twice"
        );
        let headers = pages.each_ref().map(|page| {
            let mut headers = page.headers.clone();
            headers.remove("content-security-policy");
            headers
                .remove("content-security-policy-report-only")
                .map(|_| headers)
        });
        assert!(
            headers
                .iter()
                .all(|other| other.is_some() && *other == headers[0]),
            "{headers:?}"
        );
    }
    assert!(server.get("/login?signed-out").await.text() != server.get("/login").await.text());
}

#[tokio::test]
async fn input_of_one_visitor_never_appears_on_the_login_page_of_another() {
    let server = TestServer::start().await;
    let next = server
        .get("/login?next=/dashboard?mine=wilhelmina")
        .await
        .text();
    assert!(next.contains("wilhelmina"));
    let form = [
        ("username", "somebody-wilhelmina"),
        ("password", "wrong password"),
    ];
    assert!(
        server
            .post_own_form("/login", &form, None)
            .await
            .text()
            .contains("somebody-wilhelmina")
    );
    for address in ["/login", "/login?signed-out", "/login?next=/dashboard"] {
        assert!(
            !server.get(address).await.text().contains("wilhelmina"),
            "{address}"
        );
    }
}

#[tokio::test]
async fn a_page_with_a_slash_too_many_is_a_308_to_its_own_address() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    for (path, location) in [
        ("/login/", "/login"),
        ("/dashboard/", "/dashboard"),
        ("/forgot-password/?sent", "/forgot-password?sent"),
        ("/account/password/", "/account/password"),
        (
            "/login/?next=/dashboard%3Fa&b=//evil.example/",
            "/login?next=/dashboard%3Fa&b=//evil.example/",
        ),
        ("/dashboard/?", "/dashboard?"),
    ] {
        for cookie in ["", &*ada.cookie] {
            let response = server.get_with_cookie(path, cookie).await;
            assert_eq!(response.status, 308, "{path}");
            assert_eq!(response.header("location"), Some(location));
            assert_eq!(response.body.len(), 0);
        }
    }
}

#[tokio::test]
async fn an_address_that_is_not_found_is_never_one_of_our_pages() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    for path in [
        "//evil.example/",
        "/dashboard//",
        "//dashboard",
        "//dashboard/",
        "/login//",
        "//login",
        "/%64ashboard",
        "/%6Cogin/",
        "/Dashboard",
        "/dashboard/x",
        "/dashboard;x",
        "/dashboard%2F",
        "/dashboard%20",
    ] {
        let response = server.get_with_cookie(path, &ada.cookie).await;
        assert_eq!(response.status, 404, "{path}");
        let text = response.text();
        assert!(
            text.contains("There is nothing at this address"),
            "{path}: {text}"
        );
    }
}

#[tokio::test]
async fn a_page_is_rendered_while_another_server_starts_in_the_same_process() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    let options = server.settings.leptos.clone();
    let starting = spawn_blocking(move || {
        for _ in 0..2000 {
            drop(countersign::router(&options).unwrap());
        }
    });
    while !starting.is_finished() {
        let page = server.get_with_cookie("/dashboard", &ada.cookie);
        let page = timeout(Duration::from_secs(20), page).await.unwrap();
        assert!(page.text().contains("Signed in"), "{}", page.text());
    }
}
