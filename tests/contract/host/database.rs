//! Tests of a database that has tables of the application too.

use std::{
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt},
};

use sqlx::{AssertSqlSafe, SqlitePool, migrate::Migrator, sqlite::SqliteConnectOptions};
use tempfile::TempDir;

use super::start;
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
