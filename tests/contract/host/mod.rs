//! Tests of an application of somebody else's behind the edge.

mod application;
mod command_line;
mod database;
mod plain_forms;
mod process;

use std::{path::Path, sync::atomic::Ordering, time::Duration};

use axum::{
    body::Body,
    http::{Method, Request, request::Builder},
};
use http_body_util::BodyExt;
use leptos::config::LeptosOptions;
use tower::ServiceExt;

use crate::support::{SignedIn, TestResponse, TestServer};

/// The server functions of the application that take a text: method, path with query, type and body.
const FUNCTIONS: [(Method, &str, &str, &str); 8] = [
    (Method::GET, "/host/list", "", ""),
    (Method::POST, "/host/add", FORM, "text=a"),
    (Method::PUT, "/host/put", FORM, "text=a"),
    (Method::PATCH, "/host/patch", FORM, "text=a"),
    (Method::DELETE, "/host/delete?text=a", "", ""),
    (
        Method::POST,
        "/host/import",
        "application/json",
        r#"{"texts":["a"]}"#,
    ),
    (Method::POST, "/host/export", FORM, ""),
    (Method::GET, "/host/name", "", ""),
];
const FORM: &str = "application/x-www-form-urlencoded";

async fn start() -> TestServer {
    TestServer::start_application(application::routes).await
}

fn function((method, path, media_type, _): &(Method, &str, &str, &str)) -> Builder {
    let request = Request::builder().method(method).uri(*path);
    if media_type.is_empty() {
        request
    } else {
        request.header("content-type", *media_type)
    }
}

