//! Tests of throttling against online password guessing.

use countersign::{Username, internals::command_line};
use futures::future::join_all;

use crate::support::{TestResponse, TestServer};

/// Guesses until the server no longer verifies the password, and returns that response.
async fn guess_until_throttled(server: &TestServer, name: &str) -> TestResponse {
    for number in 0..50 {
        let response = server
            .try_log_in(name, &format!("wrong guess {number}"))
            .await;
        if response.status != 401 {
            return response;
        }
    }
    panic!("50 guesses were verified")
}

/// Asserts that the attempt was throttled, and returns the `retry-after` header in seconds.
fn assert_throttled(response: &TestResponse) -> i64 {
    response.assert_error(429, "throttled");
    response.header("retry-after").unwrap().parse().unwrap()
}

#[tokio::test]
async fn failed_guesses_cause_growing_delays() {
    let server = TestServer::start().await;
    server.add_user("ada", "analytical engine").await;
    let mut waits = Vec::new();
    for _ in 0..5 {
        let response = guess_until_throttled(&server, "ada").await;
        waits.push(assert_throttled(&response));
        server.pass_seconds(assert_throttled(&response));
    }
    assert_eq!(waits, [5, 10, 20, 40, 80]);
}

#[tokio::test]
async fn the_response_says_how_long_to_wait() {
    let server = TestServer::start().await;
    server.add_user("ada", "analytical engine").await;
    guess_until_throttled(&server, "ada").await;
    server.pass_seconds(2);
    let response = server.try_log_in("ada", "analytical engine").await;
    assert_eq!(assert_throttled(&response), 3);
    assert_eq!(
        response.json()["message"],
        "Too many sign-ins have failed. Try again in 3 seconds."
    );
}

#[tokio::test]
async fn signing_in_after_the_delay_resets_the_failure_count() {
    let server = TestServer::start().await;
    let account = server.add_user("ada", "analytical engine").await;
    for _ in 0..5 {
        let wait = assert_throttled(&guess_until_throttled(&server, "ada").await);
        server.pass_seconds(wait);
    }
    server.log_in(&account).await;
    assert_eq!(
        assert_throttled(&guess_until_throttled(&server, "ada").await),
        5
    );
}

#[tokio::test]
async fn throttling_does_not_affect_open_sessions() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    guess_until_throttled(&server, "ada").await;
    ada.assert_accepted(&server).await;
    assert_eq!(server.refresh(&ada.cookie).await.status, 200);
    assert_eq!(ada.log_out(&server).await.status, 200);
}

#[tokio::test]
async fn at_most_a_hundred_guesses_in_a_row_are_verified() {
    let server = TestServer::start().await;
    server.add_user("ada", "analytical engine").await;
    let before = server.app.auth.hashes_computed();
    let mut longest = 0;
    while longest < 86_400 {
        longest = assert_throttled(&guess_until_throttled(&server, "ada").await);
        server.pass_seconds(longest.min(3600));
    }
    assert_eq!(server.app.auth.hashes_computed() - before, 100);
    assert_eq!(
        server.try_log_in("ada", "analytical engine").await.status,
        429
    );
}

#[tokio::test]
async fn concurrent_guesses_are_verified_no_more_often_than_sequential_ones() {
    let server = TestServer::start_with(|settings| settings.login.hash_queue = 500).await;
    server.add_user("ada", "analytical engine").await;
    let before = server.app.auth.hashes_computed();
    // Each guess comes from its own address, so that only the count for the user name applies.
    let guesses = (0..200).map(|number| {
        let server = &server;
        async move {
            let (address, guess) = (
                format!("198.51.100.{number}"),
                format!("wrong guess {number}"),
            );
            server
                .try_log_in_from(&address, "ada", &guess, &[])
                .await
                .status
                .as_u16()
        }
    });
    let statuses = join_all(guesses).await;
    let verified = statuses.iter().filter(|status| **status == 401).count();
    assert_eq!(
        (
            verified,
            statuses.iter().filter(|status| **status == 429).count()
        ),
        (5, 195)
    );
    assert_eq!(server.app.auth.hashes_computed() - before, 5);
}

#[tokio::test]
async fn an_unknown_user_name_is_throttled_like_a_known_one() {
    let server = TestServer::start().await;
    server.add_user("ada", "analytical engine").await;
    for _ in 0..4 {
        let known = guess_until_throttled(&server, "ada").await;
        let unknown = guess_until_throttled(&server, "nobody").await;
        assert_eq!(known, unknown);
        server.pass_seconds(assert_throttled(&known));
    }
}

