use std::fs;

use axum::{body::Body, http::Request};

use crate::support::TestServer;

#[tokio::test]
async fn the_login_form_can_not_put_a_password_into_an_address() {
    let server = TestServer::start().await;
    let page = server.get("/login").await;
    assert_eq!(page.status, 200);
    let html = page.text();
    let form = &html[html.find("<form").unwrap()..html.find("</form>").unwrap()];
    assert!(form.contains(r#"method="post""#), "{form}");
    for field in
        [r#"name="username""#, r#"name="password""#, r#"autocomplete="username""#, r#"autocomplete="current-password""#]
    {
        assert!(form.contains(field), "{field} in {form}");
    }
}

#[tokio::test]
async fn a_guarded_page_comes_without_what_it_guards() {
    let server = TestServer::start().await;
    let page = server.get("/dashboard").await;
    assert_eq!(page.status, 200);
    assert!(!page.text().contains("Hello"), "{}", page.text());
    assert!(!page.text().contains("Sign out"), "{}", page.text());
}

#[tokio::test]
async fn pages_are_never_kept_by_a_browser_or_a_proxy() {
    let server = TestServer::start().await;
    for path in ["/", "/login", "/dashboard", "/no/such/page"] {
        let page = server.get(path).await;
        assert_eq!(page.header("cache-control"), Some("no-store"), "{path}");
        assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"), "{path}");
    }
}

#[tokio::test]
async fn an_unknown_address_is_a_404_page_with_a_way_home() {
    let server = TestServer::start().await;
    for path in ["/no/such/page", "/dashboard/x", "/favicon.ico", "/pkg/", "/%2e%2e/%2e%2e/etc/passwd", "/login%00"] {
        let page = server.get(path).await;
        assert_eq!(page.status, 404, "{path}");
        assert!(page.text().contains("There is nothing at this address"), "{path}");
        assert!(page.text().contains(r#"href="/""#), "{path}");
    }
}

#[tokio::test]
async fn files_are_served_compressed_and_hashed_ones_are_kept_for_ever() {
    let server = TestServer::start().await;
    let pkg = server.data_dir().join("site/pkg");
    fs::create_dir_all(&pkg).unwrap();
    let hashed = "countersign.KYl0tOgq_lmvXMCI6zqJuA.wasm";
    fs::write(pkg.join(hashed), "plain").unwrap();
    fs::write(pkg.join(format!("{hashed}.br")), "brotli").unwrap();
    fs::write(pkg.join(format!("{hashed}.gz")), "gzip").unwrap();
    fs::write(pkg.join("../robots.txt"), "robots").unwrap();

    for (accepted, encoding, body) in
        [("br, gzip", Some("br"), "brotli"), ("gzip", Some("gzip"), "gzip"), ("identity", None, "plain")]
    {
        let request = Request::get(format!("/pkg/{hashed}")).header("accept-encoding", accepted).body(Body::empty());
        let answer = server.send(request.unwrap()).await;
        assert_eq!((answer.header("content-encoding"), answer.text().as_str()), (encoding, body));
        assert_eq!(answer.header("content-type"), Some("application/wasm"));
        assert_eq!(answer.header("cache-control"), Some("public, max-age=31536000, immutable"));
    }
    assert_eq!(server.get("/robots.txt").await.header("cache-control"), Some("no-cache"));
    let absent = server.get("/pkg/countersign.AAAAAAAAAAAAAAAAAAAAAA.wasm").await;
    assert_eq!((absent.status.as_u16(), absent.header("cache-control")), (404, Some("no-store")));
}
