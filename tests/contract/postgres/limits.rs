use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    thread,
    time::{Duration, Instant},
};

use url::Url;

use crate::support::{
    BlockingConnection, Process, countersign, data_dir_with_ada, database_url, failure, form,
};

#[test]
fn the_log_says_which_limit_of_connections_was_met() {
    let data = data_dir_with_ada();
    let server = Process::start(
        countersign(data.path())
            .arg("serve")
            .env("COUNTERSIGN_DATABASE_MAX_CONNECTIONS", "2"),
    );
    let token = server.log_in("ada", "analytical engine");
    let mut database = BlockingConnection::open(data.path());
    database.execute("BEGIN; LOCK TABLE countersign_sessions IN EXCLUSIVE MODE");
    let fields = form(&[("username", "ada"), ("password", "analytical engine")]);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| server.post("/api/login", &fields, None));
        }
        thread::sleep(Duration::from_secs(1));
        let start = Instant::now();
        assert_eq!(server.post("/api/me", "", Some(&token)).0, 503);
        assert!(start.elapsed() < Duration::from_secs(6));
    });
    database.execute("ROLLBACK");
    assert_eq!(server.post("/api/me", "", Some(&token)).0, 200);
    let (_, log) = server.stop();
    assert!(log.contains("database.max_connections"), "{log}");
}

#[test]
fn a_query_that_takes_too_long_is_given_up_and_not_confirmed() {
    let data = data_dir_with_ada();
    let server = Process::serve(data.path());
    let token = server.log_in("ada", "analytical engine");
    let mut database = BlockingConnection::open(data.path());
    database.execute("BEGIN; LOCK TABLE countersign_sessions IN EXCLUSIVE MODE");
    let start = Instant::now();
    assert_eq!(server.post("/api/logout", "", Some(&token)).0, 503);
    assert!(start.elapsed() < Duration::from_secs(8));
    database.execute("ROLLBACK");
    assert_eq!(server.post("/api/logout", "", Some(&token)).0, 200);
    assert_eq!(server.post("/api/me", "", Some(&token)).0, 401);
}

#[test]
fn sign_outs_that_wait_for_the_database_fail_together() {
    let data = data_dir_with_ada();
    let server = Process::serve(data.path());
    let tokens: Vec<_> = (0..10)
        .map(|_| server.log_in("ada", "analytical engine"))
        .collect();
    let mut database = BlockingConnection::open(data.path());
    database.execute("BEGIN; LOCK TABLE countersign_sessions IN EXCLUSIVE MODE");
    let start = Instant::now();
    thread::scope(|scope| {
        for token in &tokens {
            let server = &server;
            scope.spawn(move || assert_eq!(server.post("/api/logout", "", Some(token)).0, 503));
        }
    });
    // The first one, then all others.
    assert!(start.elapsed() < Duration::from_secs(15));
    database.execute("ROLLBACK");
    for token in &tokens {
        assert_eq!(server.post("/api/logout", "", Some(token)).0, 200);
    }
}

/// `PostgreSQL` asks for this with 40001 and 40P01, when two transactions can't both commit.
#[test]
fn a_transaction_that_has_met_another_one_is_repeated() {
    let data = data_dir_with_ada();
    let server = Process::serve(data.path());
    let mut database = BlockingConnection::open(data.path());
    // What a sequence has counted is not rolled back.
    database.execute(
        "CREATE SEQUENCE conflicts;
         CREATE FUNCTION conflict() RETURNS trigger LANGUAGE plpgsql AS $$
         BEGIN
             IF nextval('conflicts') <= 2 THEN
                 RAISE EXCEPTION 'as if two had met' USING ERRCODE = '40001';
             END IF;
             RETURN NEW;
         END $$;
         CREATE TRIGGER conflict BEFORE INSERT OR UPDATE ON countersign_sessions
             FOR EACH ROW EXECUTE FUNCTION conflict()",
    );
    let token = server.log_in("ada", "analytical engine");
    database.execute("SELECT setval('conflicts', 1, FALSE)");
    assert_eq!(server.post("/api/logout", "", Some(&token)).0, 200);
    assert_eq!(server.post("/api/me", "", Some(&token)).0, 401);
    let again = server.log_in("ada", "analytical engine");
    database.execute("ALTER SEQUENCE conflicts CYCLE MINVALUE 1 MAXVALUE 2 RESTART 1");
    assert_eq!(
        server.post("/api/logout", "", Some(&again)).0,
        503,
        "not for ever"
    );
}