#[tokio::test]
async fn a_user_name_is_throttled_in_every_spelling() {
    let server = TestServer::start().await;
    server.add_user("Zoë", "analytical engine").await;
    guess_until_throttled(&server, "zoë").await;
    assert_throttled(&server.try_log_in(" ZOE\u{308}", "analytical engine").await);
}

#[tokio::test]
async fn failed_attempts_survive_a_restart() {
    let server = TestServer::start().await;
    server.add_user("ada", "analytical engine").await;
    guess_until_throttled(&server, "ada").await;
    guess_until_throttled(&server, "nobody").await;
    let server = server.restart().await.unwrap();
    assert_throttled(&server.try_log_in("ada", "analytical engine").await);
    assert_throttled(&server.try_log_in("nobody", "analytical engine").await);
}

#[tokio::test]
async fn an_ip_address_that_tries_many_user_names_is_throttled_and_others_are_not() {
    let server = TestServer::start().await;
    server.add_user("ada", "analytical engine").await;
    for number in 0..30 {
        server
            .try_log_in(&format!("name{number}"), "wrong guess")
            .await
            .assert_error(401, "invalid_credentials");
    }
    assert_eq!(
        assert_throttled(&server.try_log_in("ada", "analytical engine").await),
        5
    );
    let elsewhere = server
        .try_log_in_from("192.0.2.2", "ada", "analytical engine", &[])
        .await;
    assert_eq!(elsewhere.status, 200);
    server.pass_seconds(5);
    assert_eq!(
        server.try_log_in("ada", "analytical engine").await.status,
        200
    );
}

#[tokio::test]
async fn successful_logins_never_throttle_an_ip_address() {
    let server = TestServer::start().await;
    let account = server.add_user("ada", "analytical engine").await;
    for _ in 0..40 {
        server.log_in(&account).await;
    }
}

#[tokio::test]
async fn successful_logins_do_not_reset_the_failures_of_an_ip_address() {
    let server = TestServer::start().await;
    let own = server.add_user("eve", "analytical engine").await;
    for number in 0..30 {
        server
            .try_log_in(&format!("name{number}"), "wrong guess")
            .await
            .assert_error(401, "invalid_credentials");
        if number % 3 == 0 {
            server.log_in(&own).await;
        }
    }
    assert_throttled(&server.try_log_in("ada", "wrong guess").await);
}

#[tokio::test]
async fn sign_ins_that_the_server_could_not_answer_never_throttle_an_ip_address() {
    let server = TestServer::start().await;
    let ada = server.add_user("ada", "analytical engine").await;
    let mut database = server.connect().await;
    database.refuse_rows_of("countersign_login_attempts").await;
    for _ in 0..40 {
        let response = server.try_log_in("ada", "analytical engine").await;
        response.assert_error(503, "unavailable");
    }
    database.accept_rows().await;
    server.log_in(&ada).await;
}

/// NAT64 (RFC 6052): all of these addresses share one /64.
#[tokio::test]
async fn behind_nat64_each_ipv4_client_is_throttled_separately() {
    let server = TestServer::start().await;
    let attempt = async |address: &'static str, name: String| {
        let response = server.try_log_in_from(address, &name, "wrong guess", &[]);
        response.await.status.as_u16()
    };
    let mut status = 401;
    for number in 0..40 {
        status = attempt("64:ff9b::203.0.113.7", format!("name{number}")).await;
    }
    assert_eq!(status, 429);
    assert_eq!(attempt("64:ff9b::203.0.113.8", "ada".to_owned()).await, 401);
    assert_eq!(attempt("203.0.113.7", "ada".to_owned()).await, 429);
}

#[tokio::test]
async fn a_spoofed_forwarded_address_is_ignored() {
    let server = TestServer::start().await;
    for number in 0..30 {
        let forwarded = format!("203.0.113.{number}");
        let headers = [
            ("x-forwarded-for", &*forwarded),
            ("forwarded", "for=203.0.113.1"),
            ("x-real-ip", "203.0.113.2"),
        ];
        let response = server
            .try_log_in_from(
                "192.0.2.1",
                &format!("name{number}"),
                "wrong guess",
                &headers,
            )
            .await;
        response.assert_error(401, "invalid_credentials");
    }
    let headers = [("x-forwarded-for", "203.0.113.200")];
    assert_throttled(
        &server
            .try_log_in_from("192.0.2.1", "ada", "wrong guess", &headers)
            .await,
    );
}

