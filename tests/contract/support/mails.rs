//! Servers that send mail, and the mails.

use std::{
    path::Path,
    process::Command,
    thread::sleep,
    time::{Duration, Instant},
};

use serde_json::Value;
use tempfile::TempDir;

use super::{
    BlockingConnection, Maildev, PUBLIC_URL, Process, countersign, data_dir_with_ada_at,
    database_url, run,
};

/// The e-mail address of `ada`.
pub const ADDRESS: &str = "Ada@Example.org";

/// A data directory with the account `ada`, who has an address.
pub fn data_with_address() -> TempDir {
    let data = data_dir_with_ada_at(PUBLIC_URL);
    let set = run(
        countersign(data.path())
            .env("COUNTERSIGN_PUBLIC_URL", PUBLIC_URL)
            .args(["user", "set-email", "ada", ADDRESS]),
        "",
    );
    assert!(set.status.success(), "{set:?}");
    data
}

/// The command of a server that sends mail to this port.
pub fn with_mail(data: &Path, smtp_port: u16) -> Command {
    let mut command = countersign(data);
    command
        .env("COUNTERSIGN_PUBLIC_URL", PUBLIC_URL)
        .env(
            "COUNTERSIGN_MAIL_URL",
            format!("smtp://127.0.0.1:{smtp_port}"),
        )
        .env("COUNTERSIGN_MAIL_FROM", "Countersign <noreply@example.org>")
        .env("COUNTERSIGN_SERVER_TRUSTED_PROXIES", "1");
    command
}

pub fn serve_with_mail(data: &Path, smtp_port: u16) -> Process {
    Process::start(with_mail(data, smtp_port).arg("serve"))
}

/// The mails, once there are as many.
#[track_caller]
pub fn mails(maildev: &Maildev, number: usize) -> Vec<Value> {
    let start = Instant::now();
    loop {
        let mails = maildev.mails();
        if mails.len() >= number {
            return mails;
        }
        assert!(
            start.elapsed() < Duration::from_secs(15),
            "{} of {number} mails arrive",
            mails.len()
        );
        sleep(Duration::from_millis(50));
    }
}

/// The path and query of the link in a mail.
pub fn link_in(mail: &Value) -> String {
    let text = mail["text"].as_str().unwrap();
    let link = text.split_whitespace().find(|word| word.contains("token="));
    let link = link.unwrap().strip_prefix(PUBLIC_URL).unwrap();
    link.to_owned()
}

fn queued(data: &Path) -> i64 {
    let mut database = BlockingConnection::at(&database_url(data));
    database.number("SELECT count(*) FROM countersign_mails WHERE due_at IS NOT NULL")
}

/// Waits until nothing is left to be sent.
#[track_caller]
pub fn wait_until_sent(data: &Path) {
    let start = Instant::now();
    while queued(data) > 0 {
        assert!(start.elapsed() < Duration::from_secs(15), "mails remain");
        sleep(Duration::from_millis(50));
    }
}
