//! Tests of changing one's e-mail address, and of taking it back.

use std::{
    thread::{self, sleep},
    time::{Duration, Instant},
};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{
    BlockingConnection, Maildev, Process, TestResponse, data_with_address, database_url, link_in,
    run, serve_with_mail, wait_until_sent, with_mail,
};

const OLD: &str = "analytical engine";
const NEW: &str = "difference engine";
const PAGE: &str = "/account/email";
const CONFIRM: &str = "/confirm-email?token=";
const RESTORE: &str = "/restore-email?token=";
const SENT: &str = "/account/email?sent";

/// How often a server is killed, each time a little later.
const ROUNDS: usize = 20;

struct Site {
    server: Process,
    maildev: Maildev,
    data: TempDir,
}

impl Site {
    fn start() -> Self {
        let (data, maildev) = (data_with_address(), Maildev::start());
        let server = serve_with_mail(data.path(), maildev.smtp_port);
        Self {
            server,
            maildev,
            data,
        }
    }

    /// A server with a mail server again, once it has sent the mails that have waited.
    fn send_later(data: TempDir, maildev: Maildev) -> Self {
        let mut database = BlockingConnection::at(&database_url(data.path()));
        database.execute("UPDATE countersign_mails SET due_at = 0 WHERE due_at IS NOT NULL");
        let server = serve_with_mail(data.path(), maildev.smtp_port);
        wait_until_sent(data.path());
        Self {
            server,
            maildev,
            data,
        }
    }

    fn database(&self) -> BlockingConnection {
        BlockingConnection::at(&database_url(self.data.path()))
    }

    fn add_user(&self, name: &str, email: &str) {
        let mut add = with_mail(self.data.path(), self.maildev.smtp_port);
        add.args(["user", "add", name, "--email", email, "--password-stdin"]);
        let added = run(&mut add, OLD);
        assert!(added.status.success(), "{added:?}");
    }

    fn address(&self) -> String {
        let mut show = with_mail(self.data.path(), self.maildev.smtp_port);
        let shown = run(show.args(["user", "show", "ada"]), "");
        let shown = String::from_utf8(shown.stdout).unwrap();
        let line = shown.lines().find(|line| line.starts_with("e-mail"));
        line.unwrap().split_whitespace().last().unwrap().to_owned()
    }

    /// The link to a page in the last such mail to an address, once it has come.
    #[track_caller]
    fn link(&self, address: &str, page: &str) -> String {
        let start = Instant::now();
        loop {
            let mut mails = self.mails_to(address).into_iter().rev();
            let mail = mails.find(|mail| mail["text"].as_str().unwrap().contains(page));
            if let Some(mail) = mail {
                return link_in(&mail);
            }
            assert!(start.elapsed() < Duration::from_secs(15), "no mail arrives");
            sleep(Duration::from_millis(50));
        }
    }

    fn mails_to(&self, address: &str) -> Vec<Value> {
        let mut mails = self.maildev.mails();
        mails.retain(|mail| {
            let to = mail["to"][0]["address"].as_str().unwrap();
            to.eq_ignore_ascii_case(address)
        });
        mails
    }

    /// Changes the address of ada by all steps.
    fn change_to(&self, cookie: &str, password: &str, address: &str) {
        ask(&self.server, cookie, password, address).assert_redirect(SENT);
        let link = self.link(address, CONFIRM);
        confirm(&self.server, &link, cookie).assert_redirect("/account?confirmed");
    }

    /// Signs in and returns the refresh cookie.
    fn cookie(&self, password: &str) -> String {
        let response = self.server.log_in_response("ada", password);
        response.cookie().unwrap().0.to_owned()
    }
}

fn ask(server: &Process, cookie: &str, password: &str, address: &str) -> TestResponse {
    let fields = crate::support::form(&[("password", password), ("email", address)]);
    post(server, PAGE, &fields, cookie)
}

fn confirm(server: &Process, link: &str, cookie: &str) -> TestResponse {
    assert!(link.starts_with(CONFIRM), "{link}");
    post(server, link, "", cookie)
}

fn restore(server: &Process, link: &str, password: &str) -> TestResponse {
    assert!(link.starts_with(RESTORE), "{link}");
    let fields = crate::support::form(&[("new_password", password)]);
    post(server, link, &fields, "")
}

