//! Tests of a server whose `public.url` is not set, which other databases than `SQLite` require.

use axum::{body::Body, http::Request};
use tempfile::TempDir;

use crate::support::{Process, TestServer, countersign, form};

#[test]
fn a_server_on_all_addresses_without_a_public_url_warns_once() {
    let log_at = |address: &str, url: &str| {
        let data = TempDir::new().unwrap();
        let mut command = countersign(data.path());
        let command = command
            .arg("serve")
            .env("LEPTOS_SITE_ADDR", address)
            .env("COUNTERSIGN_PUBLIC_URL", url);
        Process::start(command).stop().1
    };
    assert_eq!(log_at("0.0.0.0:0", "").matches("public.url").count(), 1);
    for (address, url) in [
        ("0.0.0.0:0", "http://login.example.org"),
        ("127.0.0.1:0", ""),
    ] {
        assert!(!log_at(address, url).contains("public.url"), "{address}");
    }
}

#[tokio::test]
async fn pages_at_every_name_of_this_machine_may_send_forms() {
    let server = TestServer::start().await;
    server.add_user("ada", "analytical engine").await;
    let fields = form(&[("username", "ada"), ("password", "analytical engine")]);
    for host in ["127.0.0.1:3000", "localhost:3000", "[::1]:3000"] {
        for (path, accepted) in [("/api/login", 200), ("/login", 303)] {
            let request = Request::post(path)
                .header("content-type", "application/x-www-form-urlencoded")
                .header("host", host)
                .header("origin", format!("http://{host}"))
                .body(Body::from(fields.clone()));
            let response = server.send(request.unwrap()).await;
            assert_eq!(response.status, accepted, "{host} {path}");
        }
    }
}

#[tokio::test]
async fn hsts_is_not_sent() {
    let server = TestServer::start_with(|settings| {
        settings.public.hsts_include_subdomains = true;
    });
    let response = server.await.get("/login").await;
    assert_eq!(response.header("strict-transport-security"), None);
}
