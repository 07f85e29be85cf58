//! What the program says about a database that it can't open: where it is, and what to do.

use std::{
    env,
    io::{Read, Write},
    net::TcpListener,
    thread,
};

use tempfile::TempDir;
use url::Url;

use crate::support::{BlockingConnection, countersign, data_dir_with_ada, database_url, failure};

/// The error of a server with this address of a database. The directory has no database of its own.
#[track_caller]
fn error_of(url: &Url) -> String {
    let data = TempDir::new().unwrap();
    let error = failure(
        countersign(data.path())
            .arg("serve")
            .env("COUNTERSIGN_DATABASE_URL", url.as_str()),
    );
    let password = url.password().unwrap_or("canary");
    for unwanted in [password, "at line", "error returned"] {
        assert!(!error.contains(unwanted), "{error}");
    }
    let place = format!(
        "{} at {}:{}",
        url.path().trim_start_matches('/'),
        url.host_str().unwrap(),
        url.port().unwrap()
    );
    assert!(error.contains(&place), "{place}: {error}");
    error
}

#[track_caller]
fn assert_names(url: &Url, expected: &[&str]) {
    let error = error_of(url);
    for text in expected {
        assert!(error.contains(text), "{text}: {error}");
    }
}

/// The address of the database that belongs to a data directory, with changes.
fn changed(data: &TempDir, change: impl FnOnce(&mut Url)) -> Url {
    let mut url: Url = database_url(data.path()).parse().unwrap();
    change(&mut url);
    url
}

/// A server that is not of `PostgreSQL`: it answers each client with this text, or with nothing.
fn answering(text: &'static str) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for mut client in listener.incoming().flatten() {
            thread::spawn(move || {
                let _ = client.write_all(text.as_bytes());
                let _ = client.read_to_end(&mut Vec::new());
            });
        }
    });
    port
}

#[test]
fn a_role_that_may_not_sign_in_and_a_database_that_is_not_there_are_named() {
    let data = data_dir_with_ada();
    let wrong_password = changed(&data, |url| url.set_password(Some("canary")).unwrap());
    let role = wrong_password.username().to_owned();
    assert_names(&wrong_password, &[&role, "database.password_file"]);
    let no_such_role = changed(&data, |url| url.set_username("nobody_here").unwrap());
    assert_names(&no_such_role, &["nobody_here", "database.url"]);
    let no_such_database = changed(&data, |url| url.set_path("nothing_here"));
    assert_names(&no_such_database, &["does not exist", "database.url"]);
}

#[test]
fn a_role_that_may_not_create_the_tables_is_told_what_it_needs() {
    let data = data_dir_with_ada();
    let mut database = BlockingConnection::open(data.path());
    let name = format!("countersign_test_{}", uuid::Uuid::new_v4().simple());
    database.execute(&format!("CREATE ROLE {name} LOGIN PASSWORD 'canary'"));
    let url = changed(&data, |url| {
        url.set_username(&name).unwrap();
        url.set_password(Some("canary")).unwrap();
    });
    assert_names(&url, &["permission denied", "GRANT", &name]);
    database.execute(&format!("CREATE DATABASE {name}"));
    let new = changed(&data, |url| url.set_path(&name));
    BlockingConnection::at(new.as_str()).execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC");
    let mut url = url;
    url.set_path(&name);
    assert_names(&url, &["permission denied", "CREATE", &name]);
    database.execute(&format!("DROP DATABASE {name}"));
    database.execute(&format!("DROP ROLE {name}"));
}

#[test]
fn an_address_at_which_no_database_answers_is_named() {
    let data = data_dir_with_ada();
    let unused = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = unused.local_addr().unwrap().port();
    drop(unused);
    let at_port = |port| changed(&data, |url| url.set_port(Some(port)).unwrap());
    assert_names(&at_port(port), &["refused", "database.url"]);
    assert_names(&at_port(answering("")), &["5 seconds", "database.url"]);
    let no_such_host = changed(&data, |url| {
        url.set_host(Some("no-such-host.invalid")).unwrap();
    });
    assert_names(&no_such_host, &["the host", "database.url"]);
    let mut http = at_port(answering("HTTP/1.1 400 Bad Request\r\n"));
    http.set_query(Some("sslmode=require"));
    assert_names(&http, &["not PostgreSQL", "database.url"]);
}

#[test]
fn a_fault_of_tls_names_the_parameter_to_change() {
    let data = data_dir_with_ada();
    let with_query = |query: &str| changed(&data, |url| url.set_query(Some(query)));
    let mut without_tls = with_query("sslmode=require");
    without_tls.set_port(Some(answering("N"))).unwrap();
    assert_names(&without_tls, &["TLS", "sslmode"]);
    let no_file = with_query("sslmode=verify-full&sslrootcert=/nowhere/ca.pem");
    assert_names(&no_file, &["No such file", "sslrootcert"]);
    let Ok(certificate) = env::var("TEST_DATABASE_CA") else {
        eprintln!("skipped: TEST_DATABASE_CA does not name the CA of the database");
        return;
    };
    let unknown_ca = with_query("sslmode=verify-full");
    assert_names(&unknown_ca, &["certificate", "sslrootcert"]);
    let mut other_name = with_query(&format!("sslmode=verify-full&sslrootcert={certificate}"));
    other_name.set_host(Some("localhost")).unwrap();
    assert_names(&other_name, &["not valid for name", "host in database.url"]);
}
