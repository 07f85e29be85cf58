//! Tests of deleting an account.

use std::{
    thread::{self, sleep},
    time::{Duration, Instant},
};

use crate::support::{
    BlockingConnection, Maildev, SignedIn, TestResponse, TestServer, countersign,
    data_dir_with_ada, data_with_address, database_url, failure, mails, run, serve_with_mail,
    wait_until_sent, with_mail,
};

const PASSWORD: &str = "analytical engine";
const PAGE: &str = "/account/delete";

/// How often a server is killed, each time a little later.
const ROUNDS: usize = 20;

async fn delete(server: &TestServer, user: &SignedIn, password: &str) -> TestResponse {
    let fields = [("password", password)];
    server
        .post_own_form(PAGE, &fields, Some(&user.cookie))
        .await
}

#[tokio::test]
async fn an_account_that_its_owner_deletes_is_gone_with_its_sessions() {
    let server = TestServer::start().await;
    let (here, there) = (server.ada().await, server.ada_again().await);
    let eve = server.add_user("eve", "difference engine").await;
    let eve = server.log_in(&eve).await;
    let deleted = delete(&server, &here, PASSWORD).await;
    deleted.assert_redirect("/login?deleted");
    let cleared = deleted.header("set-cookie").unwrap();
    assert!(cleared.contains("Max-Age=0"), "{cleared}");
    assert_eq!(deleted.header("clear-site-data"), Some("\"storage\""));
    for session in [&here, &there] {
        session.assert_over(&server).await;
    }
    eve.assert_accepted(&server).await;
    server
        .try_log_in("ada", PASSWORD)
        .await
        .assert_error(401, "invalid_credentials");
    for (rows, left) in [
        ("SELECT count(*) FROM countersign_users", 1),
        ("SELECT count(*) FROM countersign_sessions", 1),
        ("SELECT count(*) FROM countersign_one_time_tokens", 0),
        ("SELECT count(*) FROM countersign_mails", 0),
        ("SELECT count(*) FROM countersign_login_attempts", 0),
    ] {
        assert_eq!(server.query_number(rows).await, left, "{rows}");
    }
    let kept = "SELECT count(*) FROM countersign_security_events WHERE kind = 'user_deleted' \
                AND user_id IS NOT NULL";
    assert_eq!(server.query_number(kept).await, 1);
    // The name is free again, for another account.
    let ada = server.add_user("ada", "another long password").await;
    let ada = server.log_in(&ada).await;
    let events = server.post_with_token("/api/events", &ada.token).await;
    assert_eq!(events.json().as_array().unwrap().len(), 2);
    there.assert_over(&server).await;
}

#[tokio::test]
async fn nobody_deletes_an_account_without_its_password() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    for _ in 0..5 {
        let refused = delete(&server, &ada, "a wrong guess").await;
        refused.assert_error(403, "wrong_password");
    }
    delete(&server, &ada, PASSWORD)
        .await
        .assert_error(429, "throttled");
    server.pass_seconds(5);
    let missing = server.post_own_form(PAGE, &[], Some(&ada.cookie)).await;
    missing.assert_error(422, "invalid_input");
    let fields = [("password", PASSWORD)];
    let without = server.post_own_form(PAGE, &fields, None).await;
    without.assert_redirect("/login?next=/account/delete");
    let request = axum::http::Request::post(PAGE)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "cross-site")
        .header("cookie", &ada.cookie)
        .body("password=analytical+engine".into());
    let foreign = server.send(request.unwrap()).await;
    foreign.assert_error(403, "cross_site");
    ada.assert_accepted(&server).await;
}

#[tokio::test]
async fn sign_ins_and_refreshes_meanwhile_leave_no_session() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    let others: Vec<_> = futures::future::join_all((0..4).map(|_| server.ada_again())).await;
    let logins = futures::future::join_all((0..4).map(|_| server.try_log_in("ada", PASSWORD)));
    let refreshes =
        futures::future::join_all(others.iter().map(|other| server.refresh(&other.cookie)));
    let (deleted, logins, refreshes) =
        futures::join!(delete(&server, &ada, PASSWORD), logins, refreshes);
    deleted.assert_redirect("/login?deleted");
    for response in logins.into_iter().chain(refreshes) {
        if response.status == 200 {
            SignedIn::from(response).assert_over(&server).await;
        }
    }
    let left = "SELECT count(*) FROM countersign_sessions";
    assert_eq!(server.query_number(left).await, 0);
}

