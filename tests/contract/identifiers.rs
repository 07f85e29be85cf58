//! Tests of signing in by a user name or an e-mail address: two spellings of one user.

use countersign::{EmailAddress, Username, internals::command_line};
use futures::future::join_all;

use crate::support::{TestResponse, TestServer};

const NAME: &str = "ada";
const ADDRESS: &str = "Ada@Example.org";
const PASSWORD: &str = "analytical engine";

/// A server with the account `ada`, who has an address.
async fn server_with_ada() -> TestServer {
    let server = TestServer::start_with(|settings| settings.login.hash_queue = 500).await;
    server.add_user(NAME, PASSWORD).await;
    set_address(&server, NAME, ADDRESS).await;
    server
}

async fn set_address(server: &TestServer, name: &str, address: &str) {
    let (name, address) = (
        Username::parse(name).unwrap(),
        EmailAddress::parse(address).unwrap(),
    );
    let auth = &server.app.auth;
    auth.set_email(&name, Some(&address), &command_line())
        .await
        .unwrap();
}

/// Guesses until the server no longer verifies the password, and returns for how many seconds it
/// verifies none.
async fn guess_until_throttled(server: &TestServer, typed: &str) -> i64 {
    loop {
        let response = server.try_log_in(typed, "a wrong guess").await;
        if response.status != 401 {
            return seconds_left(&response);
        }
    }
}

fn seconds_left(response: &TestResponse) -> i64 {
    response.assert_error(429, "throttled");
    response.header("retry-after").unwrap().parse().unwrap()
}

/// Fails so often by spellings of ada in turn, after their delays, and returns the longest delay.
async fn fail(server: &TestServer, spellings: &[&str], number: usize) {
    let mut failed = 0;
    let mut typed = spellings.iter().cycle();
    while failed < number {
        let response = server
            .try_log_in(typed.next().unwrap(), "a wrong guess")
            .await;
        if response.status == 401 {
            failed += 1;
        } else {
            let seconds = seconds_left(&response);
            assert!(seconds <= 3600, "{failed} of {number} were verified");
            server.pass_seconds(seconds);
        }
    }
}

#[tokio::test]
async fn a_user_signs_in_by_every_spelling_of_the_e_mail_address() {
    let server = server_with_ada().await;
    server.add_user("eve", "difference engine").await;
    set_address(&server, "eve", "eve@bücher.example").await;
    for (typed, password, name) in [
        ("Ada@Example.org", PASSWORD, "ada"),
        (" ada@EXAMPLE.ORG\n", PASSWORD, "ada"),
        ("\u{200e}ada@example.org", PASSWORD, "ada"),
        ("EVE@xn--bcher-kva.example", "difference engine", "eve"),
        ("eve@bu\u{308}cher.example", "difference engine", "eve"),
    ] {
        let response = server.try_log_in(typed, password).await;
        assert_eq!(response.status, 200, "{typed:?}: {}", response.text());
        assert_eq!(response.json()["user"]["username"], name);
    }
}

#[tokio::test]
async fn an_address_is_good_for_signing_in_while_it_is_the_accounts() {
    let server = server_with_ada().await;
    set_address(&server, NAME, "countess@example.org").await;
    let former = server.try_log_in(ADDRESS, PASSWORD).await;
    former.assert_error(401, "invalid_credentials");
    let current = server.try_log_in("countess@example.org", PASSWORD).await;
    assert_eq!(current.status, 200);
}

#[tokio::test]
async fn an_unknown_address_and_that_of_a_disabled_user_are_refused_like_a_wrong_password() {
    let server = server_with_ada().await;
    server.add_user("gone", PASSWORD).await;
    set_address(&server, "gone", "gone@example.org").await;
    let gone = Username::parse("gone").unwrap();
    let auth = &server.app.auth;
    auth.disable_user(&gone, &command_line()).await.unwrap();

    let wrong = server.try_log_in(NAME, "difference engine").await;
    wrong.assert_error(401, "invalid_credentials");
    for (typed, password) in [
        (ADDRESS, "difference engine"),
        ("nobody@example.org", PASSWORD),
        ("gone@example.org", PASSWORD),
    ] {
        let before = auth.hashes_computed();
        assert_eq!(server.try_log_in(typed, password).await, wrong, "{typed}");
        assert_eq!(auth.hashes_computed() - before, 1, "{typed}");
    }
}

#[tokio::test]
async fn what_has_an_at_sign_and_is_no_address_is_refused_with_a_reason() {
    let server = server_with_ada().await;
    for typed in [
        "ada@",
        "@",
        "ada@example",
        "ada＠example.org",
        "ada @example.org",
    ] {
        let response = server.try_log_in(typed, PASSWORD).await;
        response.assert_error(422, "invalid_input");
        assert_eq!(response.json()["reason"], "username_email", "{typed}");
    }
    let fields = [("username", "ada@"), ("password", PASSWORD)];
    let page = server.post_own_form("/login", &fields, None).await;
    assert_eq!(page.status, 422);
    let text = "E-mail: invalid address.";
    assert!(page.text().contains(text), "{}", page.text());
    assert_eq!(
        server.app.auth.hashes_computed(),
        1,
        "that of ada's password"
    );
}

