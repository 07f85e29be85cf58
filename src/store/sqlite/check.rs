use std::{
    collections::HashMap,
    fmt,
    path::PathBuf,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use quick_cache::sync::Cache;
use rusqlite::{Connection, OpenFlags, OptionalExtension, config::DbConfig, params};

use super::{
    SqliteStore, StoreError,
    session_row::{LIVE, find_all, from_direct},
};
use crate::{
    domain::{SessionId, Timestamp},
    store::{LiveSession, rows::SessionRow},
};

/// How many sessions are taken to be in memory; 16 bytes each and as much again for the table.
const WARM_CAPACITY: usize = 100_000;

/// Reads single sessions on the calling thread (ADR 14).
///
/// sqlx runs `SQLite` on threads of its own, and handing a query over takes longer than the query.
/// So a check is a prepared statement on a pooled connection instead. It reads the database each
/// time, and sees every commit of every process at once.
///
/// What could block the calling thread goes through sqlx: a read that meets a lock, and the first
/// read of a session, whose pages may have to come from the disk.
pub(super) struct DirectReads {
    path: PathBuf,
    sql: String,
    /// Connections that no thread is using; `None` once the store is closed.
    idle: Mutex<Option<Vec<Connection>>>,
    /// Sessions that were read before. Nothing is decided by it but the thread that reads.
    warm: Cache<SessionId, ()>,
}

/// A session that was not read directly.
#[derive(Debug)]
struct UseSqlx;

pub(super) async fn find_live(
    store: &SqliteStore,
    ids: &[SessionId],
    now: Timestamp,
) -> Result<Vec<Option<LiveSession>>, StoreError> {
    if let [id] = ids
        && let Ok(session) = store.direct.find(*id, now)
    {
        return Ok(vec![session]);
    }
    let rows = find_all(&store.readers, &ids.iter().copied().collect(), now).await?;
    let live: HashMap<_, _> = rows
        .into_iter()
        .map(|row| (SessionId(row.id), LiveSession::from(row)))
        .collect();
    for id in live.keys() {
        store.direct.warm.insert(*id, ());
    }
    Ok(ids.iter().map(|id| live.get(id).cloned()).collect())
}

impl DirectReads {
    pub fn new(path: PathBuf) -> Self {
        Self {
            path,
            sql: format!("{LIVE} AND s.id = ?2"),
            idle: Mutex::new(Some(Vec::new())),
            warm: Cache::new(WARM_CAPACITY),
        }
    }

    /// Finds a session if it is live.
    ///
    /// # Errors
    /// When it has to be read through sqlx. Every failure is one: sqlx either succeeds where this
    /// did not, or reports why.
    fn find(&self, id: SessionId, now: Timestamp) -> Result<Option<LiveSession>, UseSqlx> {
        self.warm.get(&id).ok_or(UseSqlx)?;
        let connection = match self.idle().as_mut().ok_or(UseSqlx)?.pop() {
            Some(connection) => connection,
            None => self.open().map_err(|_| UseSqlx)?,
        };
        let row = read(&connection, &self.sql, id, now).map_err(|_| UseSqlx)?;
        if let Some(idle) = self.idle().as_mut() {
            idle.push(connection);
        }
        Ok(row.map(LiveSession::from))
    }

    fn open(&self) -> rusqlite::Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.path, flags)?;
        connection.busy_timeout(Duration::ZERO)?;
        // Without it, SQLite compiles the statement again whenever another time is bound, in search
        // of a better plan, once somebody has run ANALYZE.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        Ok(connection)
    }

    /// From now on every read goes through sqlx.
    pub fn close(&self) {
        *self.idle() = None;
    }

    fn idle(&self) -> MutexGuard<'_, Option<Vec<Connection>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn read(
    connection: &Connection,
    sql: &str,
    id: SessionId,
    now: Timestamp,
) -> rusqlite::Result<Option<SessionRow>> {
    let mut statement = connection.prepare_cached(sql)?;
    statement
        .query_row(params![now.0, id.0.as_bytes()], from_direct)
        .optional()
}

