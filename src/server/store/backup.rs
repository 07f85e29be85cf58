use std::path::Path;

use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};

use super::{Store, StoreError};
use crate::{
    domain::Timestamp,
    server::{
        Client,
        event::{EventKind, SecurityEvent},
        private_file::Draft,
    },
};

impl Store {
    /// Writes a consistent copy of the database into a new file, while everything goes on. The copy knows that it is one:
    /// see [`Store::begin_epoch_of_copy`].
    ///
    /// # Errors
    /// When the file is there already or can't be written, or the database does not answer. Nothing is left behind then.
    pub async fn backup(&self, target: &Path, now: Timestamp) -> Result<(), StoreError> {
        let failed = |cause| StoreError::Directory {
            path: target.to_owned(),
            cause,
        };
        if target.try_exists().map_err(failed)? {
            return Err(failed(std::io::ErrorKind::AlreadyExists.into()));
        }
        // It gets its name when it knows that it is a copy, and not before: what an interruption leaves is no backup.
        let draft = Draft::beside(target).map_err(failed)?;
        let name = draft
            .path()
            .to_str()
            .ok_or_else(|| failed(std::io::ErrorKind::InvalidFilename.into()))?;
        self.copy_into(name, now).await?;
        draft.finish(target).map_err(failed)
    }

    async fn copy_into(&self, target: &str, now: Timestamp) -> Result<(), StoreError> {
        // SQLite takes an empty file as a target, which has its owner's mode already.
        sqlx::query("VACUUM INTO ?")
            .bind(target)
            .execute(&self.readers)
            .await?;
        let mut copy =
            SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(target)).await?;
        sqlx::query("UPDATE issuer SET copied_at = ?")
            .bind(now.0)
            .execute(&mut copy)
            .await?;
        copy.close().await?;
        Ok(())
    }

    /// If this database is a copy that was put back: begins a new epoch, in which every session of the copy is over. Which
    /// of them were ended after the copy was made, nobody knows any more.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn begin_epoch_of_copy(
        &self,
        client: &Client,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let copied: Option<i64> = sqlx::query_scalar("SELECT copied_at FROM issuer")
            .fetch_one(&self.readers)
            .await?;
        if copied.is_some() {
            self.begin_epoch("restored", client, now).await?;
        }
        Ok(())
    }

    /// Ends every session of everybody.
    ///
    /// # Errors
    /// When the database does not answer: then they live on.
    pub async fn begin_epoch(
        &self,
        why: &'static str,
        client: &Client,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        sqlx::query("UPDATE issuer SET epoch = epoch + 1, copied_at = NULL")
            .execute(&mut *transaction)
            .await?;
        let event = SecurityEvent::new(EventKind::AllSessionsRevoked, client, now).because(why);
        self.commit(transaction, [event]).await
    }
}
