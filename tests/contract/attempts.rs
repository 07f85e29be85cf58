//! Tests of sign-ins whose password is still being checked, and of device cookies.

use std::{
    pin::Pin,
    time::{Duration, Instant},
};

use futures::{future::join_all, poll};
use tempfile::TempDir;
use tokio::time::timeout;

use crate::support::{
    BlockingConnection, Process, SlowClient, TestResponse, TestServer, countersign, form, run,
};

fn status_counts(responses: &[TestResponse]) -> [usize; 3] {
    [200, 401, 429].map(|status| {
        let with_status = responses
            .iter()
            .filter(|response| response.status == status);
        with_status.count()
    })
}

#[tokio::test]
async fn right_passwords_at_the_same_time_are_all_accepted() {
    let server = TestServer::start().await;
    server.add_user("ada", "analytical engine").await;
    let at_once = (0..21).map(|_| server.try_log_in("ada", "analytical engine"));
    assert_eq!(status_counts(&join_all(at_once).await), [21, 0, 0]);
}

#[tokio::test]
async fn wrong_passwords_at_the_same_time_are_checked_as_often_as_one_after_the_other() {
    let first = TestServer::start_with(|settings| settings.login.hash_queue = 500).await;
    let second = first.start_another().await.unwrap();
    first.add_user("ada", "analytical engine").await;
    let before = first.app.auth.hashes_computed();
    let guesses = (0..100).map(|number| {
        let server = if number % 2 == 0 { &first } else { &second };
        let address = format!("198.51.100.{number}");
        async move {
            server
                .try_log_in_from(&address, "ada", "a wrong guess", &[])
                .await
        }
    });
    let responses = join_all(guesses).await;
    assert_eq!(status_counts(&responses), [0, 5, 95]);
    let computed = first.app.auth.hashes_computed() + second.app.auth.hashes_computed();
    assert_eq!(computed - before, 5);
    let refused = responses
        .iter()
        .find(|response| response.status == 429)
        .unwrap();
    assert!(refused.header("retry-after").is_some());
}

/// Of no password, and as slow to check as a stored hash may be.
const SLOW_HASH: &str = "$argon2id$v=19$m=65536,t=10,p=1$c2FsdHNhbHRzYWx0c2E$\
                         AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Sign-ins that are counted and whose password is never checked, as of a server that was stopped.
async fn leave_undecided(server: &'static TestServer, number: i64) {
    let hash = server.stored_hash().await;
    server.set_stored_hash(SLOW_HASH).await;
    for begun in 1..=number {
        let mut log_in: Pin<Box<_>> = Box::pin(server.try_log_in("ada", "a wrong guess"));
        let undecided = "SELECT count(*) FROM countersign_login_attempts";
        while server.query_number(undecided).await < begun {
            assert!(poll!(&mut log_in).is_pending());
        }
        // Until it waits for the hash, and holds no connection to the database.
        let settled = timeout(Duration::from_millis(100), &mut log_in).await;
        assert!(settled.is_err(), "the hash is computed already");
        // Dropping it would decide the attempt.
        std::mem::forget(log_in);
    }
    server.set_stored_hash(&hash).await;
}

async fn leaked_server() -> &'static TestServer {
    Box::leak(Box::new(TestServer::start().await))
}

#[tokio::test]
async fn an_attempt_waits_for_undecided_ones_and_keeps_nobody_else_waiting() {
    let server = leaked_server().await;
    server.add_user("ada", "analytical engine").await;
    leave_undecided(server, 5).await;
    let bob = server.add_user("bob", "difference engine").await;
    let waiting: Vec<_> = (0..16)
        .map(|_| tokio::spawn(server.try_log_in("ada", "analytical engine")))
        .collect();
    tokio::time::sleep(Duration::from_millis(500)).await;
    let one_more = server.try_log_in("ada", "analytical engine").await;
    one_more.assert_error(429, "throttled");
    server.log_in(&bob).await;
    for waited in waiting {
        let waited = waited.await.unwrap();
        waited.assert_error(429, "throttled");
        assert!(waited.header("retry-after").is_some());
    }
}

#[tokio::test]
async fn an_attempt_that_stays_undecided_for_thirty_seconds_has_failed() {
    let server = leaked_server().await;
    server.add_user("ada", "analytical engine").await;
    leave_undecided(server, 5).await;
    server.pass_seconds(30);
    // The delay of five failures is over by now; that of the sixth is not.
    let sixth = server.try_log_in("ada", "a wrong guess").await;
    sixth.assert_error(401, "invalid_credentials");
    let seventh = server.try_log_in("ada", "analytical engine").await;
    seventh.assert_error(429, "throttled");
    assert_eq!(seventh.header("retry-after"), Some("10"));
    server.pass_seconds(10);
    assert_eq!(
        server.try_log_in("ada", "analytical engine").await.status,
        200
    );
}