fn post(server: &Process, path: &str, fields: &str, cookie: &str) -> TestResponse {
    let headers = [
        ("sec-fetch-site", "same-origin"),
        ("accept-language", "en"),
        ("cookie", cookie),
    ];
    server.send_form(path, fields, &headers)
}

#[test]
fn a_new_address_is_set_by_its_link_and_the_former_one_is_told() {
    let site = Site::start();
    let cookie = site.cookie(OLD);
    ask(&site.server, &cookie, OLD, "ada@new.example").assert_redirect(SENT);
    let link = site.link("ada@new.example", CONFIRM);
    assert_eq!(site.address(), "Ada@example.org", "nothing is set yet");
    for _ in 0..2 {
        let page = site.server.get(&link);
        assert_eq!(page.status, 200, "opening the link does not use it up");
        assert!(page.text().contains("ada@new.example"));
        assert_eq!(page.header("referrer-policy"), Some("strict-origin"));
    }
    confirm(&site.server, &link, &cookie).assert_redirect("/account?confirmed");
    assert_eq!(site.address(), "ada@new.example");
    confirm(&site.server, &link, &cookie).assert_error(410, "invalid_link");

    site.link("ada@example.org", RESTORE);
    let notice = site.mails_to("ada@example.org").remove(0);
    assert!(!notice.to_string().contains("new.example"), "{notice}");
    assert_eq!(site.server.refresh(&cookie), 200, "the session goes on");
    wait_until_sent(site.data.path());
    assert_eq!(site.maildev.mails().len(), 2);
}

#[test]
fn a_browser_without_the_session_can_confirm_too() {
    let site = Site::start();
    ask(&site.server, &site.cookie(OLD), OLD, "ada@new.example").assert_redirect(SENT);
    let link = site.link("ada@new.example", CONFIRM);
    confirm(&site.server, &link, "").assert_redirect("/login?confirmed");
    assert_eq!(site.address(), "ada@new.example");
}

#[test]
fn another_address_takes_the_password_and_has_to_be_one() {
    let site = Site::start();
    let cookie = site.cookie(OLD);
    let ask = |password, address| ask(&site.server, &cookie, password, address);
    ask("a wrong guess", "ada@new.example").assert_error(403, "wrong_password");
    let empty = ask("", "ada@new.example");
    empty.assert_error(422, "invalid_input");
    assert_eq!(empty.json()["reason"], "password_empty");
    for (address, reason) in [
        ("", "email"),
        ("ada", "email"),
        ("ada@example.org, eve@example.org", "email"),
        ("Ada@example.org", "email_unchanged"),
    ] {
        let response = ask(OLD, address);
        response.assert_error(422, "invalid_input");
        assert_eq!(response.json()["reason"], reason);
    }
    let missing = post(&site.server, PAGE, "email=ada%40new.example", &cookie);
    missing.assert_error(422, "invalid_input");
    let fields = "password=analytical+engine&email=ada%40new.example";
    post(&site.server, PAGE, fields, "").assert_redirect("/login?next=/account/email");
    let number = "SELECT count(*) FROM countersign_mails";
    assert_eq!(site.database().number(number), 0);
}

#[test]
fn the_address_of_another_account_is_not_told_and_not_set() {
    let site = Site::start();
    site.add_user("eve", "eve@example.org");
    let cookie = site.cookie(OLD);
    ask(&site.server, &cookie, OLD, "EVE@example.org").assert_redirect(SENT);
    let link = site.link("eve@example.org", CONFIRM);
    let response = confirm(&site.server, &link, "");
    response.assert_error(422, "invalid_input");
    assert_eq!(response.json()["reason"], "email_taken");
    assert_eq!(site.address(), "Ada@example.org");
}

