//! Tests of the mails by which a password is reset: who gets them, how many, and when.

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread::{self, sleep},
    time::{Duration, Instant},
};

use crate::support::{
    ADDRESS, BlockingConnection, Maildev, PUBLIC_URL, Process, TestResponse, TestServer,
    countersign, data_with_address, database_url, link_in, mails, run, serve_with_mail,
    wait_until_sent, with_mail,
};

/// How often a server is killed, each time a little later.
const ROUNDS: usize = 20;

/// Asks for a link, from an address of the network `number`.
fn ask(server: &Process, typed: &str, number: usize) -> TestResponse {
    let forwarded = format!("198.51.{}.{}", number / 200, number % 200 + 1);
    let headers = [
        ("sec-fetch-site", "same-origin"),
        ("x-forwarded-for", &*forwarded),
        ("accept-language", "en"),
    ];
    let typed: String = url::form_urlencoded::byte_serialize(typed.as_bytes()).collect();
    server.send_form("/forgot-password", &format!("username={typed}"), &headers)
}

fn choose(server: &Process, link: &str) -> TestResponse {
    let headers = [("sec-fetch-site", "same-origin")];
    server.send_form(link, "new_password=difference+engine", &headers)
}

/// Whether the server at `origin` confirms a reset before it goes away.
fn is_reset(origin: &str, link: &str, password: &str) -> bool {
    let request = ureq::post(format!("{origin}{link}"));
    let config = request.config().max_redirects(0);
    let request = config.max_redirects_will_error(false).build();
    let fields = format!("new_password={}", password.replace(' ', "+"));
    let response = request
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .send(fields);
    response.is_ok_and(|response| response.status() == 303)
}

#[test]
fn a_link_is_mailed_to_the_address_of_the_account_and_resets_the_password() {
    let (data, maildev) = (data_with_address(), Maildev::start());
    let server = serve_with_mail(data.path(), maildev.smtp_port);
    ask(&server, "ADA", 0).assert_redirect("/forgot-password?sent");
    let first = mails(&maildev, 1).remove(0);
    assert_eq!(
        first["to"][0]["address"].as_str().unwrap().to_lowercase(),
        "ada@example.org"
    );
    ask(&server, "aDA@eXAMPLE.org ", 1).assert_redirect("/forgot-password?sent");
    let both = mails(&maildev, 2);
    let links: Vec<_> = both.iter().map(link_in).collect();
    assert_ne!(links[0], links[1]);
    choose(&server, &links[0]).assert_redirect("/login?reset");
    choose(&server, &links[1]).assert_error(410, "invalid_link");
    server.log_in("ada", "difference engine");
    let notice = mails(&maildev, 3).into_iter().find(|mail| {
        let text = mail["text"].as_str().unwrap();
        !text.contains("token=")
    });
    let subject = notice.unwrap()["subject"].as_str().unwrap().to_lowercase();
    assert!(subject.contains("password"), "{subject}");
    wait_until_sent(data.path());
}

#[test]
fn a_link_leads_to_public_url_whatever_the_request_says() {
    let (data, maildev) = (data_with_address(), Maildev::start());
    let server = serve_with_mail(data.path(), maildev.smtp_port);
    let headers = [
        ("host", "evil.example"),
        ("x-forwarded-host", "evil.example"),
        ("forwarded", "host=evil.example"),
        ("sec-fetch-site", "same-origin"),
    ];
    let response = server.send_form("/forgot-password", "username=ada", &headers);
    response.assert_redirect("/forgot-password?sent");
    let mail = mails(&maildev, 1).remove(0);
    assert!(link_in(&mail).starts_with("/reset-password?token="));
    assert!(!mail.to_string().contains("evil"), "{mail}");
}