impl fmt::Debug for DirectReads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DirectReads")
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use futures::poll;
    use rusqlite::StatementStatus;

    use super::*;
    use crate::store::{
        Store,
        sqlite::fixture::{Fixture, NOW, SESSION},
    };

    #[tokio::test]
    async fn only_the_first_read_of_a_session_goes_through_sqlx() {
        let fixture = Fixture::new().await;
        let direct = &fixture.store.direct;
        assert!(direct.find(SESSION, NOW).is_err(), "its pages may be cold");
        assert!(fixture.is_live(NOW).await);
        assert!(
            direct
                .find(SESSION, NOW)
                .is_ok_and(|session| session.is_some())
        );
        assert!(
            direct
                .find(SessionId(uuid::Uuid::from_u128(8)), NOW)
                .is_err()
        );
    }

    #[tokio::test]
    async fn a_direct_read_agrees_with_sqlx_to_the_letter() {
        let fixture = Fixture::new().await;
        let by_sqlx = fixture.store.find_live(&[SESSION], NOW).await.unwrap();
        assert_eq!(fixture.store.direct.find(SESSION, NOW).unwrap(), by_sqlx[0]);
    }

    #[tokio::test]
    async fn the_statement_is_compiled_once() {
        let fixture = Fixture::new().await;
        let analyze = sqlx::query("ANALYZE").execute(&fixture.store.writer);
        analyze.await.unwrap();
        let direct = &fixture.store.direct;
        assert!(fixture.is_live(NOW).await);
        for seconds in 0..3 {
            direct.find(SESSION, NOW.plus_seconds(seconds)).unwrap();
        }
        let connection = direct.idle().as_mut().unwrap().pop().unwrap();
        let statement = connection.prepare_cached(&direct.sql).unwrap();
        assert_eq!(statement.get_status(StatementStatus::Run), 3);
        assert_eq!(statement.get_status(StatementStatus::RePrepare), 0);
    }

    #[tokio::test]
    async fn what_another_process_has_committed_is_seen_by_the_next_check() {
        let fixture = Fixture::new().await;
        let other = fixture.open().await;
        assert!(fixture.is_live(NOW).await && fixture.is_live(NOW).await);
        assert!(fixture.revoke(&other).await);
        assert!(!fixture.is_live(NOW).await);
    }

    #[tokio::test]
    async fn a_session_that_was_read_before_ends_in_its_time() {
        let fixture = Fixture::new().await;
        for _ in 0..2 {
            assert!(fixture.is_live(NOW).await);
            assert!(!fixture.is_live(NOW.plus_seconds(3600)).await);
            let leeway = Timestamp::LEEWAY_SECONDS;
            assert!(fixture.is_live(NOW.plus_seconds(-leeway)).await);
            assert!(!fixture.is_live(NOW.plus_seconds(-leeway - 1)).await);
        }
    }

    #[tokio::test]
    async fn a_direct_read_that_fails_is_done_again_through_sqlx() {
        let mut fixture = Fixture::new().await;
        assert!(fixture.is_live(NOW).await);
        fixture.store.direct.sql = "SELECT nonsense".to_owned();
        assert!(fixture.store.direct.find(SESSION, NOW).is_err());
        assert!(fixture.is_live(NOW).await);
        assert!(fixture.revoke(&fixture.store).await && !fixture.is_live(NOW).await);
    }

    #[tokio::test]
    async fn a_closed_store_accepts_nobody() {
        let fixture = Fixture::new().await;
        assert!(fixture.is_live(NOW).await);
        fixture.store.close().await;
        assert!(fixture.store.find_live(&[SESSION], NOW).await.is_err());
    }

    #[tokio::test]
    async fn a_logout_whose_client_hangs_up_is_either_done_or_not() {
        let fixture = Fixture::new().await;
        let revocation = [fixture.revocation()];
        {
            let mut revoked = pin!(fixture.store.revoke(&revocation));
            for _ in 0..3 {
                let _pending = poll!(revoked.as_mut());
            }
        }
        let live = fixture.is_live(NOW).await;
        for _ in 0..3 {
            assert_eq!(
                fixture.is_live(NOW).await,
                live,
                "and no check disagrees with another"
            );
        }
    }
}
