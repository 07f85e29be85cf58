use sqlx::{FromRow, SqliteConnection};
use uuid::Uuid;

use super::{RevokedReason, Store, StoreError};
use crate::{
    domain::{Timestamp, User, UserId, Username},
    server::{
        Client,
        event::{EventKind, SecurityEvent},
        throttle::Tally,
    },
};

/// What signing in needs to know of a user. Without `Debug`, since that would print the hash.
#[derive(Clone)]
pub struct StoredCredentials {
    pub user: User,
    /// A PHC string.
    pub password_hash: String,
    pub enabled: bool,
}

/// A user as the command line lists it.
#[derive(Debug, Clone)]
pub struct StoredUser {
    pub user: User,
    pub created_at: Timestamp,
    pub disabled_at: Option<Timestamp>,
}

#[derive(FromRow)]
struct Row {
    id: Uuid,
    username: String,
    password_hash: String,
    created_at: i64,
    disabled_at: Option<i64>,
}

impl Row {
    fn user(id: Uuid, username: String) -> User {
        User {
            id: UserId(id),
            username: Username::from_stored(username),
        }
    }
}

impl Store {
    /// Puts a new user in. `false` if the name is taken, in whatever spelling.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn insert_user(
        &self,
        user: &User,
        password_hash: &str,
        client: &Client,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.begin().await?;
        let done = sqlx::query(
            "INSERT INTO users (id, username, username_key, password_hash, created_at) VALUES (?, ?, ?, ?, ?)
             ON CONFLICT (username_key) DO NOTHING",
        )
        .bind(user.id.0)
        .bind(user.username.as_str())
        .bind(user.username.comparison_key())
        .bind(password_hash)
        .bind(now.0)
        .execute(&mut *transaction)
        .await?;
        let added = done.rows_affected() == 1;
        let event = SecurityEvent::new(EventKind::UserAdded, client, now).of(user.id);
        self.commit(transaction, added.then_some(event)).await?;
        Ok(added)
    }

    /// Looks a user up by name, in whatever spelling.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn find_credentials(
        &self,
        name: &Username,
    ) -> Result<Option<StoredCredentials>, StoreError> {
        let row: Option<Row> = sqlx::query_as(
            "SELECT id, username, password_hash, created_at, disabled_at FROM users WHERE username_key = ?",
        )
        .bind(name.comparison_key())
        .fetch_optional(&self.readers)
        .await?;
        Ok(row.map(|row| StoredCredentials {
            user: Row::user(row.id, row.username),
            password_hash: row.password_hash,
            enabled: row.disabled_at.is_none(),
        }))
    }

    /// All users, by name.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn list_users(&self) -> Result<Vec<StoredUser>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT id, username, password_hash, created_at, disabled_at FROM users ORDER BY username_key",
        )
        .fetch_all(&self.readers)
        .await?;
        let listed = rows.into_iter().map(|row| StoredUser {
            user: Row::user(row.id, row.username),
            created_at: Timestamp(row.created_at),
            disabled_at: row.disabled_at.map(Timestamp),
        });
        Ok(listed.collect())
    }

    /// # Errors
    /// When the database does not answer.
    pub async fn has_users(&self) -> Result<bool, StoreError> {
        Ok(sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM users)")
            .fetch_one(&self.readers)
            .await?)
    }

    /// Shuts a user out and ends their sessions, in one transaction. `false` if there is no such user.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn disable_user(
        &self,
        name: &Username,
        client: &Client,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.begin().await?;
        let Some(user) = Self::user_id(&mut transaction, name).await? else {
            return Ok(false);
        };
        sqlx::query("UPDATE users SET disabled_at = coalesce(disabled_at, ?) WHERE id = ?")
            .bind(now.0)
            .bind(user.0)
            .execute(&mut *transaction)
            .await?;
        Self::revoke_sessions_of(&mut transaction, user, RevokedReason::UserDisabled, now).await?;
        self.commit(
            transaction,
            [SecurityEvent::new(EventKind::UserDisabled, client, now).of(user)],
        )
        .await?;
        Ok(true)
    }

    /// Lets a user in again, and forgets the failed sign-ins. `false` if there is no such user.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn enable_user(
        &self,
        name: &Username,
        tally: Tally,
        client: &Client,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.begin().await?;
        let Some(user) = Self::user_id(&mut transaction, name).await? else {
            return Ok(false);
        };
        sqlx::query("UPDATE users SET disabled_at = NULL WHERE id = ?")
            .bind(user.0)
            .execute(&mut *transaction)
            .await?;
        Self::forget_failures(&mut transaction, tally).await?;
        self.commit(
            transaction,
            [SecurityEvent::new(EventKind::UserEnabled, client, now).of(user)],
        )
        .await?;
        Ok(true)
    }

    /// Sets a password, ends the sessions that the old one opened, and forgets the failed sign-ins, in one transaction.
    /// `false` if there is no such user.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn set_password(
        &self,
        name: &Username,
        tally: Tally,
        hash: &str,
        client: &Client,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.begin().await?;
        let Some(user) = Self::user_id(&mut transaction, name).await? else {
            return Ok(false);
        };
        sqlx::query("UPDATE users SET password_hash = ? WHERE id = ?")
            .bind(hash)
            .bind(user.0)
            .execute(&mut *transaction)
            .await?;
        Self::revoke_sessions_of(&mut transaction, user, RevokedReason::PasswordChanged, now)
            .await?;
        Self::forget_failures(&mut transaction, tally).await?;
        self.commit(
            transaction,
            [SecurityEvent::new(EventKind::PasswordChanged, client, now).of(user)],
        )
        .await?;
        Ok(true)
    }

    /// Who has this name, in whatever spelling.
    pub(super) async fn user_id(
        connection: &mut SqliteConnection,
        name: &Username,
    ) -> Result<Option<UserId>, StoreError> {
        let id: Option<Uuid> = sqlx::query_scalar("SELECT id FROM users WHERE username_key = ?")
            .bind(name.comparison_key())
            .fetch_optional(connection)
            .await?;
        Ok(id.map(UserId))
    }
}