#[test]
fn a_change_of_the_password_voids_a_link_that_was_mailed_or_waits() {
    let data = data_with_address();
    let away = Maildev::start().smtp_port;
    let server = serve_with_mail(data.path(), away);
    let cookie = server.log_in_response("ada", OLD);
    let cookie = cookie.cookie().unwrap().0.to_owned();
    ask(&server, &cookie, OLD, "waits@new.example").assert_redirect(SENT);
    drop(server);

    let maildev = Maildev::start();
    let mut passwd = with_mail(data.path(), maildev.smtp_port);
    let set = run(
        passwd.args(["user", "passwd", "ada", "--password-stdin"]),
        NEW,
    );
    assert!(set.status.success(), "{set:?}");
    let site = Site::send_later(data, maildev);
    let mails = site.maildev.mails();
    assert_eq!(mails.len(), 1, "only the notice: {mails:?}");

    let cookie = site.cookie(NEW);
    ask(&site.server, &cookie, NEW, "mailed@new.example").assert_redirect(SENT);
    let link = site.link("mailed@new.example", CONFIRM);
    let fields = "password=difference+engine&new_password=analytical+engine";
    post(&site.server, "/account/password", fields, &cookie)
        .assert_redirect("/account/password?changed");
    confirm(&site.server, &link, "").assert_error(410, "invalid_link");
    assert_eq!(site.address(), "Ada@example.org");
}

/// Threat 77: what a thief who knows the password changes has a way back.
#[test]
fn an_address_is_taken_back_whatever_was_changed_since() {
    let site = Site::start();
    let thief = site.cookie(OLD);
    site.change_to(&thief, OLD, "thief@one.example");
    let way_back = site.link("ada@example.org", RESTORE);
    let fields = "password=analytical+engine&new_password=the+password+of+a+thief";
    let changed = post(&site.server, "/account/password", fields, &thief);
    changed.assert_redirect("/account/password?changed");
    let thief = changed.cookie().unwrap().0.to_owned();
    site.change_to(&thief, "the password of a thief", "thief@two.example");
    let of_thief = site.link("thief@one.example", RESTORE);
    let forgot = post(
        &site.server,
        "/forgot-password",
        "username=thief%40two.example",
        "",
    );
    forgot.assert_redirect("/forgot-password?sent");
    let reset = site.link("thief@two.example", "/reset-password?token=");

    assert_eq!(site.server.get(&way_back).status, 200);
    restore(&site.server, &way_back, "short").assert_error(422, "invalid_input");
    let restored = restore(&site.server, &way_back, NEW);
    restored.assert_redirect("/login?restored");
    assert!(restored.device_cookie().is_some());
    assert_eq!(site.address(), "Ada@example.org");
    assert_eq!(site.server.refresh(&thief), 401, "every session has ended");
    site.server.log_in("ada", NEW);

    restore(&site.server, &of_thief, OLD).assert_error(410, "invalid_link");
    let fields = "new_password=analytical+engine";
    post(&site.server, &reset, fields, "").assert_error(410, "invalid_link");
    restore(&site.server, &way_back, OLD).assert_error(410, "invalid_link");
    site.server.log_in("ada", NEW);
}

#[test]
fn the_link_of_an_earlier_change_wins() {
    let site = Site::start();
    let thief = site.cookie(OLD);
    site.change_to(&thief, OLD, "thief@one.example");
    let way_back = site.link("ada@example.org", RESTORE);
    site.change_to(&thief, OLD, "thief@two.example");
    wait_until_sent(site.data.path());
    let of_thief = site.link("thief@one.example", RESTORE);
    restore(&site.server, &of_thief, "the password of a thief").assert_redirect("/login?restored");
    assert_eq!(site.address(), "thief@one.example");
    restore(&site.server, &way_back, NEW).assert_redirect("/login?restored");
    assert_eq!(site.address(), "Ada@example.org");
    site.server.log_in("ada", NEW);
}

