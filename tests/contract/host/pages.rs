//! Tests of the look and the texts of our pages in an application.

use axum::{body::Body, http::Request};

use super::start;

#[tokio::test]
async fn pages_of_the_host_have_our_stylesheet_and_one_main_element() {
    let server = start().await;
    let page = server.get("/login").await.text();
    let (head, body) = page.split_once("</head>").unwrap();
    let (_, address) = head.split_once("href=\"/countersign.").unwrap();
    let address = address.split('"').next().unwrap();
    let stylesheet = server.get(&format!("/countersign.{address}")).await;
    assert_eq!(stylesheet.status, 200);
    // The application has one around its routes.
    assert_eq!(body.matches("<main").count(), 1);
}

#[tokio::test]
async fn pages_have_what_the_host_puts_into_them() {
    let server = start().await;
    let page = server.get("/login").await.text();
    for text in [
        "<img src=\"/logo.svg\" alt=\"\">",
        "Notes of the host",
        "<a href=\"/help\">Help",
        "Imprint of the host",
        "Sign in to read your notes.",
    ] {
        assert!(page.contains(text), "{text}: {page}");
    }
    let request = Request::get("/login").header("accept-language", "de");
    let german = server.send(request.body(Body::empty()).unwrap()).await;
    assert!(german.text().contains("Angemeldet bleiben"));
    let request = Request::get("/login").header("accept-language", "ar");
    let arabic = server.send(request.body(Body::empty()).unwrap()).await;
    assert!(arabic.text().contains("lang=\"ar\" dir=\"rtl\""));
}
