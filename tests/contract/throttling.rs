//! Guessing passwords online.

use countersign::domain::Username;
use countersign::server::Client;
use futures::future::join_all;

use crate::support::{Answer, TestServer};

/// Guesses until the server does not look any more, and gives that answer.
async fn guess_until_throttled(server: &TestServer, name: &str) -> Answer {
    for number in 0..50 {
        let answer = server
            .try_log_in(name, &format!("wrong guess {number}"))
            .await;
        if answer.status != 401 {
            return answer;
        }
    }
    panic!("50 guesses were looked at")
}

fn wait_of(answer: &Answer) -> i64 {
    answer.assert_error(429, "throttled");
    answer.header("retry-after").unwrap().parse().unwrap()
}

#[tokio::test]
async fn guesses_are_made_to_wait_longer_and_longer() {
    let server = TestServer::start().await;
    server.add_user("ada", "analytical engine").await;
    let mut waits = Vec::new();
    for _ in 0..5 {
        let answer = guess_until_throttled(&server, "ada").await;
        waits.push(wait_of(&answer));
        server.pass_seconds(wait_of(&answer));
    }
    assert_eq!(waits, [5, 10, 20, 40, 80]);
}

#[tokio::test]
async fn the_answer_says_how_long_to_wait() {
    let server = TestServer::start().await;
    server.add_user("ada", "analytical engine").await;
    guess_until_throttled(&server, "ada").await;
    server.pass_seconds(2);
    let answer = server.try_log_in("ada", "analytical engine").await;
    assert_eq!(wait_of(&answer), 3);
    assert_eq!(
        answer.json()["message"],
        "Too many sign-ins have failed. Try again in 3 seconds."
    );
}

#[tokio::test]
async fn the_victim_signs_in_after_the_wait_and_all_is_forgotten() {
    let server = TestServer::start().await;
    let account = server.add_user("ada", "analytical engine").await;
    for _ in 0..5 {
        let wait = wait_of(&guess_until_throttled(&server, "ada").await);
        server.pass_seconds(wait);
    }
    server.log_in(&account).await;
    assert_eq!(wait_of(&guess_until_throttled(&server, "ada").await), 5);
}

#[tokio::test]
async fn a_signed_in_victim_notices_nothing() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    guess_until_throttled(&server, "ada").await;
    ada.assert_accepted(&server).await;
    assert_eq!(server.renew(&ada.cookie).await.status, 200);
    assert_eq!(ada.log_out(&server).await.status, 200);
}

#[tokio::test]
async fn at_most_a_hundred_guesses_in_a_row_are_looked_at_however_long_they_go_on() {
    let server = TestServer::start().await;
    server.add_user("ada", "analytical engine").await;
    let before = server.app.vault.hashes_computed();
    let mut longest = 0;
    while longest < 86_400 {
        longest = wait_of(&guess_until_throttled(&server, "ada").await);
        server.pass_seconds(longest.min(3600));
    }
    assert_eq!(server.app.vault.hashes_computed() - before, 100);
    assert_eq!(
        server.try_log_in("ada", "analytical engine").await.status,
        429
    );
}

#[tokio::test]
async fn of_200_guesses_at_once_no_more_are_looked_at_than_of_200_in_a_row() {
    let server = TestServer::start_with(|settings| settings.hashes_waiting = 500).await;
    server.add_user("ada", "analytical engine").await;
    let before = server.app.vault.hashes_computed();
    // Each from an address of its own: what holds is the count for the name.
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
    let looked_at = statuses.iter().filter(|status| **status == 401).count();
    assert_eq!(
        (
            looked_at,
            statuses.iter().filter(|status| **status == 429).count()
        ),
        (5, 195)
    );
    assert_eq!(server.app.vault.hashes_computed() - before, 5);
}

#[tokio::test]
async fn a_name_that_nobody_has_is_throttled_like_any_other() {
    let server = TestServer::start().await;
    server.add_user("ada", "analytical engine").await;
    for _ in 0..4 {
        let known = guess_until_throttled(&server, "ada").await;
        let unknown = guess_until_throttled(&server, "nobody").await;
        assert_eq!(known, unknown);
        server.pass_seconds(wait_of(&known));
    }
}

#[tokio::test]
async fn a_name_is_throttled_in_every_spelling() {
    let server = TestServer::start().await;
    server.add_user("Zoë", "analytical engine").await;
    guess_until_throttled(&server, "zoë").await;
    wait_of(&server.try_log_in(" ZOE\u{308}", "analytical engine").await);
}

#[tokio::test]
async fn a_restart_forgets_no_failure() {
    let server = TestServer::start().await;
    server.add_user("ada", "analytical engine").await;
    guess_until_throttled(&server, "ada").await;
    guess_until_throttled(&server, "nobody").await;
    let server = server.restart().await.unwrap();
    wait_of(&server.try_log_in("ada", "analytical engine").await);
    wait_of(&server.try_log_in("nobody", "analytical engine").await);
}