/// The mail that waits is one to an address of a thief, who has their mail server refuse it for a while.
#[test]
fn a_notice_that_waits_has_no_link_once_its_change_was_taken_back() {
    let site = Site::start();
    let thief = site.cookie(OLD);
    site.change_to(&thief, OLD, "thief@one.example");
    let way_back = site.link("ada@example.org", RESTORE);
    ask(&site.server, &thief, OLD, "thief@two.example").assert_redirect(SENT);
    let second = site.link("thief@two.example", CONFIRM);
    wait_until_sent(site.data.path());
    let Site {
        server,
        maildev,
        data,
    } = site;
    drop(server);
    let away = Maildev::start().smtp_port;
    let server = serve_with_mail(data.path(), away);
    confirm(&server, &second, "").assert_redirect("/login?confirmed");
    let mut database = BlockingConnection::at(&database_url(data.path()));
    let failed = "SELECT count(*) FROM countersign_mails WHERE error IS NOT NULL";
    let start = Instant::now();
    while database.number(failed) == 0 {
        assert!(start.elapsed() < Duration::from_secs(15));
        sleep(Duration::from_millis(50));
    }
    restore(&server, &way_back, NEW).assert_redirect("/login?restored");
    drop(server);

    let site = Site::send_later(data, maildev);
    let notice = site.mails_to("thief@one.example").pop().unwrap();
    assert!(!notice.to_string().contains("token="), "{notice}");
    assert_eq!(site.address(), "Ada@example.org");
}

#[test]
fn only_the_address_that_was_asked_for_last_can_be_confirmed() {
    let site = Site::start();
    let cookie = site.cookie(OLD);
    ask(&site.server, &cookie, OLD, "mistyped@new.example").assert_redirect(SENT);
    let mistyped = site.link("mistyped@new.example", CONFIRM);
    ask(&site.server, &cookie, OLD, "ada@new.example").assert_redirect(SENT);
    confirm(&site.server, &mistyped, "").assert_error(410, "invalid_link");
    let link = site.link("ada@new.example", CONFIRM);
    confirm(&site.server, &link, "").assert_redirect("/login?confirmed");
    assert_eq!(site.address(), "ada@new.example");
}

#[test]
fn a_confirmation_that_waits_is_not_sent_once_another_address_was_set() {
    let (data, maildev) = (data_with_address(), Maildev::start());
    let away = Maildev::start().smtp_port;
    let server = serve_with_mail(data.path(), away);
    let response = server.log_in_response("ada", OLD);
    let cookie = response.cookie().unwrap().0.to_owned();
    ask(&server, &cookie, OLD, "mistyped@new.example").assert_redirect(SENT);
    drop(server);
    let mut set = with_mail(data.path(), maildev.smtp_port);
    let set = run(
        set.args(["user", "set-email", "ada", "ada@desk.example"]),
        "",
    );
    assert!(set.status.success(), "{set:?}");
    let site = Site::send_later(data, maildev);
    assert_eq!(site.mails_to("mistyped@new.example").len(), 0);
    assert_eq!(site.mails_to("ada@example.org").len(), 1, "the notice");
}

#[test]
fn changing_the_address_back_gives_a_thief_no_link() {
    let site = Site::start();
    let (thief, owner) = (site.cookie(OLD), site.cookie(OLD));
    site.change_to(&thief, OLD, "thief@one.example");
    site.change_to(&owner, OLD, "ada@example.org");
    wait_until_sent(site.data.path());
    assert_eq!(site.mails_to("thief@one.example").len(), 2);
    let notice = site.mails_to("thief@one.example").remove(1);
    assert!(!notice.to_string().contains("token="), "{notice}");
    let links = "SELECT count(*) FROM countersign_one_time_tokens";
    assert_eq!(site.database().number(links), 0);
}

#[test]
fn the_address_that_is_replaced_by_taking_another_back_is_told() {
    let site = Site::start();
    site.change_to(&site.cookie(OLD), OLD, "ada@new.example");
    let way_back = site.link("ada@example.org", RESTORE);
    restore(&site.server, &way_back, NEW).assert_redirect("/login?restored");
    wait_until_sent(site.data.path());
    let notice = site.mails_to("ada@new.example").remove(1);
    assert_eq!(notice["subject"], "Your e-mail address was changed");
    assert!(!notice.to_string().contains("token="), "{notice}");
}

#[test]
fn an_account_can_not_be_deleted_while_its_address_can_be_taken_back() {
    let site = Site::start();
    let thief = site.cookie(OLD);
    site.change_to(&thief, OLD, "thief@one.example");
    let fields = "password=analytical+engine";
    let refused = post(&site.server, "/account/delete", fields, &thief);
    refused.assert_error(422, "invalid_input");
    assert_eq!(refused.json()["reason"], "email_changed");
    let way_back = site.link("ada@example.org", RESTORE);
    restore(&site.server, &way_back, NEW).assert_redirect("/login?restored");
    let owner = site.cookie(NEW);
    let fields = "password=difference+engine";
    let deleted = post(&site.server, "/account/delete", fields, &owner);
    deleted.assert_redirect("/login?deleted");
}

