use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    str::FromStr,
};

use futures::stream::BoxStream;
use sqlx::{
    ConnectOptions, Connection, SqliteConnection, raw_sql,
    sqlite::{SqliteConnectOptions, SqliteSynchronous},
};

use super::{
    StoreError,
    connection::TIMEOUT,
    file::{self, require_private_file},
    keys,
    migrations::{pending, require_current, require_tables},
    moved::{self, Moved},
    session_row::LIVE,
};
use crate::{
    domain::Timestamp,
    store::rows::{AccountRow, EventRow, SessionRow, TokenRow, WaitingMailRow},
};

/// Why the sessions of a database are over.
#[derive(Debug, Clone, Copy)]
pub enum SessionsOver {
    /// It is a backup.
    Backup,
    /// It was moved before, at this time, so they may have ended in the other database.
    Moved(Timestamp),
}

/// A database that is being moved. Nobody writes to it meanwhile. If this is dropped before
/// [`Self::mark`], it is as before.
#[derive(Debug)]
pub struct SqliteSource {
    connection: SqliteConnection,
    path: PathBuf,
    /// The mark that it had before: an import was not finished, or is done again.
    moved: Option<Moved>,
    is_backup: bool,
    key_ids: BTreeSet<String>,
    /// The data version when it was marked.
    version: i64,
}

impl SqliteSource {
    /// Waits for a running server's transaction, and locks the database. `own` is the file that a
    /// server uses by default.
    ///
    /// # Errors
    /// When there is none, when others can use its file, when a server may use another one, or when it
    /// lacks migrations or has some of a newer version.
    pub async fn lock(url: &str, own: &Path) -> Result<Self, StoreError> {
        if url.contains(":memory:") {
            return Err(StoreError::InMemory);
        }
        let options = SqliteConnectOptions::from_str(url)?
            .busy_timeout(TIMEOUT)
            .synchronous(SqliteSynchronous::Full);
        let path = options.get_filename().to_owned();
        require_private_file(&path).map_err(no_source)?;
        require_tables(&path).await.map_err(no_source)?;
        let mut connection = options.connect().await?;
        raw_sql("BEGIN IMMEDIATE").execute(&mut connection).await?;
        require_current(&mut connection, &path).await?;
        let moved = moved::find(&mut connection).await?;
        if moved.is_some() {
            // Within the transaction, which ends with the mark set again.
            moved::unmark(&mut connection).await?;
        }
        let is_backup = "SELECT copied_at IS NOT NULL FROM countersign_instance";
        let is_backup: bool = sqlx::query_scalar(is_backup)
            .fetch_one(&mut connection)
            .await?;
        if !is_backup && moved.is_none() {
            require_no_other(own, &path).await?;
        }
        let key_ids = keys::known_within(&mut connection).await?;
        Ok(Self {
            connection,
            path,
            moved,
            is_backup,
            key_ids,
            version: 0,
        })
    }

    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Why its sessions may not go on in `target`; `None` if they may.
    #[must_use]
    pub fn sessions_over(&self, target: &str) -> Option<SessionsOver> {
        if self.is_backup {
            return Some(SessionsOver::Backup);
        }
        let moved = self.moved.as_ref()?;
        let is_unfinished = moved.sessions_to.as_deref() == Some(target);
        (!is_unfinished).then_some(SessionsOver::Moved(moved.at))
    }

    /// The `kid` of each signing key.
    #[must_use]
    pub fn key_ids(&self) -> &BTreeSet<String> {
        &self.key_ids
    }

