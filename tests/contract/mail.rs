//! Mail by SMTP, to a real server and to some that refuse it.

use std::{
    env, fs,
    io::{BufRead, BufReader, Write},
    net::{IpAddr, Ipv4Addr, TcpListener, UdpSocket},
    process::Command,
    thread,
};

use countersign::{
    Language, Username,
    internals::{Content, EmailAddress, Link, Mail, MailId, Mailer, MailerOptions, SendError},
};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use tempfile::TempDir;
use uuid::Uuid;

use crate::support::Maildev;

const LINK: &str =
    "https://login.example.org/reset#token=canary=3D&b=ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

fn mail() -> Mail {
    Mail {
        id: MailId(Uuid::nil()),
        recipient: EmailAddress::parse("Ada@example.org").unwrap(),
        language: Language::German,
        username: Some(Username::parse("ada <lovelace>").unwrap()),
        content: Content::PasswordReset {
            link: Link {
                address: LINK.into(),
                valid_seconds: 1800,
            },
        },
    }
}

fn mailer(url: &str, password: Option<&str>) -> Mailer {
    let options = MailerOptions {
        url: url.to_owned(),
        from: "Beispiel GmbH <noreply@example.org>".to_owned(),
        password: password.map(Into::into),
    };
    Mailer::new(&options).unwrap()
}

/// The error, which must show nothing of the mail.
async fn failure(url: &str, password: Option<&str>) -> SendError {
    failure_of(&mail(), url, password).await
}

async fn failure_of(mail: &Mail, url: &str, password: Option<&str>) -> SendError {
    let error = mailer(url, password).send(mail).await.unwrap_err();
    let shown = format!("{error} {error:?}").to_lowercase();
    for word in ["ada", "canary", "password", "noreply"] {
        assert!(!shown.contains(word), "{shown}");
    }
    error
}

/// A mail server with these replies, one to the connection and one to each line. It returns the
/// lines that it got.
fn scripted(replies: &'static [&'static str]) -> (String, thread::JoinHandle<Vec<String>>) {
    scripted_at(Ipv4Addr::LOCALHOST.into(), replies)
}

fn scripted_at(
    address: IpAddr,
    replies: &'static [&'static str],
) -> (String, thread::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind((address, 0)).unwrap();
    let url = format!("smtp://{}", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
        let mut received = Vec::new();
        for reply in replies {
            write!(stream, "{reply}\r\n").unwrap();
            received.extend(lines.next().map(Result::unwrap));
        }
        received
    });
    (url, server)
}

#[tokio::test]
async fn a_mail_arrives_with_both_of_its_parts() {
    let maildev = Maildev::start();
    mailer(&maildev.url(), None).send(&mail()).await.unwrap();
    let arrived = maildev.first_mail();
    assert_eq!(arrived["subject"], "Neues Passwort wählen");
    assert_eq!(arrived["from"][0]["name"], "Beispiel GmbH");
    assert_eq!(arrived["from"][0]["address"], "noreply@example.org");
    assert_eq!(arrived["to"][0]["address"], "Ada@example.org");
    assert_eq!(arrived["envelope"]["to"][0]["address"], "Ada@example.org");
    assert_eq!(arrived["headers"]["auto-submitted"], "auto-generated");
    assert_eq!(arrived["headers"]["content-language"], "de");
    let text = arrived["text"].as_str().unwrap();
    assert!(text.lines().any(|line| line == LINK), "{text}");
    let html = arrived["html"].as_str().unwrap();
    let href = format!("href=\"{}\"", LINK.replace('&', "&amp;"));
    assert!(html.contains(&href), "{html}");
    assert!(html.contains("<bdi>ada &lt;lovelace&gt;</bdi>"), "{html}");
}

#[tokio::test]
async fn a_server_that_is_away_is_tried_again_later() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let error = failure(&format!("smtp://localhost:{port}"), None).await;
    assert!(!error.is_permanent());
    let text = error.to_string();
    assert!(
        text.contains(&format!("localhost:{port}: connecting failed")),
        "{text}"
    );
}

