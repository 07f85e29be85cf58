//! The notes in the database, which is `SQLite` or Postgres: the address decides.

use countersign::UserId;
use leptos::logging;
use sqlx::{AnyPool, any::install_default_drivers};

use crate::note::{MAX_LENGTH, MAX_NOTES, Note, NoteError};

#[derive(Debug, Clone)]
pub struct NoteStore(AnyPool);

impl NoteStore {
    /// Opens the database that has the accounts, and makes the tables if there are none yet.
    pub async fn open(url: &str) -> Result<Self, sqlx::Error> {
        install_default_drivers();
        let pool = AnyPool::connect(url).await?;
        let migrations = if url.starts_with("postgres") {
            sqlx::migrate!("migrations/postgres")
        } else {
            sqlx::migrate!("migrations/sqlite")
        };
        migrations.run(&pool).await?;
        Ok(Self(pool))
    }

    /// The notes of a user, the newest first.
    pub async fn list(&self, user: UserId) -> Result<Vec<Note>, NoteError> {
        let notes =
            sqlx::query_as("SELECT id, text FROM notes WHERE user_id = $1 ORDER BY id DESC")
                .bind(user.to_string())
                .fetch_all(&self.0)
                .await?;
        Ok(notes)
    }

    /// Adds all of the texts or, if one can't be added, none.
    pub async fn add(&self, user: UserId, texts: &[String]) -> Result<(), NoteError> {
        let mut transaction = self.0.begin().await?;
        // Locks the user's row until the commit. Otherwise, two requests at once would not see each
        // other's notes in Postgres, and both would add the last one.
        sqlx::query(
            "INSERT INTO note_owners (user_id) VALUES ($1)
             ON CONFLICT (user_id) DO UPDATE SET user_id = excluded.user_id",
        )
        .bind(user.to_string())
        .execute(&mut *transaction)
        .await?;
        for text in texts.iter().map(|text| text.trim()) {
            if !(1..=MAX_LENGTH).contains(&text.chars().count()) {
                return Err(NoteError::Length);
            }
            let added = sqlx::query(
                "INSERT INTO notes (user_id, text) SELECT $1, $2
                 WHERE (SELECT count(*) FROM notes WHERE user_id = $1) < $3",
            )
            .bind(user.to_string())
            .bind(text)
            .bind(MAX_NOTES)
            .execute(&mut *transaction)
            .await?;
            if added.rows_affected() == 0 {
                return Err(NoteError::TooMany);
            }
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Deletes a note if it is one of the user's.
    pub async fn delete(&self, user: UserId, id: i64) -> Result<(), NoteError> {
        sqlx::query("DELETE FROM notes WHERE id = $1 AND user_id = $2")
            .bind(id)
            .bind(user.to_string())
            .execute(&self.0)
            .await?;
        Ok(())
    }
}

/// The cause is for the log alone.
impl From<sqlx::Error> for NoteError {
    fn from(error: sqlx::Error) -> Self {
        logging::error!("the notes can't be read or changed: {error}");
        Self::Unavailable
    }
}
