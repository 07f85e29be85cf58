use sqlx::{FromRow, SqliteConnection, SqliteExecutor};
use uuid::Uuid;

use super::{Store, StoreError};
use crate::domain::{SessionId, SessionView, Timestamp, User, UserId, Username};

/// A login about to be recorded. Without `Debug`, since that would print the hash.
#[derive(Clone)]
pub struct NewSession<'a> {
    pub id: SessionId,
    pub user: UserId,
    /// The hash that the password was checked against.
    pub password_hash: &'a str,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    /// After how many seconds without a renewal the session is over; `None`: only `expires_at` counts.
    pub idle_seconds: Option<i64>,
    /// What the browser said it is.
    pub device: &'a str,
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

/// Why a session ended before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevokedReason {
    LoggedOut,
    UserDisabled,
    PasswordChanged,
    /// The same browser has signed in again.
    Replaced,
    /// Somebody showed a renewal cookie that was used up.
    RenewalReused,
}

impl RevokedReason {
    fn as_str(self) -> &'static str {
        match self {
            Self::LoggedOut => "logged_out",
            Self::UserDisabled => "user_disabled",
            Self::PasswordChanged => "password_changed",
            Self::Replaced => "replaced",
            Self::RenewalReused => "renewal_reused",
        }
    }
}

/// A session that lives.
#[derive(FromRow)]
pub(super) struct LiveRow {
    id: Uuid,
    user_id: Uuid,
    username: String,
    created_at: i64,
    pub expires_at: i64,
    pub idle_seconds: Option<i64>,
    pub renewal_counter: i64,
    pub rotated_at: i64,
}

impl LiveRow {
    /// The one place that says when a session lives: it is there, not revoked, has not reached its end or been idle
    /// for too long, and its user may sign in.
    pub async fn find(
        executor: impl SqliteExecutor<'_>,
        id: SessionId,
        now: Timestamp,
    ) -> Result<Option<Self>, sqlx::Error> {
        sqlx::query_as(
            "SELECT s.id, s.user_id, u.username, s.created_at, s.expires_at, s.idle_seconds, s.renewal_counter,
                    s.rotated_at
             FROM sessions s JOIN users u ON u.id = s.user_id
             WHERE s.id = ?1 AND s.revoked_at IS NULL AND u.disabled_at IS NULL
               AND s.created_at <= ?2 AND s.expires_at > ?2
               AND (s.idle_seconds IS NULL OR s.last_seen_at + s.idle_seconds > ?2)",
        )
        .bind(id.0)
        .bind(now.0)
        .fetch_optional(executor)
        .await
    }

    pub fn user(&self) -> User {
        User { id: UserId(self.user_id), username: Username::from_stored(self.username.clone()) }
    }

    pub fn view(&self) -> SessionView {
        SessionView {
            id: SessionId(self.id),
            created_at: Timestamp(self.created_at),
            expires_at: Timestamp(self.expires_at),
        }
    }
}

impl Store {
    /// Records a login, unless the user was disabled or got another password since the password was checked:
    /// then `false`.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn insert_session(&self, new: &NewSession<'_>) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "INSERT INTO sessions (id, user_id, created_at, last_seen_at, rotated_at, expires_at, idle_seconds, device)
             SELECT ?, id, ?, ?, ?, ?, ?, ? FROM users WHERE id = ? AND password_hash = ? AND disabled_at IS NULL",
        )
        .bind(new.id.0)
        .bind(new.created_at.0)
        .bind(new.created_at.0)
        .bind(new.created_at.0)
        .bind(new.expires_at.0)
        .bind(new.idle_seconds)
        .bind(new.device)
        .bind(new.user.0)
        .bind(new.password_hash)
        .execute(&self.pool)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Whether a session lives at this moment, and whose it is.
    ///
    /// # Errors
    /// When the database does not answer. That is no "yes".
    pub async fn session_state(&self, id: SessionId, now: Timestamp) -> Result<SessionState, StoreError> {
        let row = LiveRow::find(&self.pool, id, now).await?;
        Ok(row.map_or(SessionState::Over, |row| SessionState::Live { user: row.user(), session: row.view() }))
    }

    /// Ends a session. `false` if it was over already, which is no error (RFC 7009 §2.2). When this returns, the
    /// end is on the disk.
    ///
    /// # Errors
    /// When the database does not answer: the session may still live.
    pub async fn revoke_session(
        &self,
        id: SessionId,
        reason: RevokedReason,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        Self::revoke(&self.pool, id, reason, now).await
    }

    /// Ends a session, within the caller's transaction if there is one.
    pub(super) async fn revoke(
        executor: impl SqliteExecutor<'_>,
        id: SessionId,
        reason: RevokedReason,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let done =
            sqlx::query("UPDATE sessions SET revoked_at = ?, revoked_reason = ? WHERE id = ? AND revoked_at IS NULL")
                .bind(now.0)
                .bind(reason.as_str())
                .bind(id.0)
                .execute(executor)
                .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Ends every session of a user, within the caller's transaction.
    pub(super) async fn revoke_sessions_of(
        connection: &mut SqliteConnection,
        user: UserId,
        reason: RevokedReason,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query("UPDATE sessions SET revoked_at = ?, revoked_reason = ? WHERE user_id = ? AND revoked_at IS NULL")
            .bind(now.0)
            .bind(reason.as_str())
            .bind(user.0)
            .execute(connection)
            .await?;
        Ok(())
    }
}
