//! What browsers fetch beside the pages: the manifest and the icons.

use serde_json::Value;

use crate::support::{Answer, TestServer};

/// A server with the files of `public/`, which cargo-leptos puts into the site as they are.
async fn server() -> TestServer {
    TestServer::start_with(|settings| {
        settings.leptos.site_root = concat!(env!("CARGO_MANIFEST_DIR"), "/public").into()
    })
    .await
}

#[track_caller]
fn assert_file(answer: &Answer, kind: &str) {
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some(kind));
    assert_eq!(answer.header("cache-control"), Some("no-cache"));
}

/// Width and height in the head of a PNG file.
fn png_size(file: &[u8]) -> (u32, u32) {
    let number = |at: usize| u32::from_be_bytes(file[at..at + 4].try_into().unwrap());
    (number(16), number(20))
}

#[tokio::test]
async fn the_manifest_is_served_as_one_and_its_icons_are_what_it_says() {
    let server = server().await;
    let answer = server.get("/site.webmanifest").await;
    assert_file(&answer, "application/manifest+json");
    let manifest = answer.json();
    assert_eq!(manifest["name"], "Countersign");
    let icons = manifest["icons"].as_array().unwrap();
    assert!(icons.iter().any(|icon| icon["purpose"] == "maskable"));
    for icon in icons {
        let text = |key: &str| icon[key].as_str().unwrap_or_default();
        let answer = server.get(text("src")).await;
        assert_file(&answer, text("type"));
        if text("type") == "image/png" {
            let (width, height) = png_size(&answer.body);
            assert_eq!(text("sizes"), format!("{width}x{height}"));
        }
    }
    assert_ne!(manifest["start_url"], Value::Null);
}

#[tokio::test]
async fn every_file_that_a_page_links_to_is_there() {
    let server = server().await;
    let html = server.get("/login").await.text();
    for (link, kind) in [
        ("/favicon.svg", "image/svg+xml"),
        ("/icons/180.png", "image/png"),
        ("/site.webmanifest", "application/manifest+json"),
    ] {
        assert!(html.contains(&format!("href=\"{link}\"")), "{html}");
        assert_file(&server.get(link).await, kind);
    }
    assert!(
        html.contains("<meta name=\"description\" content=\"Sign in"),
        "{html}"
    );
}

#[test]
fn the_mark_of_the_pages_is_the_one_of_the_icons() {
    let icon = include_str!("../../public/favicon.svg");
    let path = icon
        .split(" d=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .unwrap();
    assert!(include_str!("../../src/ui/components/mark.rs").contains(path));
    assert!(icon.contains("prefers-color-scheme: dark"));
}