#[tokio::test]
async fn an_unknown_address_is_throttled_like_a_known_one() {
    let server = server_with_ada().await;
    for _ in 0..4 {
        let known = guess_until_throttled(&server, ADDRESS).await;
        let unknown = guess_until_throttled(&server, "nobody@example.org").await;
        assert_eq!(known, unknown);
        server.pass_seconds(known);
    }
}

/// A shared delay would tell whose address it is.
#[tokio::test]
async fn failures_by_name_do_not_delay_the_address_nor_the_other_way_round() {
    for (attacked, other) in [(NAME, ADDRESS), (ADDRESS, NAME)] {
        let server = server_with_ada().await;
        fail(&server, &[attacked], 30).await;
        guess_until_throttled(&server, attacked).await;
        for _ in 0..4 {
            let response = server.try_log_in(other, "a wrong guess").await;
            response.assert_error(401, "invalid_credentials");
        }
        assert_eq!(server.try_log_in(other, PASSWORD).await.status, 200);
        seconds_left(&server.try_log_in(attacked, PASSWORD).await);
    }
}

#[tokio::test]
async fn both_spellings_together_get_a_hundred_guesses_in_a_row() {
    let server = server_with_ada().await;
    let before = server.app.auth.hashes_computed();
    let mut longest = 0;
    while longest < 86_400 {
        for typed in [NAME, ADDRESS] {
            longest = guess_until_throttled(&server, typed).await.max(longest);
        }
        server.pass_seconds(longest.min(3600));
    }
    assert_eq!(server.app.auth.hashes_computed() - before, 100);
    for typed in [NAME, ADDRESS] {
        let left = seconds_left(&server.try_log_in(typed, PASSWORD).await);
        assert!(left > 3600, "{typed} {left}");
    }
    let reported = server.events().await;
    let throttled = |event: &&String| event.contains("login_throttled");
    let of_user = reported.iter().filter(throttled).count();
    server.try_log_in(NAME, PASSWORD).await;
    let again = server.events().await;
    assert_eq!(
        again.iter().filter(throttled).count(),
        of_user,
        "once a delay"
    );

    let name = Username::parse(NAME).unwrap();
    let auth = &server.app.auth;
    auth.enable_user(&name, &command_line()).await.unwrap();
    for typed in [NAME, ADDRESS] {
        assert_eq!(server.try_log_in(typed, PASSWORD).await.status, 200);
    }
}

#[tokio::test]
async fn a_sign_in_by_one_spelling_ends_the_row_of_failures_by_both() {
    let server = server_with_ada().await;
    fail(&server, &[ADDRESS], 60).await;
    assert_eq!(server.try_log_in(NAME, PASSWORD).await.status, 200);
    fail(&server, &[NAME], 60).await;
}

#[tokio::test]
async fn guesses_at_once_over_both_spellings_are_verified_no_more_often_than_in_a_row() {
    let server = server_with_ada().await;
    let guesses = async |number: usize| {
        let before = server.app.auth.hashes_computed();
        let guesses = (0..number).map(|number| {
            let typed = [NAME, ADDRESS][number % 2];
            let (server, ip) = (&server, format!("198.51.100.{number}"));
            async move {
                server
                    .try_log_in_from(&ip, typed, "a wrong guess", &[])
                    .await
            }
        });
        let responses = join_all(guesses).await;
        let verified = responses.iter().filter(|response| response.status == 401);
        assert_eq!(
            u64::try_from(verified.count()).unwrap(),
            server.app.auth.hashes_computed() - before
        );
        server.app.auth.hashes_computed() - before
    };
    assert_eq!(
        guesses(200).await,
        5 + 5,
        "as many are free for each spelling"
    );
    server.pass_seconds(60);
    fail(&server, &[NAME, ADDRESS], 89).await;
    server.pass_seconds(3600);
    assert_eq!(guesses(2).await, 1, "the hundredth of the user");
}

#[tokio::test]
async fn a_device_cookie_from_a_sign_in_by_name_counts_for_the_address_too() {
    let server = server_with_ada().await;
    let by_name = server.try_log_in(NAME, PASSWORD).await;
    let cookie = by_name.device_cookie().unwrap().0;
    for typed in [NAME, ADDRESS] {
        guess_until_throttled(&server, typed).await;
    }
    let headers = [("cookie", cookie)];
    for typed in [ADDRESS, NAME] {
        let response = server
            .try_log_in_from("192.0.2.9", typed, PASSWORD, &headers)
            .await;
        assert_eq!(response.status, 200, "{typed}: {}", response.text());
    }
}

#[tokio::test]
async fn a_new_password_by_the_operator_ends_the_delays_of_both_spellings() {
    let server = server_with_ada().await;
    for typed in [NAME, ADDRESS] {
        guess_until_throttled(&server, typed).await;
    }
    server.set_password(NAME, "difference engine").await;
    for typed in [NAME, ADDRESS] {
        let response = server.try_log_in(typed, "difference engine").await;
        assert_eq!(response.status, 200, "{typed}: {}", response.text());
    }
}