#[test]
fn an_unknown_name_gets_the_same_response_and_no_mail() {
    let (data, maildev) = (data_with_address(), Maildev::start());
    let server = serve_with_mail(data.path(), maildev.smtp_port);
    let mut without_address = countersign(data.path());
    without_address.env("COUNTERSIGN_PUBLIC_URL", PUBLIC_URL);
    let added = run(
        without_address.args(["user", "add", "eve", "--password-stdin"]),
        "analytical engine",
    );
    assert!(added.status.success(), "{added:?}");
    let typed = [
        "ada",
        "nobody",
        "nobody@example.org",
        "nobody@",
        "eve",
        "a canary password",
    ];
    let answers: Vec<_> = (typed.iter().enumerate())
        .map(|(number, typed)| {
            let response = ask(&server, typed, number);
            let headers = response.headers.iter();
            let headers = headers.filter(|(name, _)| *name != "date");
            let headers: Vec<_> = headers
                .map(|(name, value)| format!("{name}: {value:?}"))
                .collect();
            (response.status, headers, response.text())
        })
        .collect();
    assert!(
        answers.iter().all(|answer| *answer == answers[0]),
        "{answers:?}"
    );
    ask(&server, "a\0da", 6).assert_error(422, "invalid_input");
    wait_until_sent(data.path());
    assert_eq!(mails(&maildev, 1).len(), 1);
    let mut database = BlockingConnection::at(&database_url(data.path()));
    let kept = "SELECT count(*) FROM countersign_mails WHERE typed IS NOT NULL OR user_id IS NULL";
    assert_eq!(
        database.number(kept),
        0,
        "nothing of what was typed is kept"
    );
}

#[test]
fn a_mailbox_gets_three_links_an_hour_and_every_notice() {
    let (data, maildev) = (data_with_address(), Maildev::start());
    let server = serve_with_mail(data.path(), maildev.smtp_port);
    for number in 0..50 {
        let typed = if number % 2 == 0 { "ada" } else { ADDRESS };
        ask(&server, typed, number).assert_redirect("/forgot-password?sent");
    }
    wait_until_sent(data.path());
    let links: Vec<_> = mails(&maildev, 3).iter().map(link_in).collect();
    assert_eq!(links.len(), 3);
    choose(&server, &links[2]).assert_redirect("/login?reset");
    assert_eq!(mails(&maildev, 4).len(), 4, "the notice");
}

#[test]
fn a_network_that_asks_for_too_many_mails_is_delayed() {
    let (data, maildev) = (data_with_address(), Maildev::start());
    let server = serve_with_mail(data.path(), maildev.smtp_port);
    let statuses: Vec<_> = (0..40)
        .map(|number| ask(&server, &format!("nobody {number}"), 0).status.as_u16())
        .collect();
    assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 30);
    let delayed = ask(&server, "ada", 0);
    delayed.assert_error(429, "throttled");
    ask(&server, "ada", 1).assert_redirect("/forgot-password?sent");
    let signed_in = server.log_in("ada", "analytical engine");
    assert!(!signed_in.is_empty(), "a sign-in is not delayed by it");
}

#[test]
fn a_mail_waits_while_the_mail_server_is_away_and_is_sent_later() {
    let data = data_with_address();
    let away = {
        let maildev = Maildev::start();
        maildev.smtp_port
    };
    let server = serve_with_mail(data.path(), away);
    ask(&server, "ada", 0).assert_redirect("/forgot-password?sent");
    let list = || {
        let mut command = with_mail(data.path(), away);
        let listed = run(command.args(["mail", "list"]), "");
        assert!(listed.status.success(), "{listed:?}");
        String::from_utf8(listed.stdout).unwrap()
    };
    let start = Instant::now();
    while !list().contains("127.0.0.1") {
        assert!(start.elapsed() < Duration::from_secs(15), "{}", list());
        sleep(Duration::from_millis(100));
    }
    let listed = list();
    assert!(
        listed.contains("waiting") && listed.contains("password_reset"),
        "{listed}"
    );
    assert!(
        !listed.to_lowercase().contains("example.org") && !listed.contains("token"),
        "{listed}"
    );
    drop(server);

    let maildev = Maildev::start();
    let _server = serve_with_mail(data.path(), maildev.smtp_port);
    let mut retry = with_mail(data.path(), maildev.smtp_port);
    let retried = run(retry.args(["mail", "retry"]), "");
    assert_eq!(
        String::from_utf8_lossy(&retried.stdout),
        "Mails that are tried again now: 1.\n"
    );
    assert_eq!(mails(&maildev, 1).len(), 1);
    wait_until_sent(data.path());
    assert_eq!(list(), "");
}

