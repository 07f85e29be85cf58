//! `PostgreSQL`, for more than one server. All SQL stays in this folder.

mod accounts;
mod attempts;
mod audit;
mod check;
mod connection;
mod durability;
mod instance;
mod login;
mod logout;
mod migrations;
mod open;
mod opening;
mod own_sessions;
mod pool;
mod proof;
mod pruning;
mod refresh;
mod session_row;
mod target;
mod transaction;

use std::{path::Path, sync::Arc, time::Duration};

use async_trait::async_trait;
use tokio::time::timeout;

use super::{
    Admission, Batcher, EventFilter, Identity, LiveSession, NewAttempt, NewSession, NewUser,
    PruneBefore, RecordedEvent, RefreshRequest, Refreshed, Revocation, Store, StoreError,
    StoredCredentials, StoredUser, SucceededAttempt,
};
use crate::domain::{
    Actor, AttemptId, FailureKey, SecurityEvent, SessionId, Timestamp, User, UserId, Username,
};
use check::{Asking, Check};
pub(super) use open::name_of;
pub use target::PostgresTarget;
use transaction::{DEADLINE, run};

/// A database of one or several servers.
#[derive(Debug)]
pub struct PostgresStore {
    asking: Arc<Asking>,
    checks: Batcher<Check, Option<LiveSession>>,
}

/// Each method is implemented in the file of what it changes or reads, and run within a deadline.
#[async_trait]
impl Store for PostgresStore {
    async fn begin_attempt(&self, attempt: &NewAttempt) -> Result<Admission, StoreError> {
        run(|| attempts::begin(self, attempt)).await
    }

    async fn fail_attempt(
        &self,
        attempt: AttemptId,
        event: SecurityEvent,
    ) -> Result<(), StoreError> {
        run(|| attempts::fail(self, attempt, event.clone())).await
    }

    async fn find_credentials(
        &self,
        name: &Username,
    ) -> Result<Option<StoredCredentials>, StoreError> {
        run(|| login::find_credentials(self, name)).await
    }

    async fn open_session(&self, new: &NewSession<'_>) -> Result<bool, StoreError> {
        run(|| login::open_session(self, new)).await
    }

    async fn find_live(
        &self,
        sessions: &[SessionId],
        now: Timestamp,
    ) -> Result<Vec<Option<LiveSession>>, StoreError> {
        check::find_live(self, sessions, now).await
    }

    async fn refresh(&self, requests: &[RefreshRequest]) -> Result<Vec<Refreshed>, StoreError> {
        run(|| refresh::refresh(self, requests)).await
    }

    async fn revoke(&self, revocations: &[Revocation]) -> Result<Vec<bool>, StoreError> {
        run(|| logout::revoke(self, revocations)).await
    }

    async fn list_sessions(
        &self,
        user: Option<UserId>,
        now: Timestamp,
    ) -> Result<Vec<LiveSession>, StoreError> {
        run(|| own_sessions::list(self, user, now)).await
    }

    async fn revoke_other_sessions(
        &self,
        user: UserId,
        kept: SessionId,
        attempt: SucceededAttempt,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<usize, StoreError> {
        run(|| own_sessions::revoke_others(self, user, kept, attempt, actor, now)).await
    }

    async fn revoke_user_sessions(
        &self,
        name: &Username,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<Option<u64>, StoreError> {
        run(|| own_sessions::revoke_all_of_user(self, name, actor, now)).await
    }

    async fn revoke_all_sessions(&self, actor: &Actor, now: Timestamp) -> Result<(), StoreError> {
        run(|| instance::begin_epoch(self, "operator", actor, now)).await
    }

    async fn insert_user(&self, new: &NewUser<'_>, actor: &Actor) -> Result<bool, StoreError> {
        run(|| accounts::insert(self, new, actor)).await
    }

    async fn find_user(&self, name: &Username) -> Result<Option<User>, StoreError> {
        run(|| accounts::find(self, name)).await
    }

    async fn list_users(&self) -> Result<Vec<StoredUser>, StoreError> {
        run(|| accounts::list(self)).await
    }

    async fn disable_user(
        &self,
        name: &Username,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        run(|| accounts::disable(self, name, actor, now)).await
    }

    async fn enable_user(
        &self,
        name: &Username,
        failure_key: Option<FailureKey>,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        run(|| accounts::enable(self, name, failure_key, actor, now)).await
    }

    async fn set_password(
        &self,
        name: &Username,
        failure_key: Option<FailureKey>,
        password_hash: &str,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        run(|| accounts::set_password(self, name, failure_key, password_hash, actor, now)).await
    }

    async fn record(&self, event: SecurityEvent) -> Result<(), StoreError> {
        run(|| audit::record(self, event.clone())).await
    }

    async fn list_events(&self, filter: EventFilter<'_>) -> Result<Vec<RecordedEvent>, StoreError> {
        run(|| audit::list(self, filter)).await
    }

    async fn newest_events(
        &self,
        user: UserId,
        limit: i64,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        run(|| audit::newest(self, user, limit)).await
    }

    fn is_shared(&self) -> bool {
        true
    }

    async fn share(
        &self,
        ours: &Identity,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<Identity, StoreError> {
        run(|| instance::share(self, ours, actor, now)).await
    }

    async fn adopt(
        &self,
        ours: &Identity,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        run(|| instance::adopt(self, ours, actor, now)).await
    }

    async fn record_key(
        &self,
        id: &str,
        signs_from: Timestamp,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        run(|| instance::record_key(self, id, signs_from, actor, now)).await
    }

    async fn recorded(&self) -> Result<Option<Identity>, StoreError> {
        run(|| instance::on_record(self)).await
    }

    async fn knows_key(&self, id: &str) -> Result<bool, StoreError> {
        run(|| instance::knows_key(self, id)).await
    }

    async fn time(&self) -> Result<Option<Duration>, StoreError> {
        run(|| instance::time(self)).await.map(Some)
    }

    async fn newest_time(&self) -> Result<Option<Timestamp>, StoreError> {
        run(|| pruning::newest_time(self)).await
    }

    async fn prune(&self, before: PruneBefore) -> Result<u64, StoreError> {
        pruning::prune(self, before).await
    }

    async fn backup(&self, _target: &Path, _now: Timestamp) -> Result<(), StoreError> {
        Err(StoreError::NoBackup)
    }

    async fn ping(&self) -> Result<(), StoreError> {
        run(|| instance::ping(self)).await
    }

    async fn is_replaced(&self) -> bool {
        false
    }

    async fn close(&self) {
        // A connection that does not answer is not waited for.
        let _ = timeout(DEADLINE, self.asking.pool.close()).await;
    }
}
