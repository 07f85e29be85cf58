//! Tests of pages for users alone, and of the way to them.

use std::sync::atomic::Ordering;

use super::{application, start};

#[tokio::test]
async fn a_guarded_page_of_the_host_is_rendered_for_its_user_alone() {
    let server = start().await;
    let ada = server.ada().await;
    let page = server.get_with_cookie("/notes", &ada.cookie).await;
    assert_eq!(page.status, 200);
    let text = page.text();
    assert!(text.contains("guarded text"), "{text}");
    assert!(text.contains("ada: listed"), "{text}");
    assert_eq!(page.header("cache-control"), Some("no-store, no-transform"));
    assert!(
        page.header("content-security-policy")
            .unwrap()
            .contains("'nonce-")
    );
    assert_eq!(page.header("countersign-page"), None);
    for cookie in ["", "countersign=forged"] {
        let nobody = server.get_with_cookie("/notes?a=1", cookie).await;
        nobody.assert_redirect("/login?next=/notes%3Fa%3D1");
        assert_eq!(nobody.header("countersign-page"), None);
    }
    server.app.auth.close().await;
    let unknown = server.get_with_cookie("/notes", &ada.cookie).await;
    assert_eq!(unknown.status, 503);
    assert!(!unknown.text().contains("guarded text"));
}

#[tokio::test]
async fn a_view_below_a_guard_is_called_for_users_alone() {
    let server = start().await;
    let ada = server.ada().await;
    let called = || application::GUARDED_VIEWS.load(Ordering::SeqCst);
    for (path, views) in [("/team/members", 2), ("/open/members", 1)] {
        let before = called();
        let nobody = server.get_with_cookie(path, "").await;
        nobody.assert_redirect(&format!("/login?next={path}"));
        assert_eq!(called(), before, "{path}");
        let page = server.get_with_cookie(path, &ada.cookie).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(
            page.text().contains("guarded text"),
            "{path}: {}",
            page.text()
        );
        assert_eq!(called(), before + views, "{path}");
    }
    server.app.auth.close().await;
    for path in ["/team/members", "/open/members"] {
        let before = called();
        let unknown = server.get_with_cookie(path, &ada.cookie).await;
        assert_eq!(unknown.status, 503, "{path}");
        assert!(!unknown.text().contains("guarded text"), "{path}");
        assert_eq!(called(), before, "{path}");
    }
}

#[tokio::test]
async fn a_sign_in_leads_to_the_page_that_the_host_names() {
    let server = start().await;
    let ada = server.ada().await;
    let page = server.get("/login").await.text();
    assert!(page.contains("Notes of the host"), "{page}");
    assert!(page.contains(r#"action="/login?next=/notes""#), "{page}");
    let page = server.get("/login?next=/team").await.text();
    assert!(page.contains(r#"action="/login?next=/team""#), "{page}");
    let signed_in = server.get_with_cookie("/login", &ada.cookie).await;
    signed_in.assert_redirect("/notes");
    let fields = [("username", "ada"), ("password", "analytical engine")];
    let without_next = server.post_own_form("/login", &fields, None).await;
    without_next.assert_redirect("/");
}
