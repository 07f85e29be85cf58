use std::collections::HashSet;

use compact_str::CompactString;
use sqlx::{FromRow, SqliteExecutor};
use uuid::Uuid;

use super::{RevokedReason, Store, StoreError};
use crate::{
    domain::{SessionId, SessionView, Timestamp, User, UserId, Username},
    server::{
        Client,
        event::{EventKind, SecurityEvent},
        throttle::Tally,
    },
};

/// A login about to be recorded. Without `Debug`, since that would print hashes.
#[derive(Clone)]
pub struct NewSession<'a> {
    pub id: SessionId,
    pub user: UserId,
    /// The hash that the password was checked against.
    pub password_hash: &'a str,
    /// The same password's hash by today's parameters, if that one was made by others.
    pub new_hash: Option<&'a str>,
    /// Whose failed sign-ins are forgotten now.
    pub tally: Tally,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    /// After how many seconds without a renewal the session is over; `None`: only `expires_at` counts.
    pub idle_seconds: Option<i64>,
    /// The session that the same browser had before: its cookie is about to be replaced, and nobody could end it then.
    pub replaces: Option<SessionId>,
    pub client: &'a Client,
}

/// What the store knows of a session that somebody names.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum SessionState {
    Live {
        user: User,
        session: SessionView,
    },
    /// Revoked, expired, its user disabled, or not there at all.
    Over,
}

/// What is remembered of a session that lives.
#[derive(Debug, Clone)]
pub(super) struct LiveSession {
    user: UserId,
    username: CompactString,
    created_at: Timestamp,
    expires_at: Timestamp,
    /// When it is over if nothing is done with it.
    over_at: Timestamp,
}

impl LiveSession {
    /// The same as [`LIVE`], of what time alone can change.
    fn lives_at(&self, now: Timestamp) -> bool {
        self.created_at <= now && now < self.over_at
    }

    fn state(&self, id: SessionId) -> SessionState {
        let user = User {
            id: self.user,
            username: Username::from_stored(self.username.to_string()),
        };
        SessionState::Live {
            user,
            session: SessionView {
                id,
                created_at: self.created_at,
                expires_at: self.expires_at,
            },
        }
    }
}

/// A live session as the command line lists it.
#[derive(Debug, Clone)]
pub struct ListedSession {
    pub session: SessionView,
    pub username: Username,
    pub last_seen_at: Timestamp,
    pub renewals: u64,
    /// What the browser said it is.
    pub device: String,
}

/// A session that lives.
#[derive(FromRow)]
pub(super) struct LiveRow {
    pub id: Uuid,
    user_id: Uuid,
    username: String,
    device: String,
    created_at: i64,
    pub last_seen_at: i64,
    expires_at: i64,
    pub idle_seconds: Option<i64>,
    pub renewal_counter: i64,
    pub rotated_at: i64,
}

/// The one place that says when a session lives, at the moment `?1`: it is there, not revoked, has not reached its end
/// or been idle for too long, no copy of the database was put back since, and its user may sign in.
const LIVE: &str =
    "SELECT s.id, s.user_id, u.username, s.device, s.created_at, s.last_seen_at, s.expires_at,
           s.idle_seconds, s.renewal_counter, s.rotated_at
    FROM sessions s JOIN users u ON u.id = s.user_id
    WHERE s.revoked_at IS NULL AND u.disabled_at IS NULL
      AND s.created_at <= ?1 AND s.expires_at > ?1
      AND (s.idle_seconds IS NULL OR s.last_seen_at + s.idle_seconds > ?1)
      AND s.epoch = (SELECT epoch FROM issuer)";

impl LiveRow {
    pub async fn find(
        executor: impl SqliteExecutor<'_>,
        id: SessionId,
        now: Timestamp,
    ) -> Result<Option<Self>, sqlx::Error> {
        sqlx::query_as(sqlx::AssertSqlSafe(format!("{LIVE} AND s.id = ?2")))
            .bind(now.0)
            .bind(id.0)
            .fetch_optional(executor)
            .await
    }

    /// Those of several that live.
    pub async fn find_all(
        executor: impl SqliteExecutor<'_>,
        ids: &HashSet<SessionId>,
        now: Timestamp,
    ) -> Result<Vec<Self>, sqlx::Error> {
        // Numbered like the `?1` of `LIVE`: sqlx counts those without a number on their own.
        let places: Vec<_> = (2..)
            .take(ids.len())
            .map(|number| format!("?{number}"))
            .collect();
        let sql = format!("{LIVE} AND s.id IN ({})", places.join(", "));
        let query = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(now.0);
        ids.iter()
            .fold(query, |query, id| query.bind(id.0))
            .fetch_all(executor)
            .await
    }

    pub fn user(&self) -> User {
        User {
            id: UserId(self.user_id),
            username: Username::from_stored(self.username.clone()),
        }
    }

