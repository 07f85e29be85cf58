//! Tests of routes without Leptos: who is signed in, and how much they take.

use axum::{
    body::Body,
    http::{Method, Request},
};

use super::{FORM, bearer, send, start};
use crate::support::TestServer;

#[tokio::test]
async fn handlers_get_the_user_of_the_token_and_never_of_the_cookie() {
    let server = start().await;
    let ada = server.ada().await;
    for method in [Method::GET, Method::POST] {
        let token = [("authorization", &*bearer(&ada))];
        let response = send(&server, method.clone(), "/me", &token).await;
        assert_eq!((response.status.as_u16(), &*response.text()), (200, "ada"));
        let cookie = [("cookie", &*ada.cookie)];
        let response = send(&server, method.clone(), "/me", &cookie).await;
        response.assert_error(401, "invalid_token");
        ada_is_refused_after_her_logout(&server, method).await;
    }
}

async fn ada_is_refused_after_her_logout(server: &TestServer, method: Method) {
    let ada = server.ada_again().await;
    ada.log_out(server).await;
    let token = [("authorization", &*bearer(&ada))];
    send(server, method, "/me", &token)
        .await
        .assert_invalid_token();
}

#[tokio::test]
async fn a_download_takes_the_cookie_and_only_for_reading() {
    let server = start().await;
    let ada = server.ada().await;
    let cookie = ("cookie", &*ada.cookie);
    for site in ["same-origin", "cross-site", "none"] {
        let headers = [cookie, ("sec-fetch-site", site)];
        let response = send(&server, Method::GET, "/download?a=1", &headers).await;
        assert_eq!((response.status.as_u16(), &*response.text()), (200, "ada"));
    }
    let head = send(&server, Method::HEAD, "/download", &[cookie]).await;
    assert_eq!((head.status.as_u16(), head.body.len()), (200, 0));
    let posted = send(&server, Method::POST, "/download", &[cookie]).await;
    posted.assert_error(401, "invalid_token");
    let token = [("authorization", &*bearer(&ada))];
    let by_token = send(&server, Method::GET, "/download", &token).await;
    by_token.assert_error(401, "invalid_token");
    let anonymous = send(&server, Method::GET, "/download?a=1", &[]).await;
    anonymous.assert_error(401, "invalid_token");
    let page = [("accept", "text/html,*/*;q=0.8")];
    let anonymous = send(&server, Method::GET, "/download?a=1", &page).await;
    anonymous.assert_redirect("/login?next=/download%3Fa%3D1");
    ada.log_out(&server).await;
    let signed_out = send(&server, Method::GET, "/download", &[cookie]).await;
    signed_out.assert_error(401, "invalid_token");
    server.app.auth.close().await;
    let unknown = send(&server, Method::GET, "/download", &[cookie]).await;
    unknown.assert_error(503, "unavailable");
}

#[tokio::test]
async fn a_handler_of_the_host_knows_who_has_sent_its_request() {
    let server = start().await;
    let response = send(&server, Method::GET, "/client", &[("user-agent", "curl/8")]).await;
    assert_eq!(response.text(), "192.0.2.1 curl/8");
}

#[tokio::test]
async fn routes_of_the_host_take_larger_bodies_than_ours() {
    let server = start().await;
    let ada = server.ada().await;
    let text = "a".repeat(100_000);
    let request = Request::post("/count")
        .body(Body::from(text.clone()))
        .unwrap();
    assert_eq!(server.send(request).await.text(), "100000");
    let request = Request::post("/host/add")
        .header("authorization", bearer(&ada))
        .header("content-type", FORM)
        .body(Body::from(format!("text={text}")));
    let response = server.send(request.unwrap()).await;
    assert_eq!(response.status, 200);
    let request = Request::post("/count")
        .body(Body::from("a".repeat(3_000_000)))
        .unwrap();
    assert_eq!(server.send(request).await.status, 413, "axum's own limit");
    let ours = Request::post("/api/sessions")
        .header("authorization", bearer(&ada))
        .header("content-type", FORM)
        .body(Body::from(text));
    server
        .send(ours.unwrap())
        .await
        .assert_error(413, "payload_too_large");
}
