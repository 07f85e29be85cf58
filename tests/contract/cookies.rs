//! Tests of which cookies of a request are this server's, and which ones it sets and clears.

use axum::{
    body::Body,
    http::{HeaderValue, Request},
};

use crate::support::{SignedIn, TestResponse, TestServer};

async fn get_dashboard(server: &TestServer, cookies: &str) -> TestResponse {
    let cookies = HeaderValue::from_bytes(cookies.as_bytes()).unwrap();
    let request = Request::get("/dashboard").header("cookie", cookies);
    server.send(request.body(Body::empty()).unwrap()).await
}

fn set_cookies(response: &TestResponse) -> Vec<&str> {
    let set = response.headers.get_all("set-cookie").iter();
    set.map(|value| value.to_str().unwrap()).collect()
}

/// The names of the cookies that a response sets or clears.
fn names_set(response: &TestResponse) -> Vec<&str> {
    let set = set_cookies(response);
    set.iter()
        .map(|cookie| cookie.split_once('=').unwrap().0)
        .collect()
}

#[tokio::test]
async fn a_cookie_whose_name_only_looks_like_ours_is_not_ours() {
    let http = TestServer::start().await;
    let https =
        TestServer::start_with(|settings| settings.public.url = "https://login.example".to_owned())
            .await;
    for server in [http, https] {
        let ada = server.ada().await;
        let (name, value) = ada.cookie.split_once('=').unwrap();
        for space in ["\u{2000}", "\u{a0}", "\u{85}", "\u{3000}", "\u{feff}"] {
            for cookie in [
                format!("{space}{name}={value}"),
                format!("{name}{space}={value}"),
                format!("{name}={space}{value}"),
                format!("{name}={value}{space}"),
            ] {
                let response = get_dashboard(&server, &cookie).await;
                assert_eq!(response.status, 303, "{cookie:?}");
            }
        }
        for cookie in [
            format!("{}={value}", name.to_uppercase()),
            format!("{name}x={value}"),
            format!("x{name}={value}"),
            format!("{name}=\"{value}\""),
            format!("{name}, {name}={value}"),
        ] {
            let response = get_dashboard(&server, &cookie).await;
            assert_eq!(response.status, 303, "{cookie:?}");
        }
        // RFC 6265 §5.2 removes spaces and tabs around name and value.
        for cookie in [
            format!("{name}={value}"),
            format!("a=b;{name}={value};c"),
            format!(" \t{name} \t=\t {value}\t ; a=b"),
        ] {
            let response = get_dashboard(&server, &cookie).await;
            assert_eq!(response.status, 200, "{cookie:?}");
        }
    }
}

#[tokio::test]
async fn of_several_refresh_cookies_the_one_of_this_server_is_read() {
    let (server, other_server) = (TestServer::start().await, TestServer::start().await);
    let ada = server.ada().await;
    let stranger = other_server.ada().await;
    let account = server.add_user("eve", "analytical engine").await;
    let eve = server.log_in(&account).await;
    for (cookies, status) in [
        (format!("countersign=; {}", ada.cookie), 200),
        (format!("{}; {}", ada.cookie, stranger.cookie), 200),
        (
            format!("{}; countersign=x; {}", stranger.cookie, ada.cookie),
            200,
        ),
        (stranger.cookie.clone(), 303),
        (format!("{}; {}", stranger.cookie, stranger.cookie), 303),
        (format!("{}; {}", ada.cookie, eve.cookie), 303),
        (format!("{}; {}", ada.cookie, ada.cookie), 303),
    ] {
        let response = get_dashboard(&server, &cookies).await;
        assert_eq!(response.status, status, "{cookies}");
    }
    let refreshed = server
        .refresh(&format!("{}; {}", stranger.cookie, ada.cookie))
        .await;
    let ada = SignedIn::from(refreshed);
    let both = format!("{}; {}", stranger.cookie, ada.cookie);
    let response = server.post_own_form("/logout", &[], Some(&both)).await;
    response.assert_redirect("/login?signed-out");
    ada.assert_over(&server).await;
}

