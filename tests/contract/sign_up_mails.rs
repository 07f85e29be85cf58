//! Tests of the mails by which somebody creates an account: who gets them, how many, and what is known of
//! others by them.

use std::{
    path::Path,
    process::Command,
    thread::{self, sleep},
    time::{Duration, Instant},
};

use crate::support::{
    BlockingConnection, Maildev, PUBLIC_URL, Process, TestResponse, countersign, data_with_address,
    database_url, failure, link_in, mails, run, wait_until_sent, with_mail,
};

/// How often a server is killed, each time a little later.
const ROUNDS: usize = 20;

fn open(data: &Path, smtp_port: u16) -> Command {
    let mut command = with_mail(data, smtp_port);
    command.env("COUNTERSIGN_ACCOUNTS_REGISTRATION", "open");
    command
}

fn serve(data: &Path, smtp_port: u16) -> Process {
    Process::start(open(data, smtp_port).arg("serve"))
}

/// Signs up from an address of the network `number`.
fn sign_up(server: &Process, email: &str, number: usize) -> TestResponse {
    let forwarded = format!("198.51.{}.{}", number / 200, number % 200 + 1);
    let headers = [
        ("sec-fetch-site", "same-origin"),
        ("x-forwarded-for", &*forwarded),
        ("accept-language", "en"),
    ];
    let email: String = url::form_urlencoded::byte_serialize(email.as_bytes()).collect();
    server.send_form("/sign-up", &format!("email={email}"), &headers)
}

fn create(server: &Process, link: &str, name: &str) -> TestResponse {
    let headers = [("sec-fetch-site", "same-origin")];
    let fields = format!("username={name}&new_password=difference+engine");
    server.send_form(link, &fields, &headers)
}

