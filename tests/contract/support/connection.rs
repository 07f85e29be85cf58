use std::path::Path;

use sqlx::{
    AssertSqlSafe, Connection as _, Decode, PgConnection, Postgres, Sqlite, SqliteConnection, Type,
};
use tokio::runtime::{self, Runtime};

use super::database_url;

/// A connection of a test to the database of its server.
pub enum Connection {
    Postgres(PgConnection),
    Sqlite(SqliteConnection),
}

impl Connection {
    pub async fn open(url: &str) -> Self {
        if url.starts_with("postgres") {
            Self::Postgres(PgConnection::connect(url).await.unwrap())
        } else {
            Self::Sqlite(SqliteConnection::connect(url).await.unwrap())
        }
    }

    /// The only value of the only row.
    async fn value<T>(&mut self, statement: &'static str) -> T
    where
        T: Send + Unpin + Type<Postgres> + Type<Sqlite>,
        T: for<'row> Decode<'row, Postgres> + for<'row> Decode<'row, Sqlite>,
    {
        match self {
            Self::Postgres(connection) => sqlx::query_scalar(statement).fetch_one(connection).await,
            Self::Sqlite(connection) => sqlx::query_scalar(statement).fetch_one(connection).await,
        }
        .unwrap()
    }

    pub async fn number(&mut self, statement: &'static str) -> i64 {
        self.value(statement).await
    }

    pub async fn close(self) {
        match self {
            Self::Postgres(connection) => connection.close().await,
            Self::Sqlite(connection) => connection.close().await,
        }
        .unwrap();
    }

    /// Executes one or more statements.
    pub async fn execute(&mut self, statements: impl Into<String>) {
        let statements = sqlx::raw_sql(AssertSqlSafe(statements.into()));
        match self {
            Self::Postgres(connection) => statements.execute(connection).await.map(drop),
            Self::Sqlite(connection) => statements.execute(connection).await.map(drop),
        }
        .unwrap();
    }

    /// The stored password hash of the only user.
    pub async fn stored_hash(&mut self) -> String {
        self.value("SELECT password_hash FROM countersign_users")
            .await
    }

    pub async fn set_stored_hash(&mut self, hash: &str) {
        assert!(!hash.contains('\''));
        self.execute(format!(
            "UPDATE countersign_users SET password_hash = '{hash}'"
        ))
        .await;
    }

    /// Refuses every new row of a table, as if the disk were full.
    pub async fn refuse_rows_of(&mut self, table: &str) {
        let statements = match self {
            Self::Postgres(_) => format!(
                "CREATE FUNCTION refuse_row() RETURNS trigger LANGUAGE plpgsql
                     AS $$ BEGIN RAISE EXCEPTION 'as if the disk were full'; END $$;
                 CREATE TRIGGER refuse BEFORE INSERT ON {table}
                     FOR EACH ROW EXECUTE FUNCTION refuse_row()"
            ),
            Self::Sqlite(_) => format!(
                "CREATE TRIGGER refuse BEFORE INSERT ON {table}
                     BEGIN SELECT RAISE(ABORT, 'as if the disk were full'); END"
            ),
        };
        self.execute(statements).await;
    }

    /// Ends [`Self::refuse_rows_of`].
    pub async fn accept_rows(&mut self) {
        let statement = match self {
            Self::Postgres(_) => "DROP FUNCTION refuse_row CASCADE",
            Self::Sqlite(_) => "DROP TRIGGER refuse",
        };
        self.execute(statement).await;
    }

    /// Turns the database into one that a newer version of the program has migrated.
    pub async fn migrate_beyond_this_version(&mut self) {
        self.execute(
            "INSERT INTO countersign_migrations
                 (version, description, success, checksum, execution_time)
             SELECT 9999, 'from the future', success, checksum, 0
                 FROM countersign_migrations WHERE version = 1",
        )
        .await;
        // There, a migration says whether an older version can go on.
        if matches!(self, Self::Postgres(_)) {
            self.execute("UPDATE countersign_instance SET serves_from = 9999")
                .await;
        }
    }

    /// Keeps everybody else from changing a session until [`Self::unlock`].
    pub async fn lock_sessions(&mut self) {
        let statements = match self {
            Self::Postgres(_) => "BEGIN; LOCK TABLE countersign_sessions IN EXCLUSIVE MODE",
            Self::Sqlite(_) => "BEGIN IMMEDIATE",
        };
        self.execute(statements).await;
    }

    pub async fn unlock(&mut self) {
        self.execute("ROLLBACK").await;
    }
}

/// The same for tests of the program as a process, which are not async.
pub struct BlockingConnection {
    runtime: Runtime,
    connection: Connection,
}

impl BlockingConnection {
    /// Opens the database that belongs to a data directory.
    pub fn open(data_dir: &Path) -> Self {
        Self::at(&database_url(data_dir))
    }

    pub fn at(url: &str) -> Self {
        let runtime = runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.unwrap();
        let connection = runtime.block_on(Connection::open(url));
        Self {
            runtime,
            connection,
        }
    }

    pub fn number(&mut self, statement: &'static str) -> i64 {
        self.runtime.block_on(self.connection.number(statement))
    }

    pub fn execute(&mut self, statements: &str) {
        self.runtime.block_on(self.connection.execute(statements));
    }

    pub fn set_stored_hash(&mut self, hash: &str) {
        self.runtime.block_on(self.connection.set_stored_hash(hash));
    }
}