#[tokio::test]
async fn behind_a_trusted_proxy_each_client_is_throttled_separately() {
    let server = TestServer::start_with(|settings| settings.server.trusted_proxies = 1).await;
    let attempt_from = async |client: &str, number: i32| {
        // The proxy appends the address that it has seen to the one that the client has made up.
        let forwarded = format!("203.0.113.{number}, {client}");
        let headers = [("x-forwarded-for", &*forwarded)];
        server
            .try_log_in_from(
                "10.0.0.1",
                &format!("name{number}"),
                "wrong guess",
                &headers,
            )
            .await
    };
    for number in 0..30 {
        attempt_from("192.0.2.1", number)
            .await
            .assert_error(401, "invalid_credentials");
    }
    assert_throttled(&attempt_from("192.0.2.1", 31).await);
    attempt_from("192.0.2.2", 32)
        .await
        .assert_error(401, "invalid_credentials");
}

#[tokio::test]
async fn an_operator_can_clear_the_delay() {
    let server = TestServer::start().await;
    let account = server.add_user("ada", "analytical engine").await;
    guess_until_throttled(&server, "ada").await;
    let name = Username::parse("ada").unwrap();
    server
        .app
        .auth
        .enable_user(&name, &command_line())
        .await
        .unwrap();
    server.log_in(&account).await;
}