#[test]
fn a_mailbox_gets_three_links_an_hour_however_long_they_have_waited() {
    let data = data_with_address();
    let away = Maildev::start().smtp_port;
    let server = serve_with_mail(data.path(), away);
    let mut database = BlockingConnection::at(&database_url(data.path()));
    for number in 0..6 {
        ask(&server, "ada", number).assert_redirect("/forgot-password?sent");
        if number % 3 == 2 {
            let start = Instant::now();
            let failed = "SELECT count(*) FROM countersign_mails WHERE error IS NOT NULL";
            while database.number(failed) != [3, 6][number / 3] {
                assert!(start.elapsed() < Duration::from_secs(15));
                sleep(Duration::from_millis(50));
            }
            database.execute("UPDATE countersign_mails SET addressed_at = addressed_at - 7200");
        }
    }
    drop(server);
    let maildev = Maildev::start();
    let _server = serve_with_mail(data.path(), maildev.smtp_port);
    database.execute("UPDATE countersign_mails SET due_at = 0");
    wait_until_sent(data.path());
    assert_eq!(mails(&maildev, 3).len(), 3);
}

/// A mail server that takes messages and hangs up before its reply.
fn hang_up_after_each_message() -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let messages = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&messages);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            for reply in ["220 x", "250 x", "250 ok", "250 ok", "354 go"] {
                let _ = write!(stream, "{reply}\r\n");
                if reply != "354 go" {
                    lines.next();
                }
            }
            if lines.any(|line| line.is_ok_and(|line| line == ".")) {
                counted.fetch_add(1, Ordering::SeqCst);
            }
        }
    });
    (port, messages)
}

#[test]
fn a_mail_that_may_have_been_delivered_is_sent_once_more_at_most() {
    let data = data_with_address();
    let (port, messages) = hang_up_after_each_message();
    let server = serve_with_mail(data.path(), port);
    ask(&server, "ada", 0).assert_redirect("/forgot-password?sent");
    let mut database = BlockingConnection::at(&database_url(data.path()));
    let given_up =
        "SELECT count(*) FROM countersign_mails WHERE due_at IS NULL AND sent_at IS NULL";
    let start = Instant::now();
    while database.number(given_up) == 0 {
        assert!(start.elapsed() < Duration::from_secs(20));
        let failed =
            "UPDATE countersign_mails SET due_at = 0 WHERE error IS NOT NULL AND due_at > 0";
        database.execute(failed);
        sleep(Duration::from_millis(200));
    }
    assert_eq!(messages.load(Ordering::SeqCst), 2);
}

#[test]
fn a_password_that_an_operator_sets_is_told_by_mail() {
    let (data, maildev) = (data_with_address(), Maildev::start());
    let _server = serve_with_mail(data.path(), maildev.smtp_port);
    let mut passwd = with_mail(data.path(), maildev.smtp_port);
    let set = run(
        passwd.args(["user", "passwd", "ada", "--password-stdin"]),
        "difference engine",
    );
    assert!(set.status.success(), "{set:?}");
    assert_eq!(mails(&maildev, 1).len(), 1);
}

#[test]
fn a_mail_whose_server_is_killed_while_sending_is_neither_lost_nor_sent_often() {
    let (data, maildev) = (data_with_address(), Maildev::start());
    for round in 0..ROUNDS {
        let server = serve_with_mail(data.path(), maildev.smtp_port);
        // Another mailbox each time, because of the limit.
        let (name, address) = (format!("user{round}"), format!("user{round}@example.org"));
        let mut add = with_mail(data.path(), maildev.smtp_port);
        let added = run(
            add.args([
                "user",
                "add",
                &name,
                "--email",
                &address,
                "--password-stdin",
            ]),
            "analytical engine",
        );
        assert!(added.status.success(), "{added:?}");
        ask(&server, &name, round).assert_redirect("/forgot-password?sent");
        sleep(Duration::from_millis(4 * round as u64));
        server.kill();
    }
    let mut database = BlockingConnection::at(&database_url(data.path()));
    // The minute for which nobody else takes them is over.
    database.execute("UPDATE countersign_mails SET due_at = 0 WHERE due_at IS NOT NULL");
    let _server = serve_with_mail(data.path(), maildev.smtp_port);
    wait_until_sent(data.path());
    let mails = mails(&maildev, ROUNDS);
    for round in 0..ROUNDS {
        let address = format!("user{round}@example.org");
        let number = mails
            .iter()
            .filter(|mail| mail["to"][0]["address"] == *address);
        assert!(
            (1..=2).contains(&number.count()),
            "{address}: {}",
            mails.len()
        );
    }
}

