//! `PostgreSQL`, for more than one server. All SQL stays in this folder.

mod accounts;
mod attempts;
mod audit;
mod check;
mod connection;
mod deletion;
mod durability;
mod emails;
mod instance;
mod login;
mod logout;
mod mails;
mod migrations;
mod one_time_tokens;
mod open;
mod opening;
mod own_sessions;
mod passwords;
mod pool;
mod proof;
mod pruning;
mod refresh;
mod session_row;
mod sign_up;
mod target;
mod transaction;
mod user;

use std::{path::Path, sync::Arc, time::Duration};

use async_trait::async_trait;
use tokio::time::timeout;

use super::{
    AccountCreated, Addressee, Admission, Batcher, EmailConfirmed, EmailSet, EventFilter, Identity,
    InsertedUser, LiveSession, MailOutcome, NewAttempt, NewInvitation, NewMail, NewPasswordHash,
    NewSession, NewToken, NewUser, OwnDeletion, PasswordOwner, PasswordReset, PruneBefore,
    QueuedMail, RecordedEvent, RefreshRequest, Refreshed, Revocation, Store, StoreError,
    StoredCredentials, StoredInvitation, StoredUser, SucceededAttempt, UnsentMail,
};
use crate::domain::{
    Actor, AttemptId, DisplayName, EmailAddress, FailureKey, Identifier, InvitationId,
    SecurityEvent, SessionId, Timestamp, TokenHash, TokenOwner, TokenPurpose, UserId, Username,
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
        identifier: &Identifier,
    ) -> Result<Option<StoredCredentials>, StoreError> {
        run(|| login::find_credentials(self, identifier)).await
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

    async fn name_session(
        &self,
        user: UserId,
        session: SessionId,
        name: Option<&DisplayName>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        run(|| own_sessions::name(self, user, session, name, now)).await
    }

    async fn revoke_other_sessions(
        &self,
        user: UserId,
        kept: SessionId,
        confirmed: Option<(&PasswordOwner, SucceededAttempt)>,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<Option<usize>, StoreError> {
        run(|| own_sessions::revoke_others(self, user, kept, confirmed, actor, now)).await
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

    async fn insert_user(
        &self,
        new: &NewUser<'_>,
        actor: &Actor,
    ) -> Result<InsertedUser, StoreError> {
        run(|| accounts::insert(self, new, actor)).await
    }

    async fn find_user(&self, name: &Username) -> Result<Option<StoredUser>, StoreError> {
        run(|| accounts::find(self, name)).await
    }

    async fn find_account(&self, user: UserId) -> Result<Option<StoredUser>, StoreError> {
        run(|| accounts::find_by_id(self, user)).await
    }

    async fn set_display_name(
        &self,
        user: UserId,
        name: Option<&DisplayName>,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        run(|| accounts::set_display_name(self, user, name, actor, now)).await
    }

    async fn set_email(
        &self,
        name: &Username,
        email: Option<&EmailAddress>,
        notice: Option<&NewMail<'_>>,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<EmailSet, StoreError> {
        run(|| emails::set(self, name, email, notice, actor, now)).await
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

    async fn delete_user(
        &self,
        name: &Username,
        notice: Option<&NewMail<'_>>,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        run(|| deletion::by_operator(self, name, notice, actor, now)).await
    }

    async fn delete_own_account(
        &self,
        session: SessionId,
        owner: &PasswordOwner,
        attempt: SucceededAttempt,
        notice: Option<&NewMail<'_>>,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<OwnDeletion, StoreError> {
        run(|| deletion::by_owner(self, session, owner, attempt, notice, actor, now)).await
    }

    async fn enable_user(
        &self,
        name: &Username,
        failure_keys: &[FailureKey],
        actor: &Actor,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        run(|| accounts::enable(self, name, failure_keys, actor, now)).await
    }

    async fn set_password(
        &self,
        name: &Username,
        failure_keys: &[FailureKey],
        new: &NewPasswordHash<'_>,
    ) -> Result<bool, StoreError> {
        run(|| accounts::set_password(self, name, failure_keys, new)).await
    }

    async fn change_password(
        &self,
        session: SessionId,
        owner: &PasswordOwner,
        attempt: SucceededAttempt,
        new: &NewPasswordHash<'_>,
    ) -> Result<Option<LiveSession>, StoreError> {
        run(|| passwords::change(self, session, owner, attempt, new)).await
    }

    async fn request_email_change(
        &self,
        session: SessionId,
        owner: &PasswordOwner,
        attempt: SucceededAttempt,
        mail: &NewMail<'_>,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        run(|| emails::request_change(self, session, owner, attempt, mail, actor, now)).await
    }

    async fn insert_token(
        &self,
        name: &Username,
        token: &NewToken,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        run(|| one_time_tokens::insert(self, name, token, actor, now)).await
    }

    async fn find_token_owner(
        &self,
        token: TokenHash,
        purpose: TokenPurpose,
        now: Timestamp,
    ) -> Result<Option<TokenOwner>, StoreError> {
        run(|| one_time_tokens::find_owner(self, token, purpose, now)).await
    }

    async fn confirm_email(
        &self,
        token: TokenHash,
        notice: &NewMail<'_>,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<EmailConfirmed, StoreError> {
        run(|| emails::confirm(self, token, notice, actor, now)).await
    }

    async fn reset_password(
        &self,
        token: TokenHash,
        purpose: TokenPurpose,
        failure_keys: &[FailureKey],
        new: &NewPasswordHash<'_>,
        notice: &NewMail<'_>,
    ) -> Result<Option<PasswordReset>, StoreError> {
        run(|| passwords::reset(self, token, purpose, failure_keys, new, notice)).await
    }

    async fn insert_invitation(
        &self,
        id: InvitationId,
        invitation: NewInvitation<'_>,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        run(|| sign_up::insert_invitation(self, id, invitation, actor, now)).await
    }

    async fn list_invitations(&self, now: Timestamp) -> Result<Vec<StoredInvitation>, StoreError> {
        run(|| sign_up::list_invitations(self, now)).await
    }

    async fn revoke_invitation(
        &self,
        id: InvitationId,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        run(|| sign_up::revoke_invitation(self, id, actor, now)).await
    }

    async fn find_new_account(
        &self,
        token: TokenHash,
        now: Timestamp,
    ) -> Result<Option<Option<EmailAddress>>, StoreError> {
        run(|| sign_up::find(self, token, now)).await
    }

    async fn create_account(
        &self,
        token: TokenHash,
        new: &NewUser<'_>,
        session: &NewSession<'_>,
    ) -> Result<AccountCreated, StoreError> {
        run(|| sign_up::create_account(self, token, new, session)).await
    }

    async fn queue_mail(
        &self,
        mail: &NewMail<'_>,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        run(|| mails::queue(self, mail, actor, now)).await
    }

    async fn lease_mails(
        &self,
        number: i64,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<Vec<QueuedMail>, StoreError> {
        run(|| mails::lease(self, number, until, now)).await
    }

    async fn address_mail(
        &self,
        mail: &QueuedMail,
        token: Option<&NewToken>,
        now: Timestamp,
    ) -> Result<Option<Addressee>, StoreError> {
        run(|| mails::address(self, mail, token, now)).await
    }

    async fn finish_mail(
        &self,
        mail: &QueuedMail,
        outcome: &MailOutcome,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        run(|| mails::finish(self, mail, outcome, now)).await
    }

    async fn list_unsent_mails(&self) -> Result<Vec<UnsentMail>, StoreError> {
        run(|| mails::list_unsent(self)).await
    }

    async fn retry_mails(&self, now: Timestamp) -> Result<u64, StoreError> {
        run(|| mails::retry(self, now)).await
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