async fn call(
    server: &TestServer,
    called: &(Method, &'static str, &'static str, &'static str),
    headers: &[(&str, &str)],
) -> TestResponse {
    let mut request = function(called);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    server
        .send(request.body(Body::from(called.3)).unwrap())
        .await
}

async fn send(
    server: &TestServer,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
) -> TestResponse {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    server.send(request.body(Body::empty()).unwrap()).await
}

fn bearer(user: &SignedIn) -> String {
    format!("Bearer {}", user.token)
}

#[tokio::test]
async fn server_functions_of_every_method_and_coding_know_the_user_of_the_token() {
    let server = start().await;
    let ada = server.ada().await;
    for called in &FUNCTIONS {
        let response = call(&server, called, &[("authorization", &bearer(&ada))]).await;
        assert_eq!(response.status, 200, "{called:?}: {}", response.text());
        assert!(response.text().contains("ada"), "{}", response.text());
    }
}

#[tokio::test]
async fn no_server_function_takes_the_cookie_or_a_dead_token() {
    let server = start().await;
    let ada = server.ada().await;
    let dead = server.ada_again().await;
    dead.log_out(&server).await;
    let of_nobody = bearer(&SignedIn::with_token("a.b.c"));
    let dead = bearer(&dead);
    let own = ("sec-fetch-site", "same-origin");
    for called in &FUNCTIONS {
        for (headers, challenge) in [
            (&[own][..], r#"Bearer realm="countersign""#),
            (
                &[own, ("cookie", &ada.cookie)],
                r#"Bearer realm="countersign""#,
            ),
            (
                &[own, ("cookie", &ada.cookie), ("authorization", &dead)],
                r#"Bearer realm="countersign", error="invalid_token""#,
            ),
            (
                &[("authorization", &of_nobody)],
                r#"Bearer realm="countersign", error="invalid_token""#,
            ),
        ] {
            let response = call(&server, called, headers).await;
            assert_eq!(response.status, 401, "{called:?}: {}", response.text());
            assert_eq!(response.header("www-authenticate"), Some(challenge));
            assert!(!response.text().contains("ada"), "{}", response.text());
        }
    }
}

#[tokio::test]
async fn every_registered_server_function_and_route_refuses_the_cookie_alone() {
    let server = start().await;
    let ada = server.ada().await;
    // What signs in, and the two that take the cookie from the same origin.
    let by_other_means = ["/api/login", "/api/refresh", "/api/logout", "/host/watch"];
    let functions = server_fn::axum::server_fn_paths()
        .filter(|(path, _)| !by_other_means.contains(path))
        .map(|(path, method)| (method, path.to_owned()));
    let routes = [
        (Method::GET, "/me"),
        (Method::POST, "/me"),
        (Method::GET, "/api/me"),
    ];
    let routes = routes.map(|(method, path)| (method, path.to_owned()));
    let mut asked = 0;
    for (method, path) in functions.chain(routes) {
        let headers = [
            ("cookie", &*ada.cookie),
            ("sec-fetch-site", "same-origin"),
            ("content-type", FORM),
        ];
        let fields = "text=a&password=x&id=019c8d04-51f3-7a60-8b1e-6c92f047d385";
        let mut request = Request::builder()
            .method(&method)
            .uri(format!("{path}?{fields}"));
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let is_json = path == "/host/import";
        let body = if is_json { r#"{"texts":[]}"# } else { fields };
        let response = server.send(request.body(Body::from(body)).unwrap()).await;
        assert_eq!(response.status, 401, "{method} {path}: {}", response.text());
        asked += 1;
    }
    assert!(asked > 14, "{asked}");
}

#[tokio::test]
async fn an_error_of_a_server_function_passes_with_its_status() {
    let server = start().await;
    let ada = server.ada().await;
    let called = (Method::POST, "/host/add", FORM, "text=one+too+many");
    let response = call(&server, &called, &[("authorization", &bearer(&ada))]).await;
    assert_eq!(response.status, 409);
    assert_eq!(response.json(), "Full");
    let malformed = (Method::POST, "/host/add", FORM, "other=a");
    let response = call(&server, &malformed, &[("authorization", &bearer(&ada))]).await;
    assert_eq!(response.status, 500);
    assert!(response.json()["Leptos"].is_string());
    let anonymous = call(&server, &called, &[]).await;
    assert_eq!(anonymous.json()["SignIn"]["error"], "invalid_token");
}

#[tokio::test]
async fn another_site_reaches_no_server_function_and_changes_nothing() {
    let server = start().await;
    let ada = server.ada().await;
    for header in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
    ] {
        let headers = [header, ("cookie", &*ada.cookie)];
        for called in &FUNCTIONS {
            let response = call(&server, called, &headers).await;
            response.assert_error(403, "cross_site");
        }
        for (method, path) in [
            (Method::POST, "/me"),
            (Method::POST, "/anybody"),
            (Method::POST, "/count"),
            (Method::PUT, "/anybody"),
            (Method::DELETE, "/no-such-route"),
            (Method::POST, "/download"),
        ] {
            let response = send(&server, method, path, &headers).await;
            response.assert_error(403, "cross_site");
        }
    }
    for headers in [&[][..], &[("sec-fetch-site", "same-origin")]] {
        let response = send(&server, Method::POST, "/anybody", headers).await;
        assert_eq!((response.status.as_u16(), &*response.text()), (200, "done"));
    }
}

#[tokio::test]
async fn a_token_acts_from_another_site_without_the_cookies_beside_it() {
    let server = start().await;
    let ada = server.ada().await;
    let headers = [
        ("sec-fetch-site", "cross-site"),
        ("cookie", &*ada.cookie),
        ("authorization", &bearer(&ada)),
    ];
    for called in &FUNCTIONS {
        assert_eq!(call(&server, called, &headers).await.status, 200);
    }
    let response = send(&server, Method::POST, "/set-cookie", &headers).await;
    assert_eq!((response.status.as_u16(), &*response.text()), (200, "0"));
    assert_eq!(response.header("set-cookie"), None);
    let own = [("sec-fetch-site", "same-origin"), ("cookie", &*ada.cookie)];
    let response = send(&server, Method::POST, "/set-cookie", &own).await;
    assert_eq!(
        (&*response.text(), response.header("set-cookie")),
        ("1", Some("host=1"))
    );
}

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
async fn the_host_adds_to_the_policy_of_its_pages_and_to_no_other() {
    let server = start().await;
    let ada = server.ada().await;
    for path in ["/notes", "/", "/no-such-page"] {
        let page = server.get_with_cookie(path, &ada.cookie).await;
        let policy = page.header("content-security-policy").unwrap();
        let directives: Vec<_> = policy.split("; ").collect();
        assert!(
            directives.contains(&"img-src 'self' https://images.example"),
            "{path}: {policy}"
        );
        assert!(
            directives.contains(&"frame-src https://frames.example"),
            "{path}: {policy}"
        );
        assert!(policy.contains("script-src 'nonce-"), "{path}: {policy}");
        assert!(!policy.contains("other.example"), "{path}: {policy}");
    }
    for path in ["/echo", "/api/me"] {
        let other = server.get(path).await;
        let policy = other.header("content-security-policy").unwrap();
        assert!(!policy.contains("https:"), "{path}: {policy}");
    }
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

#[tokio::test]
async fn a_failed_plain_sign_in_is_shown_by_the_hosts_own_login_page() {
    let server = start().await;
    let ada = server.ada().await;
    for cookie in [None, Some(&*ada.cookie)] {
        let fields = [("username", "grace<i>"), ("password", "wrong password")];
        let response = server
            .post_own_form("/login?next=/notes", &fields, cookie)
            .await;
        assert_eq!(response.status, 401);
        let text = response.text();
        assert!(text.contains("grace&lt;i&gt;"), "{text}");
        assert!(text.contains(r#"action="/login?next=/notes""#), "{text}");
        assert!(!text.contains("guarded text"), "{text}");
    }
    let fields = [("username", "ada"), ("password", "analytical engine")];
    let response = server
        .post_own_form("/login?next=/notes", &fields, None)
        .await;
    response.assert_redirect("/notes");
}

#[tokio::test]
async fn a_refused_form_is_shown_by_the_hosts_page_for_unknown_addresses() {
    let server = start().await;
    let request = Request::post("/theme")
        .header("accept", "text/html")
        .header("sec-fetch-site", "cross-site")
        .header("content-type", FORM);
    let response = server
        .send(request.body(Body::from("theme=dark")).unwrap())
        .await;
    assert_eq!(response.status, 403);
    assert_ne!(response.header("content-type"), Some("application/json"));
}

#[tokio::test]
async fn the_page_of_a_form_is_asked_for_without_the_form() {
    let server = TestServer::start_application(|_| {
        let echo = |request: axum::extract::Request| async move {
            let is_empty = axum::body::HttpBody::is_end_stream(request.body());
            let headers = request.headers();
            let content = headers
                .keys()
                .filter(|name| name.as_str().starts_with("content-"));
            format!("{} {is_empty} {}", request.method(), content.count())
        };
        axum::Router::new().route("/login", axum::routing::get(echo))
    })
    .await;
    let fields = [("username", "ada"), ("password", "analytical engine")];
    let response = server.post_own_form("/login", &fields, None).await;
    assert_eq!(
        (response.status.as_u16(), &*response.text()),
        (401, "GET true 0")
    );
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

#[tokio::test]
async fn server_functions_are_not_served_over_websockets() {
    let server = start().await;
    let ada = server.ada().await;
    for path in ["/host/watch", "/host/list"] {
        let headers = [
            ("connection", "upgrade"),
            ("upgrade", "WebSocket"),
            ("sec-websocket-version", "13"),
            ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
            ("cookie", &*ada.cookie),
        ];
        let response = send(&server, Method::GET, path, &headers).await;
        assert_eq!(response.status, 501, "{path}");
        assert!(
            response.text().contains("access token"),
            "{}",
            response.text()
        );
    }
}

#[tokio::test]
async fn a_server_function_below_another_path_does_not_take_the_cookie_either() {
    let server = start().await;
    let ada = server.ada().await;
    let by_cookie = server
        .get_with_cookie("/inner/host/list", &ada.cookie)
        .await;
    assert_eq!(by_cookie.status, 401, "{}", by_cookie.text());
    let token = [("authorization", &*bearer(&ada))];
    let by_token = send(&server, Method::GET, "/inner/host/list", &token).await;
    assert_eq!(by_token.status, 200);
}

#[tokio::test]
async fn every_answer_of_the_host_has_the_security_headers() {
    let server = start().await;
    for (method, path) in [
        (Method::GET, "/echo"),
        (Method::POST, "/anybody"),
        (Method::GET, "/host/list"),
        (Method::GET, "/no-such-page"),
        (Method::OPTIONS, "/anybody"),
    ] {
        let response = send(&server, method, path, &[]).await;
        assert_eq!(
            response.header("x-content-type-options"),
            Some("nosniff"),
            "{path}"
        );
        assert!(
            response.header("content-security-policy").is_some(),
            "{path}"
        );
        assert!(
            response
                .header("cache-control")
                .unwrap()
                .starts_with("no-store"),
            "{path}"
        );
    }
}

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
    assert!(
        german
            .text()
            .contains("Geben Sie Benutzername und Passwort ein")
    );
    let request = Request::get("/login").header("accept-language", "ar");
    let arabic = server.send(request.body(Body::empty()).unwrap()).await;
    assert!(arabic.text().contains("lang=\"ar\" dir=\"rtl\""));
}

#[tokio::test]
async fn a_handler_of_the_host_knows_who_has_sent_its_request() {
    let server = start().await;
    let response = send(&server, Method::GET, "/client", &[("user-agent", "curl/8")]).await;
    assert_eq!(response.text(), "192.0.2.1 curl/8");
}

#[tokio::test]
async fn files_of_the_host_are_kept_and_asked_for_again() {
    let server = start().await;
    let site = Path::new(&*server.settings.leptos.site_root).join("pkg");
    std::fs::create_dir_all(&site).unwrap();
    std::fs::write(site.join("host.css"), "body{}").unwrap();
    let file = server.get("/pkg/host.css").await;
    assert_eq!((file.status.as_u16(), &*file.text()), (200, "body{}"));
    assert_eq!(file.header("cache-control"), Some("private, no-cache"));
    let date = file.header("last-modified").unwrap();
    let request = Request::get("/pkg/host.css").header("if-modified-since", date);
    let again = server.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(again.status, 304);
}

#[tokio::test]
async fn a_pending_logout_is_finished_by_any_page_and_the_answer_is_not_cached() {
    let server = start().await;
    let ada = server.ada().await;
    let cookies = format!("{}; countersign-pending-logout=1", ada.cookie);
    // The answer for a file may come when the next user has signed in.
    for (name, value) in [("sec-fetch-mode", "cors"), ("accept", "*/*")] {
        for path in ["/echo", "/download"] {
            let headers = [("cookie", &*cookies), (name, value)];
            let response = send(&server, Method::GET, path, &headers).await;
            let status = if path == "/echo" { 200 } else { 401 };
            assert_eq!(response.status, status);
            assert_eq!(response.header("set-cookie"), None);
            assert_eq!(response.header("clear-site-data"), None);
        }
    }
    ada.assert_accepted(&server).await;
    let response = server.get_with_cookie("/echo", &cookies).await;
    assert_eq!(response.status, 200);
    assert_eq!(response.header("cache-control"), Some("no-store"));
    assert_eq!(response.header("clear-site-data"), Some("\"storage\""));
    ada.assert_refused(&server).await;
}

/// The same routes, served without Countersign around them.
#[tokio::test]
async fn without_the_edge_nobody_is_signed_in() {
    let server = start().await;
    let ada = server.ada().await;
    let options = LeptosOptions::builder().output_name("host").build();
    let bare = application::routes(&options);
    for called in &FUNCTIONS {
        let request = function(called)
            .header("authorization", bearer(&ada))
            .header("cookie", &ada.cookie);
        let request = request.body(Body::from(called.3)).unwrap();
        let response = bare.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), 503, "{called:?}");
    }
    for (path, status) in [("/me", 503), ("/download", 503), ("/notes", 200)] {
        let request = Request::get(path)
            .header("authorization", bearer(&ada))
            .header("cookie", &ada.cookie);
        let request = request.body(Body::empty()).unwrap();
        let response = bare.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), status, "{path}");
        let body = response.into_body().collect();
        let body = tokio::time::timeout(Duration::from_secs(5), body).await;
        let body = body.unwrap().unwrap().to_bytes();
        let text = String::from_utf8_lossy(&body);
        assert!(
            !text.contains("ada") && !text.contains("guarded text"),
            "{text}"
        );
    }
}
