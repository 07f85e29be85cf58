//! Data directories with many users and sessions.

use std::path::{Path, PathBuf};

use arc_swap::ArcSwap;
use countersign::{
    SessionId, UserId,
    internals::{Clock, Issuer, KeyRing, Timestamp},
};
use sqlx::{AssertSqlSafe, Connection, Row, SqliteConnection};
use tempfile::TempDir;
use tokio::runtime::Builder;
use uuid::Uuid;

use crate::{
    driver::{Request, request},
    server::{ISSUER, add_user},
};

const PASSWORD: &str = "correct horse battery staple";
pub const DAY: i64 = 86400;
/// The timestamp in the ids of the first user and the first session.
pub const FIRST_MILLISECOND: u128 = 0x0199_0000_0000;

/// A data directory with the users `u0`, `u1` and so on, each with the same number of live
/// sessions.
#[derive(Debug)]
pub struct Seed {
    dir: TempDir,
    issuer: Issuer,
    pub users: u64,
    pub sessions: u64,
}

impl Seed {
    pub fn create(users: u64, sessions_each: u64) -> Self {
        Self::fill(&[], users, sessions_each, |dir, sessions| {
            let runtime = Builder::new_current_thread().enable_all().build().unwrap();
            runtime
                .block_on(fill(&dir.join("countersign.db"), users, sessions))
                .unwrap();
        })
    }

    /// The same in a database with other settings, which `fill` fills. It gets the data directory
    /// and the number of sessions. The database has one user by then.
    pub fn fill(
        settings: &[(&str, &str)],
        users: u64,
        sessions_each: u64,
        fill: impl FnOnce(&Path, u64),
    ) -> Self {
        let dir = TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        add_user(dir.path(), settings, "u0", PASSWORD);
        let sessions = users * sessions_each;
        fill(dir.path(), sessions);
        let keys = KeyRing::open(&dir.path().join("keys"), 1, now()).unwrap();
        let issuer = Issuer {
            issuer: ISSUER.to_owned(),
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

    /// Issues a token for a session.
    pub fn token(&self, session: u64) -> String {
        let session = session % self.sessions;
        let (user, session) = (user_id(session % self.users), session_id(session));
        let (token, _) = self
            .issuer
            .signer(now())
            .unwrap()
            .issue(user, session, now(), now().plus_seconds(DAY))
            .unwrap();
        token.expose().to_owned()
    }

    pub fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    /// A login request of a user.
    pub fn login_request(&self, user: u64) -> Request {
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

/// An id that sorts by time, like the server's (UUID version 7).
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

/// Fills each table with one statement in the order of its key, and creates the indices afterwards,
/// so that every row is appended.
async fn fill(database: &Path, users: u64, sessions: u64) -> sqlx::Result<()> {
    let mut connection =
        SqliteConnection::connect(&format!("sqlite://{}", database.display())).await?;
    let execute = async |connection: &mut SqliteConnection, sql: String| {
        sqlx::raw_sql(AssertSqlSafe(sql))
            .execute(connection)
            .await
            .map(|_| ())
    };
    // The data need not survive a power failure.
    execute(
        &mut connection,
        "PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000; PRAGMA temp_store = MEMORY".into(),
    )
    .await?;
    let indices = sqlx::query(
        "SELECT name, sql FROM sqlite_schema
         WHERE tbl_name = 'countersign_sessions' AND sql LIKE 'CREATE INDEX%'",
    );
    let indices = indices.fetch_all(&mut connection).await?;
    for index in &indices {
        execute(
            &mut connection,
            format!("DROP INDEX {}", index.get::<&str, _>(0)),
        )
        .await?;
    }
    let now = now().0;
    let expires_at = now + DAY / 2;
    let id = |kind: u8| {
        format!("unhex(printf('%012x700080000000%08x', {FIRST_MILLISECOND} + n, {kind}))")
    };
    let numbers = |count: u64| {
        format!(
            "WITH RECURSIVE numbers (n) AS
             (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < {count})"
        )
    };
    execute(
        &mut connection,
        format!(
            "BEGIN;
             CREATE TEMP TABLE template AS SELECT password_hash FROM countersign_users;
             DELETE FROM countersign_security_events; DELETE FROM countersign_users;
             {} INSERT INTO countersign_users (id, username, username_key, password_hash,
                 created_at)
             SELECT {}, 'u' || n, 'u' || n, (SELECT password_hash FROM template), {now}
             FROM numbers;
             COMMIT",
            numbers(users),
            id(1)
        ),
    )
    .await?;
    let user = id(1).replace("+ n", &format!("+ n % {users}"));
    execute(
        &mut connection,
        format!(
            "BEGIN;
             {} INSERT INTO countersign_sessions (id, user_id, epoch, user_agent, created_at,
                 last_seen_at, authenticated_at, expires_at, rotated_at)
             SELECT {}, {user}, 0,
                 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', {now},
                 {now}, {now}, {expires_at}, {now} FROM numbers;
             COMMIT",
            numbers(sessions),
            id(2)
        ),
    )
    .await?;
    for index in &indices {
        execute(&mut connection, index.get::<String, _>(1)).await?;
    }
    execute(
        &mut connection,
        "ANALYZE; PRAGMA wal_checkpoint(TRUNCATE)".into(),
    )
    .await?;
    connection.close().await
}