#[test]
fn a_deletion_is_told_by_mail_and_links_are_void() {
    let (data, maildev) = (data_with_address(), Maildev::start());
    let server = serve_with_mail(data.path(), maildev.smtp_port);
    let link = run(
        with_mail(data.path(), maildev.smtp_port).args(["user", "reset-link", "ada"]),
        "",
    );
    let link = String::from_utf8(link.stdout).unwrap();
    let link = link
        .trim()
        .split_once("/reset-password")
        .unwrap()
        .1
        .to_owned();
    let response = server.log_in_response("ada", PASSWORD);
    let cookie = response.cookie().unwrap().0.to_owned();
    let headers = [
        ("sec-fetch-site", "same-origin"),
        ("accept-language", "en"),
        ("cookie", &*cookie),
    ];
    let deleted = server.send_form(PAGE, "password=analytical+engine", &headers);
    deleted.assert_redirect("/login?deleted");
    let mail = mails(&maildev, 1).remove(0);
    assert_eq!(mail["subject"], "Your account was deleted");
    assert!(!mail["text"].as_str().unwrap().contains("ada"), "{mail}");
    let path = format!("/reset-password{link}");
    let used = server.send_form(&path, "new_password=difference+engine", &headers[..2]);
    used.assert_error(410, "invalid_link");
    wait_until_sent(data.path());
}

#[test]
fn the_command_line_deletes_an_account_when_it_is_confirmed() {
    let data = data_dir_with_ada();
    let command = |arguments: &[&str]| {
        let mut command = countersign(data.path());
        command.args(["user", "delete"]).args(arguments);
        command
    };
    let unconfirmed = failure(&mut command(&["ada"]));
    assert!(unconfirmed.contains("use --yes"), "{unconfirmed}");
    let unknown = failure(&mut command(&["nobody", "--yes"]));
    assert!(unknown.contains("there is no user nobody"), "{unknown}");
    let deleted = run(&mut command(&["ADA", "--yes"]), "");
    let printed = String::from_utf8(deleted.stdout).unwrap();
    assert_eq!(printed, "Deleted ada and ended their sessions.\n");
    assert!(failure(&mut command(&["ada", "--yes"])).contains("there is no user ada"));
    let audit = run(countersign(data.path()).arg("audit"), "");
    let audit = String::from_utf8(audit.stdout).unwrap();
    let event = audit.lines().find(|line| line.contains("user_deleted"));
    assert!(!event.unwrap().contains("ada"), "{audit}");
}

#[test]
fn a_deletion_whose_server_is_killed_is_done_as_a_whole_or_not_at_all() {
    let (data, maildev) = (data_with_address(), Maildev::start());
    let mut database = BlockingConnection::at(&database_url(data.path()));
    let mut outcomes = Vec::new();
    for round in 0..ROUNDS {
        let name = format!("user{round}");
        let address = format!("{name}@example.org");
        let mut add = with_mail(data.path(), maildev.smtp_port);
        add.args([
            "user",
            "add",
            &name,
            "--email",
            &address,
            "--password-stdin",
        ]);
        assert!(run(&mut add, PASSWORD).status.success());
        let server = serve_with_mail(data.path(), maildev.smtp_port);
        let response = server.log_in_response(&name, PASSWORD);
        let cookie = response.cookie().unwrap().0.to_owned();
        let url = format!("{}{PAGE}", server.origin);
        let client = thread::spawn(move || {
            let request = ureq::post(url);
            let config = request.config().max_redirects(0);
            let request = config.max_redirects_will_error(false).build();
            let response = request
                .header("content-type", "application/x-www-form-urlencoded")
                .header("sec-fetch-site", "same-origin")
                .header("cookie", cookie)
                .send("password=analytical+engine");
            response.is_ok_and(|response| response.status() == 303)
        });
        let is_last = round + 1 == ROUNDS;
        let pause = Duration::from_millis(5 * round as u64);
        let start = Instant::now();
        while !client.is_finished() && (is_last || start.elapsed() < pause) {
            sleep(Duration::from_millis(1));
        }
        server.kill();
        let is_confirmed = client.join().unwrap();

        let mut is_there = |rows: &str| {
            let query = format!("SELECT count(*) FROM {rows}");
            database.number(Box::leak(query.into_boxed_str())) > 0
        };
        let is_done = !is_there(&format!("countersign_users WHERE username = '{name}'"));
        assert!(is_done || !is_confirmed, "round {round}");
        let has_session = is_there(
            "countersign_sessions WHERE user_id IN (SELECT id FROM countersign_users \
             WHERE username LIKE 'user%')",
        );
        let before = outcomes.iter().any(|done| !done);
        assert!(before || has_session != is_done, "round {round}");
        let orphans = is_there(
            "countersign_sessions WHERE user_id NOT IN (SELECT id FROM countersign_users)",
        );
        assert!(!orphans, "round {round}");
        outcomes.push(is_done);
    }
    for outcome in [true, false] {
        assert!(outcomes.contains(&outcome), "{outcomes:?}");
    }
    let done = outcomes.iter().filter(|done| **done).count();
    let _server = serve_with_mail(data.path(), maildev.smtp_port);
    database.execute("UPDATE countersign_mails SET due_at = 0 WHERE due_at IS NOT NULL");
    wait_until_sent(data.path());
    let notices = mails(&maildev, done).len();
    assert!((done..=2 * done).contains(&notices), "{notices} of {done}");
}