/// The text without its line breaks.
fn text_of(mail: &serde_json::Value) -> String {
    let words = mail["text"].as_str().unwrap().split_whitespace();
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn whoever_confirms_an_address_gets_an_account_with_it() {
    let (data, maildev) = (data_with_address(), Maildev::start());
    let server = serve(data.path(), maildev.smtp_port);
    sign_up(&server, " Eve@Example.org ", 0).assert_redirect("/sign-up?sent");
    let mail = mails(&maildev, 1).remove(0);
    assert_eq!(mail["to"][0]["address"], "Eve@example.org");
    let link = link_in(&mail);
    assert!(link.starts_with("/create-account?token="), "{link}");
    create(&server, &link, "eve").assert_redirect("/login");
    server.log_in("eve", "difference engine");
    let shown = run(
        open(data.path(), maildev.smtp_port).args(["user", "show", "eve"]),
        "",
    );
    let shown = String::from_utf8(shown.stdout).unwrap();
    assert!(shown.contains("Eve@example.org"), "{shown}");
}

#[test]
fn the_answer_is_the_same_for_an_address_with_an_account_whose_owner_is_told() {
    let (data, maildev) = (data_with_address(), Maildev::start());
    let server = serve(data.path(), maildev.smtp_port);
    let answers: Vec<_> = ["ada@example.org", "eve@example.org"]
        .into_iter()
        .enumerate()
        .map(|(number, email)| {
            let response = sign_up(&server, email, number);
            let headers = response.headers.iter();
            let headers = headers.filter(|(name, _)| *name != "date");
            let headers: Vec<_> = headers
                .map(|(name, value)| format!("{name}: {value:?}"))
                .collect();
            (response.status, headers, response.text())
        })
        .collect();
    assert_eq!(answers[0], answers[1]);
    let both = mails(&maildev, 2);
    let to_ada = both.iter().find(|mail| {
        let to = mail["to"][0]["address"].as_str().unwrap();
        to.eq_ignore_ascii_case("ada@example.org")
    });
    let text = text_of(to_ada.unwrap());
    assert!(!text.contains("token="), "{text}");
    assert!(text.contains("ada") && text.contains(PUBLIC_URL), "{text}");
    assert!(text.contains("You have one already"), "{text}");
}

#[test]
fn known_and_unknown_addresses_are_answered_in_the_same_time() {
    let (data, maildev) = (data_with_address(), Maildev::start());
    let server = serve(data.path(), maildev.smtp_port);
    let mut times = [Vec::new(), Vec::new()];
    for number in 0..100 {
        for (email, times) in ["ada@example.org", "eve@example.org"]
            .into_iter()
            .zip(&mut times)
        {
            let start = Instant::now();
            sign_up(&server, email, number).assert_redirect("/sign-up?sent");
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

#[test]
fn a_mailbox_gets_three_mails_an_hour_however_many_sign_up_with_it() {
    let (data, maildev) = (data_with_address(), Maildev::start());
    let server = serve(data.path(), maildev.smtp_port);
    for number in 0..25 {
        sign_up(&server, "eve@example.org", number).assert_redirect("/sign-up?sent");
        sign_up(&server, "ada@example.org", number).assert_redirect("/sign-up?sent");
    }
    wait_until_sent(data.path());
    sleep(Duration::from_millis(300));
    assert_eq!(mails(&maildev, 6).len(), 6);
}

#[test]
fn a_network_that_signs_up_often_has_to_wait_and_no_address_is_taken_that_is_none() {
    let (data, maildev) = (data_with_address(), Maildev::start());
    let server = serve(data.path(), maildev.smtp_port);
    for typed in [
        "",
        "eve",
        "eve@",
        "eve@localhost",
        "eve@example.org, ada@example.org",
    ] {
        let response = sign_up(&server, typed, 0);
        response.assert_error(422, "invalid_input");
        assert_eq!(response.json()["reason"], "email");
    }
    let mut answers =
        (0..40).map(|number| sign_up(&server, &format!("eve{number}@example.org"), 0));
    let refused = answers.find(|response| response.status == 429);
    refused.unwrap().assert_error(429, "throttled");
}

#[test]
fn two_that_use_links_to_one_address_get_one_account() {
    let (data, maildev) = (data_with_address(), Maildev::start());
    let server = serve(data.path(), maildev.smtp_port);
    for number in 0..2 {
        sign_up(&server, "eve@example.org", number).assert_redirect("/sign-up?sent");
    }
    let links: Vec<_> = mails(&maildev, 2).iter().map(link_in).collect();
    create(&server, &links[0], "eve").assert_redirect("/login");
    let second = create(&server, &links[1], "mallory");
    second.assert_error(422, "invalid_input");
    assert_eq!(second.json()["reason"], "email_taken");
}

#[test]
fn an_operator_invites_by_mail_or_by_a_link_and_takes_it_back() {
    let (data, maildev) = (data_with_address(), Maildev::start());
    let invite = |arguments: &[&str]| {
        let mut command = open(data.path(), maildev.smtp_port);
        command.env("COUNTERSIGN_ACCOUNTS_REGISTRATION", "invite");
        command.arg("invite").args(arguments);
        command
    };
    let printed = |arguments: &[&str]| {
        let output = run(&mut invite(arguments), "");
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let link = printed(&["--valid-for", "30m"]);
    assert!(
        link.starts_with(&format!("{PUBLIC_URL}/create-account?token=")),
        "{link}"
    );
    assert!(printed(&["--email", "eve@example.org", "--language", "de"]).contains("queued"));
    let listed = printed(&["list"]);
    assert!(
        listed.contains("to be mailed") && listed.contains("eve@example.org"),
        "{listed}"
    );
    assert_eq!(listed.lines().count(), 2, "{listed}");
    let taken = failure(&mut invite(&["--email", "ADA@example.org"]));
    assert!(taken.contains("another account has the address"), "{taken}");

    let mut serve = open(data.path(), maildev.smtp_port);
    serve.env("COUNTERSIGN_ACCOUNTS_REGISTRATION", "invite");
    let server = Process::start(serve.arg("serve"));
    let mail = mails(&maildev, 1).remove(0);
    assert!(text_of(&mail).contains("eingeladen"), "{mail}");
    assert!(text_of(&mail).contains("7 Tage"), "{mail}");
    wait_until_sent(data.path());
    let listed = printed(&["list"]);
    assert!(!listed.contains("to be mailed"), "{listed}");
    create(&server, &link_in(&mail), "eve").assert_redirect("/login");
    let listed = printed(&["list"]);
    assert_eq!(listed.lines().count(), 1, "{listed}");
    let id = listed.split_whitespace().next().unwrap();
    assert!(printed(&["revoke", id]).contains("Revoked"));
    assert!(failure(&mut invite(&["revoke", id])).contains("there is no invitation"));
    let link = link.trim().strip_prefix(PUBLIC_URL).unwrap();
    create(&server, link, "mallory").assert_error(410, "invalid_link");
    let audit = run(countersign(data.path()).arg("audit"), "");
    let audit = String::from_utf8(audit.stdout).unwrap();
    for (kind, number) in [("invited", 2), ("invitation_revoked", 1)] {
        let events = audit.lines().filter(|line| line.contains(kind)).count();
        assert_eq!(events, number, "{audit}");
    }
}

#[test]
fn an_invitation_that_waits_to_be_mailed_can_be_taken_back() {
    let (data, maildev) = (data_with_address(), Maildev::start());
    let invite = |arguments: &[&str]| {
        let mut command = open(data.path(), maildev.smtp_port);
        let output = run(command.arg("invite").args(arguments), "");
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    invite(&["--email", "eve@example.org"]);
    let listed = invite(&["list"]);
    invite(&["revoke", listed.split_whitespace().next().unwrap()]);
    let _server = serve(data.path(), maildev.smtp_port);
    sleep(Duration::from_secs(2));
    assert!(maildev.mails().is_empty());
}

#[test]
fn the_settings_of_signing_up_are_checked_at_the_start() {
    let data = data_with_address();
    let mut open = countersign(data.path());
    open.env("COUNTERSIGN_ACCOUNTS_REGISTRATION", "open");
    let error = failure(open.arg("serve"));
    assert!(error.contains("mail.url"), "{error}");
    let mut misspelled = countersign(data.path());
    misspelled.env("COUNTERSIGN_ACCOUNTS_REGISTRATION", "everybody");
    let error = failure(misspelled.arg("serve"));
    assert!(
        error.contains("COUNTERSIGN_ACCOUNTS_REGISTRATION"),
        "{error}"
    );
    let mut closed = countersign(data.path());
    let error = failure(closed.arg("invite"));
    assert!(error.contains("accounts.registration"), "{error}");
}

#[test]
fn a_sign_up_whose_server_is_killed_is_done_as_a_whole_or_not_at_all() {
    let (data, maildev) = (data_with_address(), Maildev::start());
    let mut database = BlockingConnection::at(&database_url(data.path()));
    let mut outcomes: Vec<bool> = Vec::new();
    for round in 0..ROUNDS {
        let name = format!("user{round}");
        let invite = run(open(data.path(), maildev.smtp_port).arg("invite"), "");
        let link = String::from_utf8(invite.stdout).unwrap();
        let link = link.trim().strip_prefix(PUBLIC_URL).unwrap().to_owned();
        let server = serve(data.path(), maildev.smtp_port);
        let url = format!("{}{link}", server.origin);
        let fields = format!("username={name}&new_password=difference+engine");
        let client = thread::spawn(move || {
            let request = ureq::post(url);
            let config = request.config().max_redirects(0);
            let request = config.max_redirects_will_error(false).build();
            let response = request
                .header("content-type", "application/x-www-form-urlencoded")
                .header("sec-fetch-site", "same-origin")
                .send(fields);
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

        let mut count = |rows: &str| {
            let query = format!("SELECT count(*) FROM {rows}");
            database.number(Box::leak(query.into_boxed_str()))
        };
        let accounts = count(&format!("countersign_users WHERE username = '{name}'"));
        let sessions = count(&format!(
            "countersign_sessions WHERE user_id IN
             (SELECT id FROM countersign_users WHERE username = '{name}')"
        ));
        let tokens = count("countersign_one_time_tokens WHERE invitation_id IS NOT NULL");
        let events = count("countersign_security_events WHERE kind = 'user_added'");
        let count_of = |is_done: bool| {
            let number = outcomes.iter().filter(|done| **done == is_done).count();
            i64::try_from(number).unwrap()
        };
        let (done, undone) = (count_of(true), count_of(false));
        assert!(accounts == 1 || !is_confirmed, "round {round}");
        assert_eq!(sessions, accounts, "round {round}");
        assert_eq!(tokens, undone + 1 - accounts, "round {round}");
        // One is that of ada.
        assert_eq!(events, 1 + done + accounts, "round {round}");
        outcomes.push(accounts == 1);
    }
    for outcome in [true, false] {
        assert!(outcomes.contains(&outcome), "{outcomes:?}");
    }
}

#[test]
fn a_sign_up_mail_whose_server_is_killed_is_neither_lost_nor_sent_often() {
    let (data, maildev) = (data_with_address(), Maildev::start());
    let mut database = BlockingConnection::at(&database_url(data.path()));
    for round in 0..ROUNDS {
        let server = serve(data.path(), maildev.smtp_port);
        sign_up(&server, &format!("user{round}@example.org"), round)
            .assert_redirect("/sign-up?sent");
        sleep(Duration::from_millis(60 * round as u64));
        server.kill();
    }
    // The minute for which nobody else takes them is over.
    database.execute("UPDATE countersign_mails SET due_at = 0 WHERE due_at IS NOT NULL");
    let _server = serve(data.path(), maildev.smtp_port);
    wait_until_sent(data.path());
    let all = mails(&maildev, ROUNDS);
    for round in 0..ROUNDS {
        let address = format!("user{round}@example.org");
        let number = all
            .iter()
            .filter(|mail| mail["to"][0]["address"] == *address);
        let number = number.count();
        assert!((1..=2).contains(&number), "{number} for {address}");
    }
}