    fn live(&self) -> LiveSession {
        let idle_end = self.idle_seconds.map_or(self.expires_at, |idle| {
            self.last_seen_at.saturating_add(idle)
        });
        LiveSession {
            user: UserId(self.user_id),
            username: self.username.as_str().into(),
            created_at: Timestamp(self.created_at),
            expires_at: Timestamp(self.expires_at),
            over_at: Timestamp(self.expires_at.min(idle_end)),
        }
    }

    pub fn view(&self) -> SessionView {
        SessionView {
            id: SessionId(self.id),
            created_at: Timestamp(self.created_at),
            expires_at: Timestamp(self.expires_at),
        }
    }

    fn listed(self) -> ListedSession {
        ListedSession {
            session: self.view(),
            username: Username::from_stored(self.username),
            last_seen_at: Timestamp(self.last_seen_at),
            renewals: u64::try_from(self.renewal_counter).unwrap_or_default(),
            device: self.device,
        }
    }
}

impl Store {
    /// Records a login, unless the user was disabled or got another password since the password was checked: then `false`.
    /// In the same transaction the failures before it are forgotten, an outdated hash is replaced, and the browser's
    /// session before this one ends.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn insert_session(&self, new: &NewSession<'_>) -> Result<bool, StoreError> {
        let mut transaction = self.begin().await?;
        let done = sqlx::query(
            "INSERT INTO sessions
                (id, user_id, created_at, last_seen_at, rotated_at, expires_at, idle_seconds, device, epoch)
             SELECT ?1, id, ?2, ?2, ?2, ?3, ?4, ?5, (SELECT epoch FROM issuer)
             FROM users WHERE id = ?6 AND password_hash = ?7 AND disabled_at IS NULL",
        )
        .bind(new.id.0)
        .bind(new.created_at.0)
        .bind(new.expires_at.0)
        .bind(new.idle_seconds)
        .bind(&new.client.agent)
        .bind(new.user.0)
        .bind(new.password_hash)
        .execute(&mut *transaction)
        .await?;
        if done.rows_affected() == 0 {
            return Ok(false);
        }
        Self::forget_failures(&mut transaction, new.tally).await?;
        if let Some(hash) = new.new_hash {
            sqlx::query("UPDATE users SET password_hash = ? WHERE id = ?")
                .bind(hash)
                .bind(new.user.0)
                .execute(&mut *transaction)
                .await?;
        }
        let replaced = match new.replaces {
            Some(id) => {
                Self::revoke(
                    &mut transaction,
                    id,
                    RevokedReason::Replaced,
                    new.client,
                    new.created_at,
                )
                .await?
            }
            None => None,
        };
        let surplus = Self::revoke_surplus(&mut transaction, new).await?;
        let login = SecurityEvent::new(EventKind::Login, new.client, new.created_at)
            .of(new.user)
            .in_session(new.id);
        self.commit(
            transaction,
            [login].into_iter().chain(replaced).chain(surplus),
        )
        .await?;
        Ok(true)
    }

    /// Whether a session lives at this moment, and whose it is.
    ///
    /// # Errors
    /// When the database does not answer. That is no "yes".
    pub async fn session_state(
        &self,
        id: SessionId,
        now: Timestamp,
    ) -> Result<SessionState, StoreError> {
        let mut place = None;
        if self.live.are_current(&self.writer) {
            match self.live.find(id).await {
                Ok(session) if session.lives_at(now) => return Ok(session.state(id)),
                // Longer than was known then, perhaps, or the clock was set back.
                Ok(_) => {}
                Err(free) => place = Some(free),
            }
        }
        let Some(row) = LiveRow::find(&self.readers, id, now).await? else {
            return Ok(SessionState::Over);
        };
        let session = row.live();
        let state = session.state(id);
        // It is not remembered if it has ended since.
        if let Some(place) = place {
            let _ended_since = place.insert(session);
        }
        Ok(state)
    }

    /// Live sessions, of one user or of all, the newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn list_sessions(
        &self,
        user: Option<UserId>,
        now: Timestamp,
    ) -> Result<Vec<ListedSession>, StoreError> {
        // Two statements, since with one for both SQLite would read the sessions of all for one user.
        let of_user = if user.is_some() {
            "AND s.user_id = ?2"
        } else {
            ""
        };
        let sql = format!("{LIVE} {of_user} ORDER BY s.created_at DESC, s.id");
        let mut query = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(now.0);
        if let Some(user) = user {
            query = query.bind(user.0);
        }
        let rows: Vec<LiveRow> = query.fetch_all(&self.readers).await?;
        Ok(rows.into_iter().map(LiveRow::listed).collect())
    }

    /// Who has a name; `None` if nobody does.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn user_named(&self, name: &Username) -> Result<Option<UserId>, StoreError> {
        Self::user_id(&mut *self.readers.acquire().await?, name).await
    }
}
