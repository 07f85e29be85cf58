//! Tests of an application as a process: this test program, started once more.

use std::{
    env, fs,
    net::TcpListener,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Output},
    time::Duration,
};

use axum::{Router, body::Body, http::Request};
use countersign::{Server, Settings, internals::start_logging};
use leptos::config::LeptosOptions;
use sqlx::{SqlitePool, sqlite::SqliteConnectOptions};
use tempfile::TempDir;
use tower::ServiceExt;

use super::{FUNCTIONS, application, call, start};
use crate::support::use_database_of;

/// The `main` of the application; does nothing when the other tests run.
#[tokio::test]
async fn the_application() {
    match env::var("SERVED_BY").as_deref() {
        Ok("serve") => countersign::serve(routes()).await.unwrap(),
        Ok("wrap") => {
            let router = Server::from_env().await.unwrap().wrap(routes());
            let request = Request::get("/no-such-page").body(Body::empty());
            router.oneshot(request.unwrap()).await.unwrap();
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        Ok("pool") => {
            let file = env::var("NOTES_FILE").unwrap();
            let options = SqliteConnectOptions::new().filename(file);
            let pool = SqlitePool::connect_with(options.create_if_missing(true)).await;
            Server::from_env_on(pool.unwrap()).await.unwrap();
        }
        Ok("calls") => {
            let _log = start_logging(&Settings::load(None).unwrap().log).unwrap();
            call_without_token().await;
        }
        _ => {}
    }
}

/// Calls server functions without a token: as others do than the pages of a browser that is signed
/// in, and then twice as those do.
async fn call_without_token() {
    let server = start().await;
    let (ada, dead) = (server.ada().await, server.ada_again().await);
    dead.log_out(&server).await;
    let page = ("accept", "text/html,*/*;q=0.8");
    let signing_out = format!("{}; countersign-pending-logout=1", ada.cookie);
    for (called, headers) in [
        (&FUNCTIONS[0], &[][..]),
        (&FUNCTIONS[1], &[("cookie", &*ada.cookie), page]),
        (&FUNCTIONS[2], &[("cookie", &dead.cookie)]),
        (&FUNCTIONS[3], &[("cookie", &signing_out)]),
        (&FUNCTIONS[4], &[("cookie", &ada.cookie)]),
        (&FUNCTIONS[4], &[("cookie", &ada.cookie)]),
    ] {
        let response = call(&server, called, headers).await;
        assert!(!response.status.is_success(), "{}", response.text());
    }
}

fn routes() -> Router {
    application::routes(&LeptosOptions::builder().output_name("host").build())
}

pub fn command(served_by: &str, data_dir: &Path, address: &str) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command
        .args(["--exact", "host::process::the_application", "--nocapture"])
        .env_clear()
        .env("SERVED_BY", served_by)
        .env("COUNTERSIGN_DATA_DIR", data_dir)
        .env("NOTES_FILE", data_dir.join("notes.db"))
        .env("LEPTOS_SITE_ADDR", address);
    use_database_of(data_dir, &mut command);
    command
}

pub fn run(command: &mut Command) -> (Output, String) {
    let output = command.output().unwrap();
    let log = String::from_utf8(output.stderr.clone()).unwrap();
    (output, log)
}

#[test]
fn an_application_that_unwraps_an_error_says_why_it_does_not_start() {
    let data = TempDir::new().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let (output, log) = run(&mut command("serve", data.path(), &address));
    assert!(!output.status.success());
    assert!(log.contains("LEPTOS_SITE_ADDR sets another"), "{log}");
    fs::set_permissions(data.path(), fs::Permissions::from_mode(0o777)).unwrap();
    let (output, log) = run(&mut command("serve", data.path(), "127.0.0.1:0"));
    assert!(!output.status.success());
    assert!(log.contains("chmod o-w"), "{log}");
}

#[test]
fn an_application_with_a_listener_of_its_own_has_a_log() {
    let data = TempDir::new().unwrap();
    let (output, log) = run(&mut command("wrap", data.path(), "127.0.0.1:0"));
    assert!(output.status.success(), "{log}");
    assert!(log.contains("/no-such-page"), "{log}");
}

#[test]
fn the_log_names_a_server_function_that_pages_call_without_the_bearer_client() {
    let data = TempDir::new().unwrap();
    let (output, log) = run(&mut command("calls", data.path(), "127.0.0.1:0"));
    assert!(output.status.success(), "{log}");
    let hints = log
        .lines()
        .filter(|line| line.contains("client = countersign::BearerClient"));
    let hints: Vec<_> = hints.collect();
    assert_eq!(hints.len(), 1, "{log}");
    assert!(
        hints[0].contains("WARN") && hints[0].contains("/host/delete"),
        "{log}"
    );
}