#[tokio::test]
async fn a_wrong_password_is_not_the_fault_of_the_mail() {
    let maildev = Maildev::start_with(&["--incoming-user", "me", "--incoming-pass", "right"]);
    let url = maildev.url().replace("//", "//me@");
    let error = failure(&url, Some("wrong-canary")).await;
    assert!(!error.is_permanent());
    assert!(
        error.to_string().contains("(AUTH) failed: SMTP 535"),
        "{error}"
    );
    assert!(maildev.mails().is_empty());
    mailer(&url, Some("right")).send(&mail()).await.unwrap();
    maildev.first_mail();
}

#[tokio::test]
async fn a_refused_recipient_is_refused_for_good() {
    let replies = &[
        "220 mail.example.org",
        "250 mail.example.org",
        "250 2.1.0 Ok",
        "550-5.1.1 <Ada@example.org>: no such user\r\n550 5.1.1 https://canary.example",
    ];
    let (url, server) = scripted(replies);
    let error = failure(&url, None).await;
    assert!(error.is_permanent());
    let text = error.to_string();
    assert!(text.ends_with("(RCPT TO) failed: SMTP 550 5.1.1"), "{text}");
    let received = server.join().unwrap();
    assert_eq!(received[0], "EHLO example.org");
    assert_eq!(received[1], "MAIL FROM:<noreply@example.org>");
    assert_eq!(received[2], "RCPT TO:<Ada@example.org>");
}

#[tokio::test]
async fn what_a_server_refuses_for_now_or_from_everybody_is_tried_again() {
    for (replies, expected) in [
        (
            &["421 4.3.2 Ada@example.org"] as &[_],
            "connecting failed: SMTP 421 4.3.2",
        ),
        (&["554 Ada@example.org"], "connecting failed: SMTP 554"),
        (
            &["220 hello", "250 hello", "530 5.7.0 Ada@example.org"],
            "(MAIL FROM) failed: SMTP 530 5.7.0",
        ),
        (
            &[
                "220 hello",
                "250 hello",
                "250 ok",
                "451 4.7.1 <Ada@example.org> greylisted",
            ],
            "(RCPT TO) failed: SMTP 451 4.7.1",
        ),
        (
            &["Ada@example.org"],
            "connecting failed: the reply is not one of SMTP",
        ),
    ] {
        let (url, _server) = scripted(replies);
        let error = failure(&url, None).await;
        assert!(!error.is_permanent(), "{error}");
        assert!(error.to_string().contains(expected), "{error}");
    }
}

/// Every server understands a domain in its ASCII form, but not every one the rest of the address.
#[tokio::test]
async fn an_address_that_a_server_can_not_take_is_refused_for_good() {
    let replies = &["220 hello", "250 hello", "250 ok", "550 5.1.1"];
    for (recipient, expected) in [
        ("ada@bücher.example", "SMTP 550 5.1.1"),
        ("adaë@bücher.example", "SMTPUTF8"),
    ] {
        let (url, server) = scripted(replies);
        let recipient = EmailAddress::parse(recipient).unwrap();
        let mail = Mail {
            recipient,
            ..mail()
        };
        let error = failure_of(&mail, &url, None).await;
        assert!(error.is_permanent());
        assert!(error.to_string().contains(expected), "{error}");
        if expected != "SMTPUTF8" {
            let received = server.join().unwrap();
            assert_eq!(received[2], "RCPT TO:<ada@xn--bcher-kva.example>");
        }
    }
}

/// By its own address, this machine is as good as another one.
fn own_address() -> Option<IpAddr> {
    // Connecting a UDP socket sends nothing.
    let socket = UdpSocket::bind("0.0.0.0:0").unwrap();
    let connected = socket.connect("192.0.2.1:9");
    let address = socket.local_addr().unwrap().ip();
    if connected.is_err() || address.is_loopback() || address.is_unspecified() {
        eprintln!("skipped: this machine has no address but its loopback address");
        return None;
    }
    Some(address)
}