/// Another host of the domain may set a cookie with its own session beside that of the user.
#[tokio::test]
async fn signing_out_ends_the_session_of_every_cookie_of_this_server() {
    let (server, other_server) = (TestServer::start().await, TestServer::start().await);
    let stranger = other_server.ada().await;
    let accounts = [
        server.add_user("ada", "analytical engine").await,
        server.add_user("eve", "analytical engine").await,
    ];
    for (path, is_pending, status) in [
        ("/logout", false, 303),
        ("/logout", true, 303),
        ("/api/logout", false, 200),
        ("/api/refresh", true, 401),
        ("/login", true, 200),
    ] {
        let [ada, eve] = [
            server.log_in(&accounts[0]).await,
            server.log_in(&accounts[1]).await,
        ];
        let mut cookies = [&*eve.cookie, &stranger.cookie, &ada.cookie, &eve.cookie].join("; ");
        if is_pending {
            cookies.push_str("; countersign-pending-logout=1");
        }
        let response = match path {
            "/login" => server.get_with_cookie(path, &cookies).await,
            _ => server.post_own_form(path, &[], Some(&cookies)).await,
        };
        assert_eq!(response.status, status, "{path}");
        ada.assert_over(&server).await;
        eve.assert_over(&server).await;
        stranger.assert_accepted(&other_server).await;
        if path != "/api/refresh" {
            assert!(names_set(&response).contains(&"countersign"), "{path}");
        }
    }
}

/// The response may come late, when the browser has the cookie of a later session.
#[tokio::test]
async fn signing_out_by_a_token_clears_no_cookie_of_another_session() {
    let server = TestServer::start().await;
    let account = server.add_user("ada", "analytical engine").await;
    let [first, second, third] = [
        server.log_in(&account).await,
        server.log_in(&account).await,
        server.log_in(&account).await,
    ];
    let cookies = format!("{}; {}", second.cookie, third.cookie);
    let response = server.log_out_with(&first.token, &cookies).await;
    assert_eq!(response.status, 200);
    assert_eq!(set_cookies(&response), [""; 0]);
    second.assert_accepted(&server).await;
    let cookies = format!("{}; {}", second.cookie, third.cookie);
    let response = server.log_out_with(&second.token, &cookies).await;
    assert_eq!(names_set(&response), ["countersign"]);
}

#[tokio::test]
async fn a_cookie_that_is_not_ours_is_left_alone() {
    let (server, other_server) = (TestServer::start().await, TestServer::start().await);
    let ada = server.ada().await;
    let stranger = other_server.ada().await;
    for foreign in ["countersign=made.up.cookie", &*stranger.cookie] {
        let response = server.post_own_form("/logout", &[], Some(foreign)).await;
        response.assert_redirect("/login");
        assert_eq!(set_cookies(&response), [""; 0], "{foreign}");

        let pending = format!("countersign-pending-logout=1; {foreign}");
        let response = server.get_with_cookie("/login", &pending).await;
        assert_eq!(
            names_set(&response),
            ["countersign-pending-logout"],
            "{foreign}"
        );

        let response = server.log_out_with(&ada.token, foreign).await;
        assert_eq!(response.status, 200);
        assert_eq!(set_cookies(&response), [""; 0], "{foreign}");
        let response = server
            .log_out_with(
                &ada.token,
                &format!("countersign-pending-logout=1; {foreign}"),
            )
            .await;
        assert_eq!(
            names_set(&response),
            ["countersign-pending-logout"],
            "{foreign}"
        );
    }
    stranger.assert_accepted(&other_server).await;
}

/// Browsers send the cookies of a host to every port, so another server may need other names.
#[tokio::test]
async fn a_server_with_another_prefix_neither_reads_nor_sets_cookies_of_the_default_names() {
    let server = TestServer::start_with(|settings| {
        settings.server.cookie_prefix = "second".parse().unwrap();
    })
    .await;
    let account = server.add_user("ada", "analytical engine").await;
    let response = server.try_log_in(&account.name, &account.password).await;
    assert_eq!(names_set(&response), ["second", "second-device"]);
    let set = set_cookies(&response);
    let (own, _) = set[0].split_once(';').unwrap();
    let (_, value) = own.split_once('=').unwrap();
    let default_name = format!("countersign={value}");

    assert_eq!(get_dashboard(&server, own).await.status, 200);
    assert_eq!(get_dashboard(&server, &default_name).await.status, 303);
    let pending = format!("{own}; countersign-pending-logout=1; countersign-theme=dark");
    let response = get_dashboard(&server, &pending).await;
    assert_eq!(response.status, 200);
    assert!(!response.text().contains("data-theme=\"dark\""));

    for (path, field) in [
        ("/theme", ("theme", "dark")),
        ("/language", ("language", "de")),
    ] {
        let response = server.post_own_form(path, &[field], None).await;
        assert_eq!(names_set(&response), [format!("second-{}", field.0)]);
    }
    let response = server.post_own_form("/logout", &[], Some(own)).await;
    response.assert_redirect("/login?signed-out");
    assert_eq!(names_set(&response), ["second"]);
}