#[tokio::test]
async fn an_address_that_tries_many_names_is_throttled_and_others_are_not() {
    let server = TestServer::start().await;
    server.add_user("ada", "analytical engine").await;
    for number in 0..30 {
        server
            .try_log_in(&format!("name{number}"), "wrong guess")
            .await
            .assert_error(401, "invalid_credentials");
    }
    assert_eq!(
        wait_of(&server.try_log_in("ada", "analytical engine").await),
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
async fn signing_in_well_never_makes_an_address_wait() {
    let server = TestServer::start().await;
    let account = server.add_user("ada", "analytical engine").await;
    for _ in 0..40 {
        server.log_in(&account).await;
    }
}

#[tokio::test]
async fn an_own_account_does_not_let_an_address_guess_on() {
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
    wait_of(&server.try_log_in("ada", "wrong guess").await);
}

#[tokio::test]
async fn a_made_up_forwarded_address_changes_nothing() {
    let server = TestServer::start().await;
    for number in 0..30 {
        let forwarded = format!("203.0.113.{number}");
        let headers = [
            ("x-forwarded-for", &*forwarded),
            ("forwarded", "for=203.0.113.1"),
            ("x-real-ip", "203.0.113.2"),
        ];
        let answer = server
            .try_log_in_from(
                "192.0.2.1",
                &format!("name{number}"),
                "wrong guess",
                &headers,
            )
            .await;
        answer.assert_error(401, "invalid_credentials");
    }
    let headers = [("x-forwarded-for", "203.0.113.200")];
    wait_of(
        &server
            .try_log_in_from("192.0.2.1", "ada", "wrong guess", &headers)
            .await,
    );
}

#[tokio::test]
async fn behind_a_trusted_proxy_each_client_counts_alone() {
    let server = TestServer::start_with(|settings| settings.server.trusted_proxies = 1).await;
    let from = async |client: &str, number: i32| {
        // What the client has made up stands before what the proxy has seen.
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
        from("192.0.2.1", number)
            .await
            .assert_error(401, "invalid_credentials");
    }
    wait_of(&from("192.0.2.1", 31).await);
    from("192.0.2.2", 32)
        .await
        .assert_error(401, "invalid_credentials");
}

#[tokio::test]
async fn an_operator_can_take_the_wait_away() {
    let server = TestServer::start().await;
    let account = server.add_user("ada", "analytical engine").await;
    guess_until_throttled(&server, "ada").await;
    let name = Username::parse("ada").unwrap();
    server
        .app
        .vault
        .enable_user(&name, &Client::command_line())
        .await
        .unwrap();
    server.log_in(&account).await;
}

#[tokio::test]
async fn a_throttled_attempt_without_scripts_brings_the_page_back_with_the_wait() {
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
async fn what_was_typed_as_a_name_is_not_kept_in_the_database() {
    let server = TestServer::start().await;
    server.try_log_in("canary typed a password here", "x").await;
    assert_eq!(server.number("SELECT count(*) FROM failed_logins").await, 1);
    server.app.vault.close().await;
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
async fn more_sign_ins_than_the_queue_holds_are_sent_away_at_once_and_all_else_goes_on() {
    let server = TestServer::start_with(|settings| {
        settings.hashes_at_once = std::num::NonZeroUsize::MIN;
        settings.hashes_waiting = 4;
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
        assert_eq!(
            server.app.vault.hashes_computed(),
            2,
            "all that while no hash was done"
        );
    };
    let (answers, ()) = futures::join!(join_all(attempts), others);
    let busy: Vec<_> = answers
        .iter()
        .filter(|answer| answer.status == 503)
        .collect();
    assert!((50..=95).contains(&busy.len()), "{}", busy.len());
    busy[0].assert_error(503, "busy");
    assert_eq!(busy[0].header("retry-after"), Some("2"));
    assert_eq!(
        server.number("SELECT count(*) FROM failed_logins").await,
        100 - i64::try_from(busy.len()).unwrap(),
        "and none is counted"
    );
}

/// The cookie by which a browser is known in which ada has signed in.
async fn known_browser(server: &TestServer) -> String {
    let answer = server.try_log_in("ada", "analytical engine").await;
    assert_eq!(answer.status, 200);
    answer.device_cookie().unwrap().0.to_owned()
}

#[tokio::test]
async fn a_browser_that_is_known_gets_in_while_others_make_its_user_wait() {
    let server = TestServer::start().await;
    server.add_user("ada", "analytical engine").await;
    let cookie = known_browser(&server).await;
    // Whenever a wait ends, somebody guesses again: without that cookie nobody gets in any more.
    for _ in 0..20 {
        let wait = wait_of(&guess_until_throttled(&server, "ada").await);
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
        "it is still the same one"
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
        wait_of(&log_in("analytical engine").await),
        5,
        "it waits for its own failures"
    );
    server.pass_seconds(5);
    assert_eq!(log_in("analytical engine").await.status, 200);
}

#[tokio::test]
async fn a_browser_is_known_for_one_user_and_opens_nothing() {
    let server = TestServer::start().await;
    server.add_user("ada", "analytical engine").await;
    server.add_user("eve", "difference engine").await;
    let answer = server.try_log_in("ada", "analytical engine").await;
    let (cookie, attributes) = answer.device_cookie().unwrap();
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
        .renew(cookie)
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
async fn a_known_browser_does_not_wait_for_what_others_at_its_address_have_failed() {
    let server = TestServer::start().await;
    server.add_user("ada", "analytical engine").await;
    let cookie = known_browser(&server).await;
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