#[tokio::test]
async fn a_throttled_plain_form_shows_the_form_again_with_the_delay() {
    let server = TestServer::start().await;
    guess_until_throttled(&server, "ada").await;
    let fields = [("username", "ada"), ("password", "analytical engine")];
    let page = server.post_own_form("/login", &fields, None).await;
    assert_eq!(
        (page.status.as_u16(), page.header("retry-after")),
        (429, Some("5"))
    );
    assert!(
        page.text()
            .contains("Too many sign-ins have failed. Try again in 5 seconds."),
        "{}",
        page.text()
    );
    assert!(page.text().contains(r#"value="ada""#));
}

#[tokio::test]
async fn a_typed_user_name_is_not_stored_when_the_login_fails() {
    let server = TestServer::start().await;
    server.try_log_in("canary typed a password here", "x").await;
    assert_eq!(
        server
            .query_number("SELECT count(*) FROM countersign_failed_logins")
            .await,
        2,
        "one for what was typed, and one for the user, as if there were one"
    );
    server.app.auth.close().await;
    for entry in std::fs::read_dir(server.data_dir()).unwrap() {
        let path = entry.unwrap().path();
        let content = if path.is_file() {
            std::fs::read(&path).unwrap()
        } else {
            continue;
        };
        assert!(
            !content.windows(6).any(|bytes| bytes == b"canary"),
            "{path:?}"
        );
    }
}

#[tokio::test]
async fn sign_ins_beyond_the_hash_queue_get_503_at_once_and_other_requests_are_served() {
    let server = TestServer::start_with(|settings| {
        settings.login.hash_concurrency = 1;
        settings.login.hash_queue = 20;
    })
    .await;
    let ada = server.ada().await;
    let attempts = (0..100).map(|number| {
        let server = &server;
        async move {
            let address = format!("198.51.100.{number}");
            server
                .try_log_in_from(&address, &format!("name{number}"), "wrong guess", &[])
                .await
        }
    });
    let others = async {
        tokio::task::yield_now().await;
        assert_eq!(server.get("/healthz").await.status, 200);
        assert_eq!(server.get("/login").await.status, 200);
        ada.assert_accepted(&server).await;
        server.app.auth.hashes_computed()
    };
    let (responses, meanwhile) = futures::join!(join_all(attempts), others);
    assert!(
        meanwhile < server.app.auth.hashes_computed(),
        "others are answered while attempts wait"
    );
    let busy: Vec<_> = responses
        .iter()
        .filter(|response| response.status == 503)
        .collect();
    assert!((50..=95).contains(&busy.len()), "{}", busy.len());
    busy[0].assert_error(503, "busy");
    assert_eq!(busy[0].header("retry-after"), Some("2"));
    assert_eq!(
        server
            .query_number("SELECT count(*) FROM countersign_failed_logins")
            .await,
        2 * (100 - i64::try_from(busy.len()).unwrap()),
        "a refused attempt must not count as failed"
    );
}

/// Signs ada in and returns the device cookie of that browser.
async fn device_cookie(server: &TestServer) -> String {
    let response = server.try_log_in("ada", "analytical engine").await;
    assert_eq!(response.status, 200);
    response.device_cookie().unwrap().0.to_owned()
}

#[tokio::test]
async fn a_browser_with_a_device_cookie_can_sign_in_while_its_user_is_throttled() {
    let server = TestServer::start().await;
    server.add_user("ada", "analytical engine").await;
    let cookie = device_cookie(&server).await;
    // The attacker guesses again whenever a delay ends, so that no login without the cookie
    // succeeds.
    for _ in 0..20 {
        let wait = assert_throttled(&guess_until_throttled(&server, "ada").await);
        server.pass_seconds(wait);
    }
    server.try_log_in("ada", "wrong guess").await;
    server
        .try_log_in("ada", "analytical engine")
        .await
        .assert_error(429, "throttled");
    let log_in = |password: &'static str| {
        let headers = [("cookie", cookie.as_str())];
        let server = &server;
        async move {
            server
                .try_log_in_from("192.0.2.9", "ada", password, &headers)
                .await
        }
    };
    let again = log_in("analytical engine").await;
    assert_eq!(again.status, 200, "{}", again.text());
    assert_eq!(
        again.device_cookie().unwrap().0.split('.').next(),
        cookie.split('.').next(),
        "the browser must keep its device id"
    );
    server
        .try_log_in("ada", "analytical engine")
        .await
        .assert_error(429, "throttled");
    for _ in 0..5 {
        log_in("wrong guess")
            .await
            .assert_error(401, "invalid_credentials");
    }
    assert_eq!(
        assert_throttled(&log_in("analytical engine").await),
        5,
        "the browser must wait for its own failures"
    );
    server.pass_seconds(5);
    assert_eq!(log_in("analytical engine").await.status, 200);
}

#[tokio::test]
async fn a_device_cookie_is_valid_for_one_user_and_grants_no_access() {
    let server = TestServer::start().await;
    server.add_user("ada", "analytical engine").await;
    server.add_user("eve", "difference engine").await;
    let response = server.try_log_in("ada", "analytical engine").await;
    let (cookie, attributes) = response.device_cookie().unwrap();
    assert_eq!(
        attributes,
        ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=31536000"]
    );
    let headers = [("cookie", cookie)];
    guess_until_throttled(&server, "eve").await;
    let other = server
        .try_log_in_from("192.0.2.9", "eve", "difference engine", &headers)
        .await;
    other.assert_error(429, "throttled");
    server
        .refresh(cookie)
        .await
        .assert_error(401, "invalid_token");
    assert_eq!(
        server.get_with_cookie("/dashboard", cookie).await.status,
        303
    );
    server.try_log_in("eve", "wrong guess").await;
    assert!(
        server
            .try_log_in("nobody", "wrong guess")
            .await
            .device_cookie()
            .is_none()
    );
}

#[tokio::test]
async fn a_browser_with_a_device_cookie_is_exempt_from_the_delay_of_its_ip_address() {
    let server = TestServer::start().await;
    server.add_user("ada", "analytical engine").await;
    let cookie = device_cookie(&server).await;
    for number in 0..40 {
        server
            .try_log_in(&format!("somebody {number}"), "wrong guess")
            .await;
    }
    server
        .try_log_in("ada", "analytical engine")
        .await
        .assert_error(429, "throttled");
    let headers = [("cookie", cookie.as_str())];
    assert_eq!(
        server
            .try_log_in_from("192.0.2.1", "ada", "analytical engine", &headers)
            .await
            .status,
        200
    );
}

/// Over plain http, another server on the host can set one.
#[tokio::test]
async fn a_device_cookie_counts_whatever_others_have_its_name() {
    let server = TestServer::start().await;
    server.add_user("ada", "analytical engine").await;
    let cookie = device_cookie(&server).await;
    guess_until_throttled(&server, "ada").await;
    for cookies in [
        format!("countersign-device=junk; {cookie}"),
        format!("{cookie}; countersign-device=junk; countersign-device="),
    ] {
        let headers = [("cookie", cookies.as_str())];
        let response = server
            .try_log_in_from("192.0.2.9", "ada", "analytical engine", &headers)
            .await;
        assert_eq!(response.status, 200, "{cookies}: {}", response.text());
        let new = response.device_cookie().unwrap().0;
        assert_eq!(new.split('.').next(), cookie.split('.').next());
    }
}