#[tokio::test]
async fn nothing_is_sent_to_another_machine_without_tls() {
    let Some(address) = own_address() else {
        return;
    };
    let maildev = Maildev::start_with(&["--ip", &address.to_string()]);
    let error = failure(&format!("smtp://{address}:{}", maildev.smtp_port), None).await;
    assert!(!error.is_permanent());
    assert!(error.to_string().contains("STARTTLS failed"), "{error}");
    assert!(maildev.mails().is_empty());
}

/// Somebody between puts replies behind the last one before TLS.
#[tokio::test]
async fn replies_from_before_tls_are_not_taken_for_those_of_the_server() {
    let Some(address) = own_address() else {
        return;
    };
    let (url, _server) = scripted_at(
        address,
        &[
            "220 mail.example.org",
            "250-mail.example.org\r\n250 STARTTLS",
            "220 go\r\n250-mail.example.org\r\n250 AUTH PLAIN\r\n250 ok\r\n250 ok\r\n354 go\r\n250 queued",
        ],
    );
    let error = failure(&url, None).await;
    assert!(
        error.to_string().contains("InvalidContentType"),
        "TLS gets them: {error}"
    );
}

#[tokio::test]
async fn a_server_that_sends_without_end_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("smtp://{}", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let part = [b'x'; 4096];
        (0..10_000)
            .take_while(|_| stream.write_all(&part).is_ok())
            .count()
    });
    let error = failure(&url, None).await;
    assert!(error.to_string().contains("sends too much"), "{error}");
    let parts = server.join().unwrap();
    assert!(parts < 10_000, "the connection is closed: {parts}");
}

#[tokio::test]
async fn a_message_without_a_reply_may_have_been_delivered() {
    let (url, _server) = scripted(&[
        "220 mail.example.org",
        "250 mail.example.org",
        "250 ok",
        "250 ok",
        "354 go",
    ]);
    let error = failure(&url, None).await;
    assert!(error.is_unanswered() && !error.is_permanent(), "{error}");
    let (url, _server) = scripted(&["220 mail.example.org", "250 mail.example.org", "250 ok"]);
    let error = failure(&url, None).await;
    assert!(!error.is_unanswered(), "{error}");
}

#[tokio::test]
async fn a_certificate_has_to_be_trusted_by_the_machine() {
    let directory = TempDir::new().unwrap();
    let [certificate, key] = ["certificate.pem", "key.pem"].map(|name| directory.path().join(name));
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    fs::write(&certificate, cert.pem()).unwrap();
    fs::write(&key, signing_key.serialize_pem()).unwrap();
    let [certificate, key] = [&certificate, &key].map(|path| path.to_str().unwrap());
    let maildev = Maildev::start_with(&[
        "--incoming-secure",
        "--incoming-cert",
        certificate,
        "--incoming-key",
        key,
    ]);
    let url = format!("smtps://localhost:{}", maildev.smtp_port);
    let error = failure(&url, None).await;
    assert!(!error.is_permanent());
    assert!(error.to_string().contains("certificate"), "{error}");
    assert!(maildev.mails().is_empty());

    // The environment of a process is that of all of its threads, so this is another process.
    let sent = Command::new(env::current_exe().unwrap())
        .args([
            "--exact",
            "mail::send_to_the_server_of_the_environment",
            "--ignored",
        ])
        .env("SSL_CERT_FILE", certificate)
        .env("TEST_MAIL_URL", url)
        .output()
        .unwrap();
    assert!(sent.status.success(), "{sent:?}");
    maildev.first_mail();
}

#[tokio::test]
#[ignore = "run by a_certificate_has_to_be_trusted_by_the_machine"]
async fn send_to_the_server_of_the_environment() {
    let url = env::var("TEST_MAIL_URL").unwrap();
    mailer(&url, None).send(&mail()).await.unwrap();
}
