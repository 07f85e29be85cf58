//! Tests of an application that hands in its pool to `PostgreSQL`, where its own tables are too.

use std::path::Path;

use countersign::Settings;
use sqlx::{PgPool, migrate::Migrator};
use tempfile::TempDir;
use url::Url;

use crate::{
    host::application,
    support::{PUBLIC_URL, TestServer, postgres_database_of},
};

/// The host's own, with the version that our first one has.
static MIGRATIONS: Migrator = sqlx::migrate!("tests/contract/postgres/migrations");

/// The address of a database without any table.
async fn empty_database_of(directory: &Path) -> String {
    let url = postgres_database_of(directory).unwrap();
    let pool = PgPool::connect(&url).await.unwrap();
    let empty = sqlx::raw_sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
    empty.execute(&pool).await.unwrap();
    url
}

async fn start_on(pool: &PgPool, change: impl FnOnce(&mut Settings)) -> Result<TestServer, String> {
    TestServer::start_on(pool, application::routes, |settings| {
        PUBLIC_URL.clone_into(&mut settings.public.url);
        change(settings);
    })
    .await
}

#[tokio::test]
async fn a_pool_that_is_handed_in_has_accounts_beside_the_tables_of_the_host() {
    for is_host_first in [false, true] {
        let directory = TempDir::new().unwrap();
        let url = empty_database_of(directory.path()).await;
        let pool = PgPool::connect(&url).await.unwrap();
        if is_host_first {
            MIGRATIONS.run(&pool).await.unwrap();
        }
        let server = start_on(&pool, |_| {}).await.unwrap();
        MIGRATIONS.run(&pool).await.unwrap();
        server.ada().await.assert_accepted(&server).await;
        let again = PgPool::connect(&server.settings.database.url)
            .await
            .unwrap();
        let insert = sqlx::query("INSERT INTO notes (text) VALUES ('a note')");
        insert.execute(&again).await.unwrap();
        server.app.auth.close().await;
        let count = "SELECT (SELECT count(*) FROM countersign_users), (SELECT count(*) FROM notes)";
        let counts: (i64, i64) = sqlx::query_as(count).fetch_one(&pool).await.unwrap();
        assert_eq!(counts, (1, 1), "the pool stays the host's");
    }
}

#[tokio::test]
async fn a_pool_needs_the_public_url_that_all_servers_share() {
    let directory = TempDir::new().unwrap();
    let url = postgres_database_of(directory.path()).unwrap();
    let pool = PgPool::connect(&url).await.unwrap();
    let started = start_on(&pool, |settings| settings.public.url.clear()).await;
    let error = started.err().unwrap();
    assert!(error.contains("public.url must be set"), "{error}");
}

#[tokio::test]
async fn a_pool_on_another_database_than_the_setting_is_refused() {
    let directory = TempDir::new().unwrap();
    let url = postgres_database_of(directory.path()).unwrap();
    let pool = PgPool::connect(&url).await.unwrap();
    let of_pool: Url = url.parse().unwrap();
    for (other, name) in [
        (
            "postgres://ada:secret-word@127.0.0.1/other",
            "other at 127.0.0.1:5432",
        ),
        ("sqlite://other.db", "sqlite://other.db"),
    ] {
        let started = start_on(&pool, |settings| {
            other.clone_into(&mut settings.database.url);
        });
        let error = started.await.err().unwrap();
        assert!(
            error.contains(&format!("database.url names {name}")),
            "{error}"
        );
        for password in ["secret-word", of_pool.password().unwrap()] {
            assert!(!error.contains(password), "{error}");
        }
    }
}

/// The role and the schema of `database.url` may be others than those of the pool, and the command
/// line knows only them.
#[tokio::test]
async fn the_setting_says_how_countersign_connects_to_the_database_of_a_pool() {
    let directory = TempDir::new().unwrap();
    let url = empty_database_of(directory.path()).await;
    let pool = PgPool::connect(&url).await.unwrap();
    let schema = sqlx::raw_sql("CREATE SCHEMA accounts");
    schema.execute(&pool).await.unwrap();
    let configured = format!("{url}&options=-csearch_path%3Daccounts");
    let server = start_on(&pool, |settings| settings.database.url = configured).await;
    let _server = server.unwrap();
    let find = sqlx::query_scalar(
        "SELECT schemaname FROM pg_tables WHERE tablename = 'countersign_users'",
    );
    let schema: String = find.fetch_one(&pool).await.unwrap();
    assert_eq!(schema, "accounts");
}