/// The address without its password, and the password.
fn without_password(url: &str) -> (String, String) {
    let mut url: Url = url.parse().unwrap();
    let password = url.password().unwrap_or_default().to_owned();
    url.set_password(None).unwrap();
    (url.into(), password)
}

#[test]
fn the_password_is_read_from_a_file_that_only_its_owner_may_read() {
    let data = data_dir_with_ada();
    let (url, password) = without_password(&database_url(data.path()));
    let file = data.path().join("password");
    fs::write(&file, format!("{password}\n")).unwrap();
    let list = || {
        let mut command = countersign(data.path());
        command
            .args(["user", "list"])
            .env("COUNTERSIGN_DATABASE_URL", &url)
            .env("COUNTERSIGN_DATABASE_PASSWORD_FILE", &file);
        command
    };
    fs::set_permissions(&file, Permissions::from_mode(0o644)).unwrap();
    let error = failure(&mut list());
    assert!(error.contains("chmod 600"), "{error}");
    assert!(error.contains("database.password_file"), "{error}");
    // As when the directory is named at which a secret is mounted.
    let error = failure(list().env("COUNTERSIGN_DATABASE_PASSWORD_FILE", data.path()));
    assert!(
        error.contains("is a directory: name the file in it"),
        "{error}"
    );
    for password in [
        "canary",
        "can/canary",
        "/canary",
        "/can/canary=",
        "/canary/",
    ] {
        let error = failure(list().env("COUNTERSIGN_DATABASE_PASSWORD_FILE", password));
        assert!(
            error.contains("not the password") && !error.contains("canary"),
            "{error}"
        );
    }
    let missing = data.path().join("missing");
    let error = failure(list().env("COUNTERSIGN_DATABASE_PASSWORD_FILE", &missing));
    assert!(error.contains(missing.to_str().unwrap()), "{error}");
    fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
    assert!(list().output().unwrap().status.success());
    fs::write(&file, "another one").unwrap();
    let error = failure(&mut list());
    assert!(!error.contains("another one") && !error.contains(&password));
}

#[test]
fn a_misspelt_parameter_of_the_address_is_refused() {
    let data = data_dir_with_ada();
    let mut url: Url = database_url(data.path()).parse().unwrap();
    url.query_pairs_mut().append_pair("sslmod", "verify-full");
    let mut list = countersign(data.path());
    list.args(["user", "list"])
        .env("COUNTERSIGN_DATABASE_URL", url.as_str());
    let error = failure(&mut list);
    assert!(error.contains("the parameter sslmod"), "{error}");
}

#[test]
fn a_password_that_is_not_percent_encoded_is_refused_and_not_shown() {
    let data = data_dir_with_ada();
    for password in ["can@a/ry", "can@a?ry", "can@a#ry", "12?ry", "12?ry=1"] {
        let url = format!("postgres://countersign:{password}@127.0.0.1/countersign");
        let mut list = countersign(data.path());
        list.args(["user", "list"])
            .env("COUNTERSIGN_DATABASE_URL", url);
        let error = failure(&mut list);
        assert!(error.contains("database.password_file"), "{error}");
        assert!(!error.contains("ry"), "{error}");
    }
}

#[test]
fn no_log_line_or_error_has_the_password_of_the_database() {
    let data = data_dir_with_ada();
    let url = database_url(data.path());
    let (_, password) = without_password(&url);
    let server = Process::start(
        countersign(data.path())
            .arg("serve")
            .env("COUNTERSIGN_LOG_LEVEL", "trace"),
    );
    server.log_in("ada", "analytical engine");
    let (_, log) = server.stop();
    let wrong = url.replace(&password, "canary");
    let error = failure(
        countersign(data.path())
            .arg("serve")
            .env("COUNTERSIGN_DATABASE_URL", wrong),
    );
    for text in [&log, &error] {
        assert!(
            !text.contains(&password) && !text.contains("canary"),
            "{text}"
        );
    }
    assert!(error.contains("password authentication"), "{error}");
}
