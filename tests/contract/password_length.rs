//! Tests of `password.min_length`.

use std::{path::Path, process::Output};

use axum::http::Request;
use countersign::{Actor, Username};
use tempfile::TempDir;

use crate::support::{Process, TestServer, countersign, run};

const SITE: &str = "http://127.0.0.1:3000";
const MIN_LENGTH: &str = "COUNTERSIGN_PASSWORD_MIN_LENGTH";

fn user(data_dir: &Path, min_length: Option<&str>, command: [&str; 2], password: &str) -> Output {
    let mut user = countersign(data_dir);
    user.envs(min_length.map(|length| (MIN_LENGTH, length)));
    let user = user.arg("user").args(command).arg("--password-stdin");
    run(user, password)
}

#[track_caller]
fn assert_failed(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn the_command_line_requires_fifteen_characters_or_as_many_as_are_set() {
    let data = TempDir::new().unwrap();
    for (min_length, named, short, enough) in [
        (None, 15, "vjwq ozbe kuax", "vjwq ozbe kuaxn"),
        (Some("8"), 8, "vjwqozb", "vjwqozbe"),
        (
            Some("20"),
            20,
            "vjwq ozbe kuax nrit",
            "vjwq ozbe kuax nritp",
        ),
    ] {
        let name = format!("user{named}");
        for command in [["add", &name], ["passwd", &name]] {
            let refused = assert_failed(&user(data.path(), min_length, command, short));
            let expected = format!("at least {named} characters");
            assert!(refused.contains(&expected), "{command:?}: {refused}");
            let set = user(data.path(), min_length, command, enough);
            assert!(set.status.success(), "{command:?}: {set:?}");
        }
    }
}

#[test]
fn a_short_password_that_was_set_before_remains_valid() {
    let data = TempDir::new().unwrap();
    let added = user(data.path(), Some("8"), ["add", "ada"], "vjwqozbe");
    assert!(added.status.success(), "{added:?}");
    let server = Process::start(countersign(data.path()).arg("serve").env(MIN_LENGTH, "64"));
    server.log_in("ada", "vjwqozbe");
}

#[test]
fn a_length_out_of_range_stops_the_start() {
    let data = TempDir::new().unwrap();
    for (length, reason) in [
        ("7", "8"),
        ("65", "64"),
        ("-1", "whole number"),
        ("many", "whole number"),
    ] {
        let refused = assert_failed(&user(
            data.path(),
            Some(length),
            ["add", "ada"],
            "analytical engine",
        ));
        assert!(
            refused.contains(MIN_LENGTH) && refused.contains(reason),
            "{refused}"
        );
    }
}

#[test]
fn the_demo_password_is_long_enough_for_every_length() {
    let data = TempDir::new().unwrap();
    let mut serve = countersign(data.path());
    let server = Process::start(serve.args(["serve", "--demo"]).env(MIN_LENGTH, "64"));
    assert_eq!(server.get("/healthz").status, 200);
}

/// The page with the error about a new password, and the page before it.
async fn pages(server: &TestServer, path: &str, language: &str, cookie: &str) -> [String; 2] {
    let request = |request: axum::http::request::Builder| {
        request
            .header("accept", "text/html")
            .header("accept-language", language)
            .header("cookie", cookie)
            .header("sec-fetch-site", "same-origin")
    };
    let page = request(Request::get(path)).body("".into());
    let form = request(Request::post(path))
        .header("content-type", "application/x-www-form-urlencoded")
        .body("password=analytical+engine&new_password=short".into());
    let (page, refused) = (page.unwrap(), form.unwrap());
    let (page, refused) = (server.send(page).await, server.send(refused).await);
    assert_eq!(page.status, 200);
    assert_eq!(refused.status, 422);
    [page.text(), refused.text()]
}

#[tokio::test]
async fn the_pages_name_the_length_in_the_hint_and_in_the_error() {
    for (min_length, arabic) in [(8, "8 أحرف"), (17, "17 حرفًا")] {
        let server = TestServer::start_with(|settings| {
            settings.password.min_length = min_length;
            SITE.clone_into(&mut settings.public.url);
        })
        .await;
        let cookie = server.ada().await.cookie;
        let (auth, ada) = (&server.app.auth, Username::parse("ada").unwrap());
        let link = auth.password_reset_link(&ada, 60, &Actor::Server).await;
        let link = link.unwrap();
        for path in ["/account/password", link.strip_prefix(SITE).unwrap()] {
            for (language, hint, error) in [
                (
                    "en",
                    format!("At least {min_length} characters;"),
                    format!("Use at least {min_length} characters."),
                ),
                (
                    "de",
                    format!("Mindestens {min_length} Zeichen;"),
                    format!("Verwenden Sie mindestens {min_length} Zeichen."),
                ),
                (
                    "ar",
                    format!("{arabic} على الأقل؛"),
                    format!("استخدم {arabic} على الأقل."),
                ),
            ] {
                let [page, refused] = pages(&server, path, language, &cookie).await;
                assert!(page.contains(&hint) && !page.contains(&error), "{page}");
                assert!(
                    refused.contains(&hint) && refused.contains(&error),
                    "{refused}"
                );
            }
        }
    }
}
