//! The stylesheet of the pages, which the program serves itself.

use axum::{body::Body, http::Request};

use crate::support::TestServer;

/// The address of the stylesheet in the head of a page.
async fn address(server: &TestServer) -> String {
    let page = server.get("/login").await.text();
    let head = page.split("</head>").next().unwrap();
    let (_, address) = head.split_once("rel=\"stylesheet\" href=\"").unwrap();
    address.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn browsers_keep_the_stylesheet_under_the_hash_of_its_content() {
    let server = TestServer::start().await;
    let address = address(&server).await;
    let (name, hash) = address
        .strip_suffix(".css")
        .unwrap()
        .split_once('.')
        .unwrap();
    assert_eq!((name, hash.len()), ("/countersign", 12));
    let plain = server.get(&address).await;
    assert_eq!(plain.status, 200);
    assert_eq!(
        plain.header("content-type"),
        Some("text/css; charset=utf-8")
    );
    assert_eq!(
        plain.header("cache-control"),
        Some("public, max-age=31536000, immutable")
    );
    assert!(plain.text().contains("--cs-accent:light-dark("));
    assert!(!plain.text().contains("/*"));

    let request = |name, value| {
        let request = Request::get(&address).header(name, value);
        server.send(request.body(Body::empty()).unwrap())
    };
    let compressed = request("accept-encoding", "gzip, br").await;
    assert_eq!(compressed.header("content-encoding"), Some("br"));
    assert!(compressed.body.len() < plain.body.len() / 3);
    let tag = plain.header("etag").unwrap();
    assert_eq!(request("if-none-match", tag).await.status, 304);
    let other = address.replace(hash, "aaaaaaaaaaaa");
    assert_eq!(server.get(&other).await.status, 404);
}

#[tokio::test]
async fn pages_of_users_have_a_second_one_that_the_login_form_does_not_wait_for() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    let login = server.get("/login").await.text();
    assert_eq!(login.matches("rel=\"stylesheet\"").count(), 1);
    let first = address(&server).await;
    let second = first.replace("/countersign.", "/countersign-signed-in.");
    for page in ["/dashboard", "/account", "/account/sessions"] {
        let page = server.get_with_cookie(page, &ada.cookie).await.text();
        let head = page.split("</head>").next().unwrap();
        for address in [&first, &second] {
            assert!(head.contains(&format!("href=\"{address}\"")), "{head}");
        }
    }
    let sheet = server.get(&second).await;
    assert_eq!(sheet.status, 200);
    assert!(sheet.text().contains(".cs-menu"));
}