    pub(in crate::store) fn accounts(&mut self) -> BoxStream<'_, sqlx::Result<AccountRow>> {
        sqlx::query_as(
            "SELECT id, username, username_key, password_hash, password_generation, email,
                    email_key, email_generation, display_name, created_at, disabled_at
             FROM countersign_users ORDER BY id",
        )
        .fetch(&mut self.connection)
    }

    pub(in crate::store) fn live_sessions(
        &mut self,
        now: Timestamp,
    ) -> BoxStream<'_, sqlx::Result<SessionRow>> {
        sqlx::query_as(LIVE).bind(now.0).fetch(&mut self.connection)
    }

    /// One-time tokens. Without `all`, only those that take an e-mail address back: others may have been
    /// used in another copy of this database.
    pub(in crate::store) fn tokens(&mut self, all: bool) -> BoxStream<'_, sqlx::Result<TokenRow>> {
        sqlx::query_as(
            "SELECT hash, purpose, user_id, address, generation, invitation_id, expires_at
             FROM countersign_one_time_tokens WHERE ? OR purpose = 'email_restoration'",
        )
        .bind(all)
        .fetch(&mut self.connection)
    }

    /// The mails that are still to be sent.
    pub(in crate::store) fn mails(&mut self) -> BoxStream<'_, sqlx::Result<WaitingMailRow>> {
        sqlx::query_as(
            "SELECT id, kind, typed, user_id, recipient, generation, language, ip, user_agent,
                    created_at, due_at, attempts, unanswered, mailbox, addressed_at, error
             FROM countersign_mails WHERE due_at IS NOT NULL",
        )
        .fetch(&mut self.connection)
    }

    /// Security events, in their order.
    pub(in crate::store) fn events(&mut self) -> BoxStream<'_, sqlx::Result<EventRow>> {
        sqlx::query_as(
            "SELECT id, at, kind, detail, user_id, NULL AS username, session_id, ip, user_agent
             FROM countersign_security_events ORDER BY id",
        )
        .fetch(&mut self.connection)
    }

    /// Marks the database as moved, durably. Every later statement of a running server fails. Until
    /// [`Self::complete`], its sessions may come over to `sessions_to`.
    pub(in crate::store) async fn mark(
        &mut self,
        sessions_to: Option<String>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let at = self.moved.as_ref().map_or(now, |before| before.at);
        moved::mark(&mut self.connection, &Moved { at, sessions_to }).await?;
        raw_sql("COMMIT").execute(&mut self.connection).await?;
        self.version = self.data_version().await?;
        Ok(())
    }

    /// Undoes [`Self::mark`]. `false` if somebody else has written since: another import may have moved
    /// everything.
    pub(in crate::store) async fn unmark(&mut self) -> Result<bool, StoreError> {
        raw_sql("BEGIN IMMEDIATE")
            .execute(&mut self.connection)
            .await?;
        if self.data_version().await? != self.version {
            return Ok(false);
        }
        moved::unmark(&mut self.connection).await?;
        if let Some(before) = &self.moved {
            moved::mark(&mut self.connection, before).await?;
        }
        raw_sql("COMMIT").execute(&mut self.connection).await?;
        Ok(true)
    }

    /// Changes when another connection commits.
    async fn data_version(&mut self) -> Result<i64, StoreError> {
        let version = sqlx::query_scalar("PRAGMA data_version");
        Ok(version.fetch_one(&mut self.connection).await?)
    }

    /// Records, durably, that the move is complete.
    pub(in crate::store) async fn complete(mut self) -> Result<(), StoreError> {
        moved::complete(&mut self.connection).await?;
        // What fails here concerns nobody: everything was committed.
        let _ = self.connection.close().await;
        Ok(())
    }
}

/// Refuses a file beside the one that a server uses by default. As a copy of that one it would have
/// sessions that were ended since, and the import would lock no server out.
async fn require_no_other(own: &Path, path: &Path) -> Result<(), StoreError> {
    if file::id(own) == file::id(path) {
        return Ok(());
    }
    match pending(own).await {
        Ok(None) => Ok(()),
        Ok(Some(_)) | Err(StoreError::Moved { .. }) => Err(StoreError::OtherFile {
            path: path.to_owned(),
            own: own.to_owned(),
        }),
        Err(error) => Err(error),
    }
}

fn no_source(error: StoreError) -> StoreError {
    match error {
        StoreError::Absent(path) => StoreError::NoSource(path),
        error => error,
    }
}
