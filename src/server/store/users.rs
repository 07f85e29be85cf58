use sqlx::FromRow;
use uuid::Uuid;

use super::{RevokedReason, Store, StoreError};
use crate::domain::{Timestamp, User, UserId, Username};

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
        User { id: UserId(id), username: Username::from_stored(username) }
    }
}

impl Store {
    /// Puts a new user in. `false` if the name is taken, in whatever spelling.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn insert_user(&self, user: &User, password_hash: &str, now: Timestamp) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "INSERT INTO users (id, username, username_key, password_hash, created_at) VALUES (?, ?, ?, ?, ?)
             ON CONFLICT (username_key) DO NOTHING",
        )
        .bind(user.id.0)
        .bind(user.username.as_str())
        .bind(user.username.comparison_key())
        .bind(password_hash)
        .bind(now.0)
        .execute(&self.pool)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Looks a user up by name, in whatever spelling.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn find_credentials(&self, name: &Username) -> Result<Option<StoredCredentials>, StoreError> {
        let row: Option<Row> = sqlx::query_as(
            "SELECT id, username, password_hash, created_at, disabled_at FROM users WHERE username_key = ?",
        )
        .bind(name.comparison_key())
        .fetch_optional(&self.pool)
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
        .fetch_all(&self.pool)
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
        Ok(sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM users)").fetch_one(&self.pool).await?)
    }

    /// Shuts a user out and ends their sessions, in one transaction. `false` if there is no such user.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn disable_user(&self, name: &Username, now: Timestamp) -> Result<bool, StoreError> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let id: Option<Uuid> = sqlx::query_scalar(
            "UPDATE users SET disabled_at = coalesce(disabled_at, ?) WHERE username_key = ? RETURNING id",
        )
        .bind(now.0)
        .bind(name.comparison_key())
        .fetch_optional(&mut *transaction)
        .await?;
        if let Some(id) = id {
            Self::revoke_sessions_of(&mut transaction, UserId(id), RevokedReason::UserDisabled, now).await?;
        }
        transaction.commit().await?;
        Ok(id.is_some())
    }

    /// Lets a user in again. `false` if there is no such user.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn enable_user(&self, name: &Username) -> Result<bool, StoreError> {
        let done = sqlx::query("UPDATE users SET disabled_at = NULL WHERE username_key = ?")
            .bind(name.comparison_key())
            .execute(&self.pool)
            .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Sets a password and ends the sessions that the old one opened, in one transaction. `false` if there is
    /// no such user.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn set_password(&self, name: &Username, hash: &str, now: Timestamp) -> Result<bool, StoreError> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let id: Option<Uuid> =
            sqlx::query_scalar("UPDATE users SET password_hash = ? WHERE username_key = ? RETURNING id")
                .bind(hash)
                .bind(name.comparison_key())
                .fetch_optional(&mut *transaction)
                .await?;
        if let Some(id) = id {
            Self::revoke_sessions_of(&mut transaction, UserId(id), RevokedReason::PasswordChanged, now).await?;
        }
        transaction.commit().await?;
        Ok(id.is_some())
    }
}
