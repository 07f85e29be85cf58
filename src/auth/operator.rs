use std::{
    env, fs,
    path::{Path, PathBuf},
};

use super::{AccountError, AuthService, KeyRing, ServiceError};
use crate::{
    domain::{Actor, RevokedReason, SessionId, Timestamp, Username},
    store::{EventFilter, LiveSession, RecordedEvent},
};

/// How many security events are read at a time.
const EVENTS_AT_ONCE: i64 = 1000;

/// The operator at this machine's command line.
#[must_use]
pub fn command_line() -> Actor {
    let names = ["SUDO_USER", "USER", "LOGNAME"];
    Actor::CommandLine {
        user: names.into_iter().find_map(|name| env::var(name).ok()),
    }
}

/// What an operator does to sessions, keys and the database.
impl AuthService {
    /// Live sessions of one user or of all, the newest first.
    ///
    /// # Errors
    /// When there is no such user or the database does not answer.
    #[doc(hidden)]
    pub async fn list_sessions(
        &self,
        user: Option<&Username>,
    ) -> Result<Vec<LiveSession>, AccountError> {
        let inner = self.inner();
        let user = match user {
            Some(name) => Some(self.find_user(name).await?.id),
            None => None,
        };
        Ok(inner.store.list_sessions(user, inner.clock.now()).await?)
    }

    /// Ends a session. `false` if it was over already.
    ///
    /// # Errors
    /// When the database does not answer: the session may still be live.
    #[doc(hidden)]
    pub async fn revoke_session(
        &self,
        session: SessionId,
        actor: &Actor,
    ) -> Result<bool, ServiceError> {
        self.revoke(session, RevokedReason::Operator, actor.clone())
            .await
    }

    /// Ends every session of a user and returns how many there were.
    ///
    /// # Errors
    /// When there is no such user, or the database does not answer: they may still be live.
    pub async fn revoke_sessions_of(
        &self,
        name: &Username,
        actor: &Actor,
    ) -> Result<u64, AccountError> {
        let inner = self.inner();
        let number = inner
            .store
            .revoke_user_sessions(name, actor, inner.clock.now())
            .await?;
        number.ok_or_else(|| AccountError::Unknown(name.clone()))
    }

    /// Ends every session of every user.
    ///
    /// # Errors
    /// When the database does not answer: they may still be live.
    pub async fn revoke_all_sessions(&self, actor: &Actor) -> Result<(), ServiceError> {
        let inner = self.inner();
        Ok(inner
            .store
            .revoke_all_sessions(actor, inner.clock.now())
            .await?)
    }

    /// Generates a signing key and returns its file. It is published now, and signs after
    /// `token.new_key_delay_seconds`, or at once. The others still verify.
    ///
    /// # Errors
    /// When the file can't be written, or the database does not answer. There is no new key then.
    #[doc(hidden)]
    pub async fn rotate_keys(
        &self,
        signs_at_once: bool,
        actor: &Actor,
    ) -> Result<PathBuf, ServiceError> {
        let inner = self.inner();
        let delay = if signs_at_once {
            0
        } else {
            inner.new_key_delay_seconds
        };
        let signs_from = inner.clock.now().plus_seconds(delay);
        let before = inner.issuer.keys().signing_times();
        let file = KeyRing::add_key(&inner.keys_dir, signs_from)?;
        let recorded = async {
            self.reload_signing_keys(actor).await?;
            let after = inner.issuer.keys().signing_times();
            for (id, from) in after.iter().filter(|(id, _)| !before.contains_key(*id)) {
                self.record_new_key(id, *from, actor).await?;
            }
            Ok(())
        };
        // A file that is not on record would keep every server from starting.
        if let Err(error) = recorded.await {
            let _ = fs::remove_file(&file);
            return Err(error);
        }
        Ok(file)
    }

    /// Security events since a time, of one user or of all, the oldest first: up to 1,000 with a
    /// number above `after`.
    ///
    /// # Errors
    /// When the database does not answer.
    #[doc(hidden)]
    pub async fn events(
        &self,
        user: Option<&Username>,
        since: Timestamp,
        after: i64,
    ) -> Result<Vec<RecordedEvent>, ServiceError> {
        let filter = EventFilter {
            user,
            since,
            after,
            limit: EVENTS_AT_ONCE,
        };
        Ok(self.inner().store.list_events(filter).await?)
    }

    /// Writes a consistent copy of the database into a new file, while the server goes on.
    ///
    /// # Errors
    /// When the file exists or can't be written, or the database does not answer.
    #[doc(hidden)]
    pub async fn backup(&self, target: &Path) -> Result<(), ServiceError> {
        let inner = self.inner();
        Ok(inner.store.backup(target, inner.clock.now()).await?)
    }
}