#[test]
fn a_reset_whose_server_is_killed_is_done_as_a_whole_or_not_at_all() {
    let (data, maildev) = (data_with_address(), Maildev::start());
    let mut database = BlockingConnection::at(&database_url(data.path()));
    let mut password = "analytical engine";
    let mut number_done = 0;
    let mut outcomes = Vec::new();
    for round in 0..ROUNDS {
        let server = serve_with_mail(data.path(), maildev.smtp_port);
        server.log_in("ada", password);
        let mut command = with_mail(data.path(), maildev.smtp_port);
        let printed = run(command.args(["user", "reset-link", "ada"]), "");
        let link = String::from_utf8(printed.stdout).unwrap();
        let link = link.trim().strip_prefix(PUBLIC_URL).unwrap().to_owned();
        let origin = server.origin.clone();
        let new = if password == "analytical engine" {
            "difference engine"
        } else {
            "analytical engine"
        };
        let client = thread::spawn(move || is_reset(&origin, &link, new));
        let is_last = round + 1 == ROUNDS;
        let pause = Duration::from_millis(5 * round as u64);
        let start = Instant::now();
        while !client.is_finished() && (is_last || start.elapsed() < pause) {
            sleep(Duration::from_millis(1));
        }
        server.kill();
        let is_confirmed = client.join().unwrap();

        let mut count = |sql: &'static str| database.number(sql);
        let done =
            count("SELECT count(*) FROM countersign_security_events WHERE kind = 'password_reset'");
        let is_done = done > number_done;
        assert!(is_done || !is_confirmed, "round {round}");
        let links = count("SELECT count(*) FROM countersign_one_time_tokens");
        let live = count("SELECT count(*) FROM countersign_sessions WHERE revoked_at IS NULL");
        let notices =
            count("SELECT count(*) FROM countersign_mails WHERE kind = 'password_changed'");
        outcomes.push(is_done);
        assert_eq!(links == 0, is_done, "round {round}");
        assert_eq!(live == 0, is_done, "round {round}");
        assert_eq!(notices, done, "round {round}");
        if is_done {
            (number_done, password) = (done, new);
        }
    }
    for outcome in [true, false] {
        assert!(outcomes.contains(&outcome), "{outcomes:?}");
    }
}

/// The time tells nothing about who exists: nothing is looked up before the response.
#[test]
fn a_request_for_an_unknown_name_takes_as_long_as_for_a_known_one() {
    let (data, maildev) = (data_with_address(), Maildev::start());
    let server = serve_with_mail(data.path(), maildev.smtp_port);
    let mut times: [Vec<Duration>; 2] = [Vec::new(), Vec::new()];
    for number in 0..100 {
        for (typed, times) in ["ada", "nobody"].into_iter().zip(&mut times) {
            let start = Instant::now();
            ask(&server, typed, number).assert_redirect("/forgot-password?sent");
            times.push(start.elapsed());
        }
    }
    for times in &mut times {
        times.sort();
    }
    let [known, unknown] = times;
    let overlap = known[25] < unknown[75] && unknown[25] < known[75];
    assert!(overlap, "{known:?} {unknown:?}");
}

#[tokio::test]
async fn without_a_mail_server_nothing_is_queued() {
    let server = TestServer::start().await;
    server.add_user("ada", "analytical engine").await;
    let fields = [("username", "ada")];
    let response = server
        .post_own_form("/forgot-password", &fields, None)
        .await;
    response.assert_error(404, "not_found");
    let number = "SELECT count(*) FROM countersign_mails";
    assert_eq!(server.query_number(number).await, 0);
    server.set_password("ada", "difference engine").await;
    assert_eq!(server.query_number(number).await, 0);
}

#[test]
fn two_servers_on_one_database_send_a_mail_once() {
    let (data, maildev) = (data_with_address(), Maildev::start());
    let servers = [(); 2].map(|()| serve_with_mail(data.path(), maildev.smtp_port));
    thread::scope(|scope| {
        for (number, server) in servers.iter().enumerate() {
            scope.spawn(move || {
                for typed in ["ada", "nobody", "nobody else"] {
                    ask(server, typed, number).assert_redirect("/forgot-password?sent");
                }
            });
        }
    });
    wait_until_sent(data.path());
    sleep(Duration::from_millis(300));
    assert_eq!(mails(&maildev, 2).len(), 2);
}
