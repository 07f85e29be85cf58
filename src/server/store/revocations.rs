use sqlx::{Sqlite, SqliteConnection, Transaction};
use uuid::Uuid;

use super::{NewSession, Store, StoreError, group_commit::Asked};
use crate::{
    domain::{SessionId, Timestamp, UserId, Username},
    server::{
        Client,
        event::{EventKind, SecurityEvent},
        throttle::Tally,
    },
};

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
    /// Its user ended it from another session.
    Owner,
    /// Its user has begun so many since that it was one too many.
    Surplus,
    /// Somebody at the command line ended it.
    Operator,
}

impl RevokedReason {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::LoggedOut => "logged_out",
            Self::UserDisabled => "user_disabled",
            Self::PasswordChanged => "password_changed",
            Self::Replaced => "replaced",
            Self::RenewalReused => "renewal_reused",
            Self::Owner => "owner",
            Self::Surplus => "surplus",
            Self::Operator => "operator",
        }
    }

    pub(super) fn event(self, client: &Client, now: Timestamp) -> SecurityEvent<'_> {
        match self {
            Self::LoggedOut => SecurityEvent::new(EventKind::Logout, client, now),
            Self::RenewalReused => SecurityEvent::new(EventKind::RenewalReused, client, now),
            other => {
                SecurityEvent::new(EventKind::SessionRevoked, client, now).because(other.as_str())
            }
        }
    }
}

/// How many sessions a user has at most: each is a row to look through, and to send, whenever they look at the list.
const MOST_SESSIONS: i64 = 50;

impl Store {
    /// Ends a session. `false` if it was over already, which is no error (RFC 7009 §2.2). When this returns, the
    /// end is on the disk.
    ///
    /// # Errors
    /// When the database does not answer: the session may still live.
    pub async fn revoke_session(
        &self,
        id: SessionId,
        reason: RevokedReason,
        client: &Client,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let client = client.clone();
        self.in_group(|group, answer| {
            group.ends.push(Asked {
                what: (id, reason),
                client,
                now,
                answer,
            })
        })
        .await
    }

    /// Ends a session if it is one of this user's. `false` if it is not, or was over already.
    ///
    /// # Errors
    /// When the database does not answer: it may still live.
    pub async fn revoke_own_session(
        &self,
        user: UserId,
        id: SessionId,
        client: &Client,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let owner: Option<Uuid> = sqlx::query_scalar("SELECT user_id FROM sessions WHERE id = ?")
            .bind(id.0)
            .fetch_optional(&self.readers)
            .await?;
        // Whose a session is never changes, so this need not be within the transaction.
        if owner != Some(user.0) {
            return Ok(false);
        }
        self.revoke_session(id, RevokedReason::Owner, client, now)
            .await
    }

    /// Ends every session of a user and gives how many there were; `None` if there is no such user.
    ///
    /// # Errors
    /// When the database does not answer: they may still live.
    pub async fn revoke_sessions_of_user(
        &self,
        name: &Username,
        client: &Client,
        now: Timestamp,
    ) -> Result<Option<u64>, StoreError> {
        let mut transaction = self.begin().await?;
        let Some(user) = Self::user_id(&mut transaction, name).await? else {
            return Ok(None);
        };
        let number =
            Self::revoke_sessions_of(&mut transaction, user, RevokedReason::Operator, now).await?;
        let event = RevokedReason::Operator.event(client, now).of(user);
        self.commit(transaction, (number > 0).then_some(event))
            .await?;
        Ok(Some(number))
    }

    /// Ends every session of a user but one, and gives how many there were. Their password was right, so the failures in
    /// this session are forgotten.
    ///
    /// # Errors
    /// When the database does not answer: they may still live.
    pub async fn revoke_other_sessions(
        &self,
        user: UserId,
        kept: SessionId,
        tally: Tally,
        client: &Client,
        now: Timestamp,
    ) -> Result<usize, StoreError> {
        let mut transaction = self.begin().await?;
        let others: Vec<Uuid> = sqlx::query_scalar(
            "UPDATE sessions SET revoked_at = ?, revoked_reason = ? WHERE user_id = ? AND id <> ? AND revoked_at IS NULL
             RETURNING id",
        )
        .bind(now.0)
        .bind(RevokedReason::Owner.as_str())
        .bind(user.0)
        .bind(kept.0)
        .fetch_all(&mut *transaction)
        .await?;
        Self::forget_failures(&mut transaction, tally).await?;
        let number = others.len();
        let events = others.into_iter().map(|id| {
            RevokedReason::Owner
                .event(client, now)
                .of(user)
                .in_session(SessionId(id))
        });
        self.commit(transaction, events).await?;
        Ok(number)
    }

    /// Ends the sessions of a user that were used least lately, beyond as many as one may have, within the transaction of
    /// a login.
    pub(super) async fn revoke_surplus<'a>(
        transaction: &mut Transaction<'_, Sqlite>,
        new: &NewSession<'a>,
    ) -> Result<Vec<SecurityEvent<'a>>, StoreError> {
        let (client, user, now) = (new.client, new.user, new.created_at);
        let surplus: Vec<Uuid> = sqlx::query_scalar(
            "UPDATE sessions SET revoked_at = ?1, revoked_reason = ?2 WHERE id IN
                (SELECT id FROM sessions WHERE user_id = ?3 AND id <> ?4 AND revoked_at IS NULL
                 ORDER BY last_seen_at DESC, created_at DESC, id LIMIT -1 OFFSET ?5)
             RETURNING id",
        )
        .bind(now.0)
        .bind(RevokedReason::Surplus.as_str())
        .bind(user.0)
        .bind(new.id.0)
        .bind(MOST_SESSIONS - 1)
        .fetch_all(&mut **transaction)
        .await?;
        let event = |id| {
            RevokedReason::Surplus
                .event(client, now)
                .of(user)
                .in_session(SessionId(id))
        };
        Ok(surplus.into_iter().map(event).collect())
    }

    /// Ends a session within the caller's transaction, and gives the event to commit it with: `None` if it was over.
    pub(super) async fn revoke<'a>(
        transaction: &mut Transaction<'_, Sqlite>,
        id: SessionId,
        reason: RevokedReason,
        client: &'a Client,
        now: Timestamp,
    ) -> Result<Option<SecurityEvent<'a>>, StoreError> {
        let user: Option<Uuid> = sqlx::query_scalar(
            "UPDATE sessions SET revoked_at = ?, revoked_reason = ? WHERE id = ? AND revoked_at IS NULL
             RETURNING user_id",
        )
        .bind(now.0)
        .bind(reason.as_str())
        .bind(id.0)
        .fetch_optional(&mut **transaction)
        .await?;
        Ok(user.map(|user| reason.event(client, now).of(UserId(user)).in_session(id)))
    }

    /// Ends every session of a user, within the caller's transaction.
    pub(super) async fn revoke_sessions_of(
        connection: &mut SqliteConnection,
        user: UserId,
        reason: RevokedReason,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let done = sqlx::query(
            "UPDATE sessions SET revoked_at = ?, revoked_reason = ? WHERE user_id = ? AND revoked_at IS NULL",
        )
        .bind(now.0)
        .bind(reason.as_str())
        .bind(user.0)
        .execute(connection)
        .await?;
        Ok(done.rows_affected())
    }
}
