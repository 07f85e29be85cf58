use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use quick_cache::sync::{Cache, PlaceholderGuard};
use sqlx::SqlitePool;
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::{StoreError, sessions::LiveSession};
use crate::{
    domain::SessionId,
    server::event::{EventKind, SecurityEvent},
};

/// Beyond this age, what is remembered is compared with the database when the next one asks.
const LOOK_AFTER: Duration = Duration::from_millis(400);
/// Beyond this age it counts no more: what another process has ended counts within a second.
const BELIEVED_FOR: Duration = Duration::from_millis(900);

/// Sessions that were found to live, so that a request need not ask the database. It holds what is in the database or
/// less. What this process ends is forgotten when it is committed, and before that is confirmed; when another process has
/// committed anything, all of it is forgotten.
pub(super) struct LiveSessions {
    sessions: Cache<SessionId, LiveSession>,
    began: Instant,
    /// When the database was last looked at, in milliseconds since `began`; 0: never, and then nothing counts.
    looked: AtomicU64,
    version: Arc<Mutex<Option<Version>>>,
    /// How many connections the writer has had.
    connections: AtomicU64,
}

/// `PRAGMA data_version`: it changes when another connection commits, and says nothing to another connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Version {
    connection: u64,
    number: i64,
}

/// What is not to be believed any more once a change is committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stale {
    Nothing,
    Session(SessionId),
    All,
}

impl Stale {
    /// By what an event tells of. What ends the sessions of a whole user is rare, so it is not sought out which they are.
    pub fn by(event: &SecurityEvent<'_>) -> Self {
        match (event.kind, event.session) {
            (
                EventKind::Logout | EventKind::RenewalReused | EventKind::SessionRevoked,
                Some(session),
            ) => Self::Session(session),
            (EventKind::Logout | EventKind::RenewalReused | EventKind::SessionRevoked, None)
            | (
                EventKind::AllSessionsRevoked
                | EventKind::UserDisabled
                | EventKind::PasswordChanged,
                _,
            ) => Self::All,
            (
                EventKind::Login
                | EventKind::LoginFailed
                | EventKind::LoginThrottled
                | EventKind::UserAdded
                | EventKind::UserEnabled
                | EventKind::KeyAdded
                | EventKind::KeyRemoved,
                _,
            ) => Self::Nothing,
        }
    }
}

/// A place for a session that is being looked up. It closes when the session ends meanwhile, or all are forgotten: what
/// was read before that is then not remembered.
pub(super) type Place<'a> = PlaceholderGuard<
    'a,
    SessionId,
    LiveSession,
    quick_cache::UnitWeighter,
    quick_cache::DefaultHashBuilder,
    quick_cache::sync::DefaultLifecycle<SessionId, LiveSession>,
>;

impl LiveSessions {
    /// Remembers up to `capacity` sessions.
    pub fn new(capacity: usize) -> Self {
        Self {
            sessions: Cache::new(capacity),
            began: Instant::now(),
            looked: AtomicU64::new(0),
            version: Arc::default(),
            connections: AtomicU64::new(0),
        }
    }

    /// The session if it is remembered, or else the place for it.
    pub async fn find(&self, id: SessionId) -> Result<LiveSession, Place<'_>> {
        self.sessions.get_value_or_guard_async(&id).await
    }

    pub fn forget(&self, stale: Stale) {
        match stale {
            Stale::Nothing => {}
            Stale::Session(id) => {
                self.sessions.remove(&id);
            }
            Stale::All => self.sessions.clear(),
        }
    }

    /// From now on nothing is believed until the database was looked at.
    pub fn distrust(&self) {
        self.looked.store(0, Ordering::SeqCst);
        self.sessions.clear();
    }

    /// The writer has a new connection.
    pub fn note_connection(&self) {
        self.connections.fetch_add(1, Ordering::SeqCst);
    }

    /// Whether what is remembered counts. When it is time to, the database is looked at beside: nobody waits for that, since
    /// it may have to wait for those who write.
    pub fn are_current(self: &Arc<Self>, writer: &SqlitePool) -> bool {
        let age = self.age();
        if age >= LOOK_AFTER
            && let Ok(last) = Arc::clone(&self.version).try_lock_owned()
        {
            let (live, writer) = (Arc::clone(self), writer.clone());
            // If the database does not answer, nothing that is remembered counts any more, and whoever asks gets to hear it.
            tokio::spawn(async move { live.look(&writer, last).await });
        }
        age < BELIEVED_FOR
    }

    async fn look(
        &self,
        writer: &SqlitePool,
        mut last: OwnedMutexGuard<Option<Version>>,
    ) -> Result<(), StoreError> {
        let at = self.now();
        let mut connection = writer.acquire().await?;
        let number = sqlx::query_scalar("PRAGMA data_version")
            .fetch_one(&mut *connection)
            .await?;
        let version = Version {
            connection: self.connections.load(Ordering::SeqCst),
            number,
        };
        if last.replace(version) != Some(version) {
            self.sessions.clear();
        }
        self.looked.store(at, Ordering::SeqCst);
        Ok(())
    }

    fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis())
            .unwrap_or(u64::MAX)
            .saturating_add(1)
    }

    fn age(&self) -> Duration {
        match self.looked.load(Ordering::SeqCst) {
            0 => Duration::MAX,
            looked => Duration::from_millis(self.now().saturating_sub(looked)),
        }
    }
}

impl fmt::Debug for LiveSessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LiveSessions")
            .field("number", &self.sessions.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