#[test]
fn the_notice_of_a_password_goes_to_the_address_of_that_moment() {
    let data = data_with_address();
    let away = Maildev::start().smtp_port;
    let server = serve_with_mail(data.path(), away);
    let response = server.log_in_response("ada", OLD);
    let cookie = response.cookie().unwrap().0.to_owned();
    let fields = "password=analytical+engine&new_password=difference+engine";
    post(&server, "/account/password", fields, &cookie)
        .assert_redirect("/account/password?changed");
    drop(server);
    let maildev = Maildev::start();
    let mut set = with_mail(data.path(), maildev.smtp_port);
    let set = run(
        set.args(["user", "set-email", "ada", "thief@one.example"]),
        "",
    );
    assert!(set.status.success(), "{set:?}");
    let site = Site::send_later(data, maildev);
    assert_eq!(site.mails_to("thief@one.example").len(), 0);
    assert_eq!(site.mails_to("ada@example.org").len(), 2);
}

#[test]
fn an_account_has_ten_confirmations_an_hour_mailed_to_strangers() {
    let site = Site::start();
    let cookie = site.cookie(OLD);
    for number in 0..14 {
        let address = format!("stranger{number}@new.example");
        ask(&site.server, &cookie, OLD, &address).assert_redirect(SENT);
        wait_until_sent(site.data.path());
    }
    assert_eq!(site.maildev.mails().len(), 10);
}

#[test]
fn an_address_can_be_taken_back_for_seven_days() {
    let site = Site::start();
    site.change_to(&site.cookie(OLD), OLD, "ada@new.example");
    let way_back = site.link("ada@example.org", RESTORE);
    let mut database = site.database();
    let left = "SELECT max(expires_at) - max(at) FROM countersign_one_time_tokens, \
                countersign_security_events";
    let left = database.number(left);
    assert!((604_800..604_830).contains(&left), "{left}");
    database.execute("UPDATE countersign_one_time_tokens SET expires_at = expires_at - 604830");
    assert_eq!(site.server.get(&way_back).status, 410);
    restore(&site.server, &way_back, NEW).assert_error(410, "invalid_link");
}

#[test]
fn an_address_that_another_account_has_by_now_is_not_taken_from_it() {
    let site = Site::start();
    site.change_to(&site.cookie(OLD), OLD, "thief@one.example");
    let way_back = site.link("ada@example.org", RESTORE);
    site.add_user("eve", "ada@example.org");
    restore(&site.server, &way_back, NEW).assert_redirect("/login?reset");
    assert_eq!(site.address(), "none");
    site.server.log_in("ada", NEW);
}

#[test]
fn a_mailbox_gets_three_confirmations_an_hour_and_every_notice() {
    let site = Site::start();
    site.add_user("eve", "eve@example.org");
    let cookie = site.cookie(OLD);
    for _ in 0..6 {
        ask(&site.server, &cookie, OLD, "ada@new.example").assert_redirect(SENT);
        wait_until_sent(site.data.path());
    }
    assert_eq!(site.mails_to("ada@new.example").len(), 3);
    let eve = site.server.log_in_response("eve", OLD);
    let eve = eve.cookie().unwrap().0.to_owned();
    ask(&site.server, &eve, OLD, "ada@new.example").assert_redirect(SENT);
    wait_until_sent(site.data.path());
    assert_eq!(site.mails_to("ada@new.example").len(), 3, "whoever asks");

    for address in ["b@new.example", "c@new.example", "d@new.example"] {
        site.change_to(&cookie, OLD, address);
    }
    wait_until_sent(site.data.path());
    assert_eq!(site.maildev.mails().len(), 3 + 3 + 3);
}

