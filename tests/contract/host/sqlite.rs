//! Tests of an `SQLite` file that has tables of the application too, and of its pool.

use std::{
    ffi::OsString,
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt, symlink},
    path::Path,
};

use countersign::Settings;
use sqlx::{
    AssertSqlSafe, SqlitePool,
    migrate::Migrator,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use tempfile::TempDir;

use super::{
    application,
    process::{command as application_command, run as run_application},
    start,
};
use crate::support::{TestServer, countersign, run};

/// The host's own, with the version that our first one has.
static MIGRATIONS: Migrator = sqlx::migrate!("tests/contract/host/migrations");

fn options(server: &TestServer) -> SqliteConnectOptions {
    server.settings.database.url.parse().unwrap()
}

async fn names_of_migrations(pool: &SqlitePool, table: &'static str) -> Vec<String> {
    let sql = AssertSqlSafe(format!("SELECT description FROM {table}"));
    sqlx::query_scalar(sql).fetch_all(pool).await.unwrap()
}

#[tokio::test]
async fn migrations_of_the_host_and_ours_know_nothing_of_each_other() {
    for is_host_first in [false, true] {
        let server = start().await;
        server.app.auth.close().await;
        let file = server.data_dir().join("test.db");
        fs::remove_file(&file).unwrap();
        fs::remove_dir_all(server.data_dir().join("keys")).unwrap();
        fs::write(&file, "").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        let pool = SqlitePool::connect_lazy_with(options(&server));
        if is_host_first {
            MIGRATIONS.run(&pool).await.unwrap();
        }
        let mut server = server.restart().await.unwrap();
        for _ in 0..2 {
            MIGRATIONS.run(&pool).await.unwrap();
            server = server.restart().await.unwrap();
        }
        let insert = sqlx::query("INSERT INTO notes (text) VALUES ('a note')");
        insert.execute(&pool).await.unwrap();
        server.ada().await.assert_accepted(&server).await;
        let of_host = names_of_migrations(&pool, "_sqlx_migrations").await;
        let ours = names_of_migrations(&pool, "countersign_migrations").await;
        assert_eq!(
            (of_host, ours),
            (vec!["notes".into()], vec!["schema".into()])
        );
    }
}

#[tokio::test]
async fn an_address_of_postgres_beside_a_pool_on_a_file_is_refused_without_its_password() {
    let directory = TempDir::new().unwrap();
    let pool = pool_on(&directory.path().join("notes.db")).await;
    let url = "postgres://ada:secret-word@127.0.0.1/other";
    let error = start_on_with(&pool, url).await.err().unwrap();
    assert!(
        error.contains("database.url names other at 127.0.0.1"),
        "{error}"
    );
    assert!(!error.contains("secret-word"), "{error}");
}

/// Closing any handle of a file releases all POSIX locks that its process has on it. Another program
/// would then take itself for the only user of the database, and delete the log into which the server
/// goes on to write (<https://sqlite.org/howtocorrupt.html>, 2.2).
#[tokio::test]
async fn opening_the_database_releases_no_lock_of_the_hosts_pool() {
    let server = start().await;
    let pool = SqlitePool::connect_with(options(&server)).await.unwrap();
    let read = sqlx::query("SELECT name FROM sqlite_schema");
    read.fetch_all(&pool).await.unwrap();
    let inode = fs::metadata(server.data_dir().join("test.db"))
        .unwrap()
        .ino();
    let is_locked = || {
        let locks = fs::read_to_string("/proc/locks").unwrap();
        locks.contains(&format!(":{inode} "))
    };
    assert!(is_locked());
    let _server = server.restart().await.unwrap();
    assert!(is_locked());
}

#[tokio::test]
async fn a_command_takes_no_database_without_accounts_for_ours() {
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("notes.db");
    let options = SqliteConnectOptions::new()
        .filename(&file)
        .create_if_missing(true);
    let pool = SqlitePool::connect_with(options).await.unwrap();
    MIGRATIONS.run(&pool).await.unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    let url = format!("sqlite://{}", file.display());
    let content = fs::read(&file).unwrap();
    for arguments in [&["user", "list"][..], &["session", "list"], &["audit"]] {
        let mut command = countersign(directory.path());
        let output = run(
            command
                .args(arguments)
                .env("COUNTERSIGN_DATABASE_URL", &url),
            "",
        );
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{error}");
        assert!(error.contains("there is no database"), "{error}");
        assert!(error.contains("notes.db"), "{error}");
    }
    assert!(fs::read(&file).unwrap() == content, "nothing was made");
}

/// A pool of the host's on a new file, which it makes as sqlx does, with the mode of the umask.
async fn pool_on(file: &Path) -> SqlitePool {
    SqlitePool::connect_with(new_file(file)).await.unwrap()
}

fn new_file(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
}

async fn start_on(pool: &SqlitePool) -> Result<TestServer, String> {
    TestServer::start_on(pool, application::routes, |_| {}).await
}

async fn start_on_with(pool: &SqlitePool, url: &str) -> Result<TestServer, String> {
    let change = |settings: &mut Settings| url.clone_into(&mut settings.database.url);
    TestServer::start_on(pool, application::routes, change).await
}

fn mode(file: &Path) -> u32 {
    fs::metadata(file).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn a_pool_that_is_handed_in_has_accounts_beside_the_tables_of_the_host() {
    let directory = TempDir::new().unwrap();
    // As a name, since what is in it has a meaning in addresses.
    let file = directory.path().join("notes ?#%41.db");
    let pool = pool_on(&file).await;
    MIGRATIONS.run(&pool).await.unwrap();
    let server = start_on(&pool).await.unwrap();
    let ada = server.ada().await;
    ada.assert_accepted(&server).await;
    let count = sqlx::query_scalar("SELECT count(*) FROM countersign_users");
    let users: i64 = count.fetch_one(&pool).await.unwrap();
    assert_eq!(users, 1);
    let again = SqlitePool::connect(&server.settings.database.url)
        .await
        .unwrap();
    let insert = sqlx::query("INSERT INTO notes (text) VALUES ('a note')");
    insert.execute(&again).await.unwrap();
    server.app.auth.close().await;
    let count = sqlx::query_scalar("SELECT count(*) FROM notes");
    let notes: i64 = count.fetch_one(&pool).await.unwrap();
    assert_eq!(notes, 1, "the pool stays the host's");
    let files = fs::read_dir(directory.path()).unwrap();
    let names: Vec<_> = files.map(|file| file.unwrap().file_name()).collect();
    let beside = |name: &OsString| name.to_str().unwrap().starts_with("notes ?#%41.db");
    assert!(names.iter().all(beside), "{names:?}");
}

#[tokio::test]
async fn a_pool_without_a_file_is_refused() {
    for url in [
        "sqlite::memory:",
        "sqlite:notes.db?mode=memory",
        "sqlite://",
        "sqlite:file::memory:",
        "sqlite:file:notes.db%3Fmode=memory",
    ] {
        let pool = SqlitePool::connect(url).await.unwrap();
        let error = start_on(&pool).await.err().unwrap();
        assert!(error.contains("in-memory"), "{url}: {error}");
    }
}

#[tokio::test]
async fn a_pool_on_another_database_than_the_setting_is_refused() {
    let directory = TempDir::new().unwrap();
    let (file, other) = (directory.path().join("a.db"), directory.path().join("b.db"));
    let pool = pool_on(&file).await;
    for exists in [false, true] {
        let url = format!("sqlite://{}", other.display());
        let error = start_on_with(&pool, &url).await.err().unwrap();
        assert!(
            error.contains("database.url") && error.contains("a.db") && error.contains("b.db"),
            "{error}"
        );
        assert_eq!(other.exists(), exists);
        fs::write(&other, "").unwrap();
        fs::set_permissions(&other, fs::Permissions::from_mode(0o600)).unwrap();
    }
    for is_linked in [false, true] {
        let directory = TempDir::new().unwrap();
        let (file, link) = (directory.path().join("a.db"), directory.path().join("l.db"));
        symlink(&file, &link).unwrap();
        let named = if is_linked { &link } else { &file };
        let url = format!("sqlite://{}", named.display());
        let pool = pool_on(&file).await;
        start_on_with(&pool, &url).await.unwrap();
    }
}

#[tokio::test]
async fn a_file_that_a_pool_has_made_is_its_owners_alone_before_it_holds_accounts() {
    for journal in [SqliteJournalMode::Delete, SqliteJournalMode::Wal] {
        let directory = TempDir::new().unwrap();
        let file = directory.path().join("notes.db");
        let pool = SqlitePool::connect_with(new_file(&file).journal_mode(journal));
        let pool = pool.await.unwrap();
        MIGRATIONS.run(&pool).await.unwrap();
        let files = ["notes.db", "notes.db-wal", "notes.db-shm"];
        let files = files.map(|name| directory.path().join(name));
        for file in &files {
            let _absent = fs::set_permissions(file, fs::Permissions::from_mode(0o644));
        }
        let server = start_on(&pool).await.unwrap();
        for file in &files {
            assert_eq!(mode(file), 0o600, "{file:?}");
        }
        server.app.auth.close().await;
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
        let error = start_on(&pool).await.err().unwrap();
        assert!(error.contains("chmod 600"), "{error}");
        assert_eq!(mode(&file), 0o644, "somebody may have read the hashes");
    }
}

#[tokio::test]
async fn a_link_that_stands_beside_the_file_of_a_pool_changes_no_other_file() {
    let directory = TempDir::new().unwrap();
    let other = directory.path().join("other");
    fs::write(&other, "").unwrap();
    fs::set_permissions(&other, fs::Permissions::from_mode(0o644)).unwrap();
    let file = directory.path().join("notes.db");
    let pool = pool_on(&file).await;
    symlink(&other, directory.path().join("notes.db-shm")).unwrap();
    let error = start_on(&pool).await.err().unwrap();
    assert!(error.contains("notes.db-shm"), "{error}");
    assert_eq!(mode(&other), 0o644);
}

/// Its checkpoints would write to the file what is then not on the disk, and reuse the log.
#[tokio::test]
async fn a_pool_that_never_syncs_is_refused() {
    let directory = TempDir::new().unwrap();
    let options = new_file(&directory.path().join("notes.db"));
    for (synchronous, is_refused) in [
        (SqliteSynchronous::Off, true),
        (SqliteSynchronous::Normal, false),
    ] {
        let pool = SqlitePool::connect_with(options.clone().synchronous(synchronous));
        let started = start_on(&pool.await.unwrap()).await;
        let error = started.err().unwrap_or_default();
        assert_eq!(error.contains("synchronous"), is_refused, "{error}");
    }
}

#[test]
fn the_command_line_finds_the_accounts_of_a_pool_where_the_log_says() {
    let data = TempDir::new().unwrap();
    let (output, log) =
        run_application(&mut application_command("pool", data.path(), "127.0.0.1:0"));
    assert!(output.status.success(), "{log}");
    let url = format!("sqlite://{}", data.path().join("notes.db").display());
    let said = log
        .lines()
        .find(|line| line.contains("COUNTERSIGN_DATABASE_URL"));
    assert!(said.unwrap().contains(&url), "{log}");
    let mut add = countersign(data.path());
    add.args(["user", "add", "ada", "--password-stdin"])
        .env("COUNTERSIGN_DATABASE_URL", &url);
    let added = run(&mut add, "analytical engine");
    assert!(added.status.success(), "{added:?}");
    for (named, starts) in [(&*url, true), ("sqlite:other.db", false)] {
        let mut started = application_command("pool", data.path(), "127.0.0.1:0");
        let (output, log) = run_application(started.env("COUNTERSIGN_DATABASE_URL", named));
        assert_eq!(output.status.success(), starts, "{log}");
        assert_eq!(
            log.contains("database.url names other.db"),
            !starts,
            "{log}"
        );
    }
}
