//! Data directories with as many users and sessions as a row needs.

use std::path::{Path, PathBuf};

use arc_swap::ArcSwap;
use countersign::{
    domain::{SessionId, Timestamp, UserId},
    server::{Clock, Issuer, KeyRing},
};
use sqlx::{AssertSqlSafe, Connection, Row, SqliteConnection};
use tempfile::TempDir;
use tokio::runtime::Builder;
use uuid::Uuid;

use crate::{
    driver::{Request, request},
    server::add_user,
};

const PASSWORD: &str = "correct horse battery staple";
const DAY: i64 = 86400;
/// When the first user and the first session were made, by their ids.
const FIRST_MILLISECOND: u128 = 0x0199_0000_0000;

/// Users `u0`, `u1` and so on, each with so many live sessions.
#[derive(Debug)]
pub struct Seed {
    dir: TempDir,
    issuer: Issuer,
    pub users: u64,
    pub sessions: u64,
}

impl Seed {
    pub fn plant(users: u64, sessions_each: u64) -> Self {
        let dir = TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        add_user(dir.path(), "u0", PASSWORD);
        let sessions = users * sessions_each;
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        runtime
            .block_on(fill(&dir.path().join("countersign.db"), users, sessions))
            .unwrap();
        let keys = KeyRing::open(&dir.path().join("keys"), 1, now()).unwrap();
        let issuer = Issuer {
            name: "http://127.0.0.1:3000".to_owned(),
            audience: "countersign".to_owned(),
            token_seconds: 900,
            keys: ArcSwap::from_pointee(keys),
        };
        Self {
            dir,
            issuer,
            users,
            sessions,
        }
    }

    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    pub fn database(&self) -> PathBuf {
        self.path().join("countersign.db")
    }

    /// A new token of a session.
    pub fn token(&self, session: u64) -> String {
        let session = session % self.sessions;
        let (user, session) = (user_id(session % self.users), session_id(session));
        let (token, _) = self
            .issuer
            .issue(user, session, now(), now().plus_seconds(DAY))
            .unwrap();
        token.expose().to_owned()
    }

    pub fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    /// The sign-in of a user.
    pub fn log_in(&self, user: u64) -> Request {
        let body = format!(
            "username=u{}&password={}",
            user % self.users,
            PASSWORD.replace(' ', "+")
        );
        request("POST", "/api/login", &[], &body)
    }
}

pub fn now() -> Timestamp {
    Clock::system().now()
}

/// In the order of time, as the server's own are (UUID version 7).
fn id(kind: u128, number: u64) -> Uuid {
    Uuid::from_u128(
        ((FIRST_MILLISECOND + u128::from(number)) << 80) | 0x7000_8000_0000_0000_0000 | kind,
    )
}

fn user_id(number: u64) -> UserId {
    UserId(id(1, number))
}

pub fn session_id(number: u64) -> SessionId {
    SessionId(id(2, number))
}

/// One statement for each table, in the order of its key, and the indices afterwards: nothing is sorted in.
async fn fill(database: &Path, users: u64, sessions: u64) -> sqlx::Result<()> {
    let mut connection =
        SqliteConnection::connect(&format!("sqlite://{}", database.display())).await?;
    let run = async |connection: &mut SqliteConnection, sql: String| {
        sqlx::raw_sql(AssertSqlSafe(sql))
            .execute(connection)
            .await
            .map(|_| ())
    };
    // What a power cut would do to it does not matter.
    run(
        &mut connection,
        "PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000; PRAGMA temp_store = MEMORY".into(),
    )
    .await?;
    let indices = sqlx::query(
        "SELECT name, sql FROM sqlite_schema WHERE tbl_name = 'sessions' AND sql LIKE 'CREATE INDEX%'",
    );
    let indices = indices.fetch_all(&mut connection).await?;
    for index in &indices {
        run(
            &mut connection,
            format!("DROP INDEX {}", index.get::<&str, _>(0)),
        )
        .await?;
    }
    let now = now().0;
    let end = now + DAY / 2;
    let id = |kind: u8| {
        format!("unhex(printf('%012x700080000000%08x', {FIRST_MILLISECOND} + n, {kind}))")
    };
    let numbers = |count: u64| {
        format!(
            "WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < {count})"
        )
    };
    run(
        &mut connection,
        format!(
            "BEGIN;
             CREATE TEMP TABLE pattern AS SELECT password_hash FROM users;
             DELETE FROM security_events; DELETE FROM users;
             {} INSERT INTO users (id, username, username_key, password_hash, created_at)
             SELECT {}, 'u' || n, 'u' || n, (SELECT password_hash FROM pattern), {now} FROM numbers;
             COMMIT",
            numbers(users),
            id(1)
        ),
    )
    .await?;
    let user = id(1).replace("+ n", &format!("+ n % {users}"));
    run(
        &mut connection,
        format!(
            "BEGIN;
             {} INSERT INTO sessions (id, user_id, created_at, last_seen_at, expires_at, device)
             SELECT {}, {user}, {now}, {now}, {end},
                 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0' FROM numbers;
             COMMIT",
            numbers(sessions),
            id(2)
        ),
    )
    .await?;
    for index in &indices {
        run(&mut connection, index.get::<String, _>(1)).await?;
    }
    run(
        &mut connection,
        "ANALYZE; PRAGMA wal_checkpoint(TRUNCATE)".into(),
    )
    .await?;
    connection.close().await
}
