//! The rows of both databases, which have the same columns, and what is decided by them.

use sqlx::FromRow;
use uuid::Uuid;

use super::{LiveSession, RecordedEvent, StoredCredentials, StoredUser};
use crate::domain::{EventKind, SessionId, SessionInfo, Timestamp, User, UserId, Username};

/// A live session.
#[derive(Clone, FromRow)]
pub(super) struct SessionRow {
    pub id: Uuid,
    pub user_id: Uuid,
    pub username: String,
    pub user_agent: String,
    pub created_at: i64,
    pub last_seen_at: i64,
    pub expires_at: i64,
    pub idle_seconds: Option<i64>,
    pub refresh_counter: i64,
    pub rotated_at: i64,
}

impl SessionRow {
    pub fn counter(&self) -> u64 {
        u64::try_from(self.refresh_counter).unwrap_or_default()
    }
}

impl From<SessionRow> for LiveSession {
    fn from(row: SessionRow) -> Self {
        Self {
            refresh_counter: row.counter(),
            user: user(row.user_id, row.username),
            info: SessionInfo {
                id: SessionId(row.id),
                created_at: Timestamp(row.created_at),
                expires_at: Timestamp(row.expires_at),
            },
            user_agent: row.user_agent,
            last_seen_at: Timestamp(row.last_seen_at),
            idle_seconds: row.idle_seconds,
            rotated_at: Timestamp(row.rotated_at),
        }
    }
}

/// A user with what a login is checked against.
#[derive(FromRow)]
pub(super) struct CredentialsRow {
    id: Uuid,
    username: String,
    password_hash: String,
    password_generation: i64,
    disabled_at: Option<i64>,
}

impl From<CredentialsRow> for StoredCredentials {
    fn from(row: CredentialsRow) -> Self {
        Self {
            user: user(row.id, row.username),
            password_hash: row.password_hash,
            password_generation: row.password_generation,
            enabled: row.disabled_at.is_none(),
        }
    }
}

/// An account.
#[derive(FromRow)]
pub(super) struct UserRow {
    id: Uuid,
    username: String,
    created_at: i64,
    disabled_at: Option<i64>,
}

impl From<UserRow> for StoredUser {
    fn from(row: UserRow) -> Self {
        Self {
            user: user(row.id, row.username),
            created_at: Timestamp(row.created_at),
            disabled_at: row.disabled_at.map(Timestamp),
        }
    }
}

/// An account with everything that is stored of it.
#[derive(FromRow)]
pub(super) struct AccountRow {
    pub id: Uuid,
    pub username: String,
    pub username_key: String,
    pub password_hash: String,
    pub password_generation: i64,
    pub created_at: i64,
    pub disabled_at: Option<i64>,
}

pub(super) fn user(id: Uuid, name: String) -> User {
    User {
        id: UserId(id),
        username: Username::from_stored(name),
    }
}

/// A security event.
#[derive(FromRow)]
pub(super) struct EventRow {
    pub id: i64,
    pub at: i64,
    pub kind: String,
    pub detail: Option<String>,
    pub user_id: Option<Uuid>,
    pub username: Option<String>,
    pub session_id: Option<Uuid>,
    pub ip: Option<String>,
    pub user_agent: String,
}

impl From<EventRow> for RecordedEvent {
    fn from(row: EventRow) -> Self {
        Self {
            id: row.id,
            at: Timestamp(row.at),
            kind: EventKind::from_code(&row.kind),
            detail: row.detail,
            user: row.user_id.map(UserId),
            username: row.username.map(Username::from_stored),
            session: row.session_id.map(SessionId),
            ip: row.ip.and_then(|ip| ip.parse().ok()),
            user_agent: row.user_agent,
        }
    }
}
