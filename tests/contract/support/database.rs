use std::{
    collections::HashMap,
    env,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        LazyLock, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    thread,
};

use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tempfile::TempDir;
use tokio::runtime;
use url::Url;

use super::run_successfully;

/// The Postgres server of the tests, where `TEST_DATABASE_URL` names one. Without it, they use
/// `SQLite`.
static SERVER: LazyLock<Option<PostgresServer>> = LazyLock::new(|| {
    let url = env::var("TEST_DATABASE_URL").ok();
    let url = url.filter(|url| !url.is_empty())?;
    Some(PostgresServer::at(&url))
});

/// The Postgres database that belongs to a data directory. It is created at the first call, and
/// dropped some time after the directory is gone. `None` when the tests use `SQLite`.
pub fn postgres_database_of(data_dir: &Path) -> Option<String> {
    let server = SERVER.as_ref()?;
    // A test that has failed here keeps no other one from its database.
    let databases = server.databases.lock();
    let mut databases = databases.unwrap_or_else(PoisonError::into_inner);
    if let Some(name) = databases.get(data_dir) {
        return Some(server.url_of(name));
    }
    let is_unused = |(directory, _): &(&PathBuf, &String)| !directory.exists();
    let unused: Vec<_> = databases.iter().filter(is_unused).collect();
    let mut statements: Vec<_> = unused.iter().map(|(_, name)| drop_database(name)).collect();
    databases.retain(|directory, _| directory.exists());
    let name = server.new_name();
    statements.push(server.copy_template(&name));
    server.execute(statements);
    databases.insert(data_dir.to_owned(), name.clone());
    Some(server.url_of(&name))
}

/// The address of the database that a command on this data directory uses.
pub fn database_url(data_dir: &Path) -> String {
    let file = || format!("sqlite://{}", data_dir.join("countersign.db").display());
    postgres_database_of(data_dir).unwrap_or_else(file)
}

/// `public.url` of the program, which Postgres requires: the issuer if it is not set.
pub const PUBLIC_URL: &str = "http://127.0.0.1:0";

/// Has a command use the database that belongs to a data directory.
pub fn use_database_of(data_dir: &Path, command: &mut Command) {
    if let Some(url) = postgres_database_of(data_dir) {
        command
            .env("COUNTERSIGN_DATABASE_URL", url)
            .env("COUNTERSIGN_PUBLIC_URL", PUBLIC_URL);
    }
}

/// Makes the keys and `public.url` of this data directory those of all servers, as an operator does
/// on Postgres who has changed the files of the keys. On `SQLite` the files alone count.
pub fn adopt_keys(data_dir: &Path) {
    if postgres_database_of(data_dir).is_some() {
        run_successfully(data_dir, &["migrate", "--adopt"]);
    }
}

/// The status for a token of a key whose file was removed. On Postgres the key may be another
/// server's, so that this one can't tell whether the token is valid.
pub fn status_without_key() -> u16 {
    if SERVER.is_some() { 503 } else { 401 }
}

struct PostgresServer {
    url: Url,
    version: i32,
    /// When the tests began, by the clock of the server, in seconds since 1970.
    began_at: i64,
    /// A database with our tables, of which all others are copies.
    template: String,
    /// The names of the databases, by data directory.
    databases: Mutex<HashMap<PathBuf, String>>,
}

impl PostgresServer {
    fn at(url: &str) -> Self {
        let mut server = Self {
            url: url.parse().expect("TEST_DATABASE_URL is an address"),
            version: 0,
            began_at: 0,
            template: String::new(),
            databases: Mutex::default(),
        };
        (server.version, server.began_at) = server.run(async |connection| {
            let both = "SELECT current_setting('server_version_num')::int4,
                extract(epoch FROM now())::int8";
            sqlx::query_as(both).fetch_one(connection).await
        });
        server.drop_databases_of_earlier_runs();
        server.template = server.new_name();
        server.execute(vec![format!("CREATE DATABASE {}", server.template)]);
        server.migrate(&server.template);
        server
    }

    /// The last databases of a run are not dropped by it. No run takes an hour.
    fn drop_databases_of_earlier_runs(&self) {
        let names: Vec<String> = self.run(async |connection| {
            let old = sqlx::query_scalar(
                "SELECT datname::text FROM pg_database WHERE datname ~ '^countersign_test_[0-9]+_'
                 AND split_part(datname, '_', 3)::int8 < $1",
            );
            let old = old.bind(self.began_at - 3600);
            old.fetch_all(connection).await
        });
        self.execute(names.iter().map(|name| drop_database(name)).collect());
    }

    /// The name of a database that does not exist yet.
    fn new_name(&self) -> String {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let process = std::process::id();
        format!("countersign_test_{}_{process}_{number}", self.began_at)
    }

    fn url_of(&self, database: &str) -> String {
        let mut url = self.url.clone();
        url.set_path(database);
        url.into()
    }

    /// Creates our tables, as an operator does.
    fn migrate(&self, database: &str) {
        let directory = TempDir::new().unwrap();
        let migrated = Command::new(env!("CARGO_BIN_EXE_countersign"))
            .arg("migrate")
            .env_clear()
            .env("COUNTERSIGN_DATA_DIR", directory.path())
            .env("COUNTERSIGN_DATABASE_URL", self.url_of(database))
            .env("COUNTERSIGN_PUBLIC_URL", PUBLIC_URL)
            .output()
            .unwrap();
        assert!(migrated.status.success(), "{migrated:?}");
    }

    fn copy_template(&self, name: &str) -> String {
        // Faster than the default by 100 ms. Older servers have no other way.
        let strategy = if self.version >= 150_000 {
            "STRATEGY FILE_COPY"
        } else {
            ""
        };
        format!(
            "CREATE DATABASE {name} TEMPLATE {} {strategy}",
            self.template
        )
    }

    fn execute(&self, statements: Vec<String>) {
        self.run(async |connection| {
            for statement in statements {
                let statement = sqlx::raw_sql(AssertSqlSafe(statement));
                statement.execute(&mut *connection).await?;
            }
            Ok(())
        });
    }

    /// Works with a connection to the server. In a thread of its own, because the caller may be a
    /// task of an async runtime, which can't start another one.
    fn run<T: Send>(
        &self,
        work: impl AsyncFnOnce(&mut PgConnection) -> sqlx::Result<T> + Send,
    ) -> T {
        let work = || {
            let runtime = runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(async {
                let mut connection = PgConnection::connect(self.url.as_str()).await?;
                let result = work(&mut connection).await?;
                connection.close().await?;
                Ok::<_, sqlx::Error>(result)
            })
        };
        thread::scope(|scope| scope.spawn(work).join().unwrap()).unwrap()
    }
}

fn drop_database(name: &str) -> String {
    format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")
}