#[test]
fn an_operator_tells_the_former_address_without_a_link_and_voids_all_links() {
    let site = Site::start();
    site.change_to(&site.cookie(OLD), OLD, "ada@new.example");
    let way_back = site.link("ada@example.org", RESTORE);
    let mut set = with_mail(site.data.path(), site.maildev.smtp_port);
    let set = run(
        set.args(["user", "set-email", "ada", "ada@desk.example"]),
        "",
    );
    assert!(set.status.success(), "{set:?}");
    wait_until_sent(site.data.path());
    let notice = site.mails_to("ada@new.example").remove(1);
    assert!(!notice.to_string().contains("token="), "{notice}");
    restore(&site.server, &way_back, NEW).assert_error(410, "invalid_link");
    assert_eq!(site.address(), "ada@desk.example");
}

#[test]
fn a_form_of_another_site_confirms_nothing() {
    let site = Site::start();
    ask(&site.server, &site.cookie(OLD), OLD, "ada@new.example").assert_redirect(SENT);
    let link = site.link("ada@new.example", CONFIRM);
    let headers = [("sec-fetch-site", "cross-site")];
    let response = site.server.send_form(&link, "", &headers);
    response.assert_error(403, "cross_site");
    assert_eq!(site.address(), "Ada@example.org");
}

#[test]
fn a_change_whose_server_is_killed_is_done_as_a_whole_or_not_at_all() {
    let Site {
        mut server,
        maildev,
        data,
    } = Site::start();
    let mut database = BlockingConnection::at(&database_url(data.path()));
    let mut outcomes = Vec::new();
    let mut number_done = 0;
    for round in 0..ROUNDS {
        let response = server.log_in_response("ada", OLD);
        let cookie = response.cookie().unwrap().0.to_owned();
        let address = format!("ada{round}@new.example");
        ask(&server, &cookie, OLD, &address).assert_redirect(SENT);
        wait_until_sent(data.path());
        let to = |mail: &Value| mail["to"][0]["address"] == *address;
        let link = link_in(&maildev.mails().into_iter().find(to).unwrap());
        let url = format!("{}{link}", server.origin);
        let client = thread::spawn(move || {
            let request = ureq::post(url);
            let config = request.config().max_redirects(0);
            let request = config.max_redirects_will_error(false).build();
            let request = request.header("sec-fetch-site", "same-origin");
            request
                .send_empty()
                .is_ok_and(|response| response.status() == 303)
        });
        let is_last = round + 1 == ROUNDS;
        let pause = Duration::from_micros(400 * round as u64);
        let start = Instant::now();
        while !client.is_finished() && (is_last || start.elapsed() < pause) {
            sleep(Duration::from_micros(100));
        }
        server.kill();
        let is_confirmed = client.join().unwrap();

        let mut count = |sql: &'static str| database.number(sql);
        let done =
            count("SELECT count(*) FROM countersign_security_events WHERE kind = 'email_changed'");
        let is_done = done > number_done + 1;
        assert!(is_done || !is_confirmed, "round {round}");
        let unused = "SELECT count(*) FROM countersign_one_time_tokens \
                      WHERE purpose = 'email_confirmation'";
        assert_eq!(count(unused) == 0, is_done, "round {round}");
        let notices = "SELECT count(*) FROM countersign_mails WHERE kind = 'email_changed'";
        // The first address was set by an operator, and there was no former one.
        assert_eq!(count(notices), done - 1, "round {round}");
        database.execute(
            "DELETE FROM countersign_one_time_tokens WHERE purpose = 'email_confirmation'",
        );
        // An hour later, another ten may be mailed.
        database.execute("UPDATE countersign_mails SET addressed_at = addressed_at - 3600");
        outcomes.push(is_done);
        number_done += i64::from(is_done);
        server = serve_with_mail(data.path(), maildev.smtp_port);
    }
    for outcome in [true, false] {
        assert!(outcomes.contains(&outcome), "{outcomes:?}");
    }
    database.execute("UPDATE countersign_mails SET due_at = 0 WHERE due_at IS NOT NULL");
    wait_until_sent(data.path());
    let mails = maildev.mails();
    let notices = mails.iter().filter(|mail| {
        let text = mail["text"].as_str().unwrap();
        text.contains("/restore-email?token=")
    });
    let (notices, changes) = (
        notices.count(),
        outcomes.iter().filter(|done| **done).count(),
    );
    assert!(
        (changes..=2 * changes).contains(&notices),
        "{notices} of {changes}"
    );
    drop(server);
}
