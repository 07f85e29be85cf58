//! Tests of the web manifest and the icons.

use serde_json::Value;

use crate::support::{TestResponse, TestServer};

/// A server with the files of `public/`, which cargo-leptos copies into the site unchanged.
async fn server() -> TestServer {
    TestServer::start_with(|settings| {
        settings.leptos.site_root = concat!(env!("CARGO_MANIFEST_DIR"), "/public").into();
        settings.leptos.site_pkg_dir = "icons".into();
    })
    .await
}

#[track_caller]
fn assert_file(response: &TestResponse, kind: &str) {
    assert_eq!(response.status, 200);
    assert_eq!(response.header("content-type"), Some(kind));
    assert_eq!(response.header("cache-control"), Some("no-cache"));
}

/// Width and height from the header of a PNG file (RFC 2083 §4.1.1).
fn png_size(file: &[u8]) -> (u32, u32) {
    let number = |at: usize| u32::from_be_bytes(file[at..at + 4].try_into().unwrap());
    (number(16), number(20))
}

#[tokio::test]
async fn the_manifest_has_its_media_type_and_describes_its_icons_correctly() {
    let server = server().await;
    let response = server.get("/site.webmanifest").await;
    assert_file(&response, "application/manifest+json");
    let manifest = response.json();
    assert_eq!(manifest["name"], "Countersign");
    let icons = manifest["icons"].as_array().unwrap();
    assert!(icons.iter().any(|icon| icon["purpose"] == "maskable"));
    for icon in icons {
        let text = |key: &str| icon[key].as_str().unwrap_or_default();
        let response = server.get(text("src")).await;
        assert_file(&response, text("type"));
        if text("type") == "image/png" {
            let (width, height) = png_size(&response.body);
            assert_eq!(text("sizes"), format!("{width}x{height}"));
        }
    }
    assert_ne!(manifest["start_url"], Value::Null);
}

#[tokio::test]
async fn every_icon_and_manifest_that_a_page_links_to_is_served() {
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
fn the_logo_and_the_favicon_have_the_same_shape() {
    let icon = include_str!("../../public/favicon.svg");
    let path = icon
        .split(" d=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .unwrap();
    // The constant in the source is wrapped over several lines.
    let logo = include_str!("../../src/app/sign.rs").replace("\\\n    ", "");
    assert!(logo.contains(path));
    assert!(icon.contains("prefers-color-scheme: dark"));
}