#[test]
fn a_guess_whose_sender_hangs_up_is_counted_and_recorded_for_its_owner() {
    let data = TempDir::new().unwrap();
    let add = ["user", "add", "ada", "--password-stdin"];
    assert!(
        run(countersign(data.path()).args(add), "analytical engine")
            .status
            .success()
    );
    let mut database = BlockingConnection::open(data.path());
    database.set_stored_hash(SLOW_HASH);
    let server = Process::serve(data.path());
    let body = form(&[("username", "ada"), ("password", "a wrong guess")]);
    let mut wait_for_rows = |statement: &'static str, number: i64| {
        let start = Instant::now();
        while database.number(statement) != number {
            assert!(start.elapsed() < Duration::from_secs(20), "{statement}");
            std::thread::sleep(Duration::from_millis(2));
        }
    };
    for guess in 1..=5 {
        let mut client = SlowClient::connect(&server);
        client.begin_login(body.len());
        client.write(body.as_bytes());
        wait_for_rows("SELECT count(*) FROM countersign_login_attempts", 1);
        drop(client);
        let failed = "SELECT count(*) FROM countersign_security_events WHERE kind = 'login_failed'";
        wait_for_rows(failed, guess);
    }
    let (status, _) = server.post("/api/login", &body, None);
    assert_eq!(status, 429);
    let output = run(
        countersign(data.path()).args(["audit", "--user", "ada", "--json"]),
        "",
    );
    let events = String::from_utf8(output.stdout).unwrap();
    let of_kind = |kind: &str| events.lines().filter(|line| line.contains(kind)).count();
    assert_eq!(of_kind("login_failed"), 5, "{events}");
    assert_eq!(of_kind("login_throttled"), 1, "{events}");
}

/// Signs ada in and returns the device cookie of that browser.
async fn device_cookie(server: &TestServer, password: &str) -> String {
    let response = server.try_log_in("ada", password).await;
    assert_eq!(response.status, 200, "{}", response.text());
    response.device_cookie().unwrap().0.to_owned()
}

async fn log_in_with(server: &TestServer, cookie: &str, password: &str) -> TestResponse {
    let headers = [("cookie", cookie)];
    server
        .try_log_in_from("192.0.2.9", "ada", password, &headers)
        .await
}

#[tokio::test]
async fn after_a_reset_a_browser_that_has_failed_before_can_sign_in() {
    let server = TestServer::start().await;
    server.add_user("ada", "analytical engine").await;
    let cookie = device_cookie(&server, "analytical engine").await;
    while log_in_with(&server, &cookie, "a wrong guess").await.status != 429 {}
    server.set_password("ada", "difference engine").await;
    let after = log_in_with(&server, &cookie, "difference engine").await;
    assert_eq!(after.status, 200, "{}", after.text());
}

#[tokio::test]
async fn device_cookies_from_before_a_reset_give_no_guess_more() {
    let server = TestServer::start().await;
    server.add_user("ada", "analytical engine").await;
    let mut cookies = Vec::new();
    for _ in 0..12 {
        cookies.push(device_cookie(&server, "analytical engine").await);
    }
    server.set_password("ada", "difference engine").await;
    let before = server.app.auth.hashes_computed();
    for cookie in &cookies {
        while log_in_with(&server, cookie, "a wrong guess").await.status != 429 {}
    }
    assert_eq!(server.app.auth.hashes_computed() - before, 5);
}

#[tokio::test]
async fn all_device_cookies_of_a_user_give_a_hundred_guesses_until_a_success() {
    let server = TestServer::start().await;
    server.add_user("ada", "analytical engine").await;
    let mut cookies = Vec::new();
    for _ in 0..30 {
        cookies.push(device_cookie(&server, "analytical engine").await);
    }
    let guess = async |cookie: &str| {
        let before = server.app.auth.hashes_computed();
        while log_in_with(&server, cookie, "a wrong guess").await.status != 429 {}
        server.app.auth.hashes_computed() - before
    };
    let mut verified = 0;
    for cookie in &cookies {
        verified += guess(cookie).await;
    }
    assert_eq!(
        verified,
        100 + 5,
        "the cookies' hundred, and the five of anybody"
    );
    server.pass_seconds(5);
    server.try_log_in("ada", "analytical engine").await;
    assert_eq!(
        guess(&cookies[29]).await,
        5,
        "a success makes the cookies count again"
    );
}

#[tokio::test]
async fn ignored_device_cookies_count_again_after_a_day() {
    let server = TestServer::start().await;
    server.add_user("ada", "analytical engine").await;
    let mut cookies = Vec::new();
    for _ in 0..21 {
        cookies.push(device_cookie(&server, "analytical engine").await);
    }
    for cookie in &cookies {
        while log_in_with(&server, cookie, "a wrong guess").await.status != 429 {}
    }
    // Nobody but the browser's own user can sign in while others guess without a cookie.
    server.pass_seconds(86_400);
    while server.try_log_in("ada", "a wrong guess").await.status != 429 {}
    assert_eq!(
        log_in_with(&server, &cookies[20], "analytical engine")
            .await
            .status,
        200
    );
}
