//! `SQLite`, embedded: the default database. All SQL, and the row types, stay in this folder.

mod accounts;
mod attempts;
mod audit;
mod backup;
mod check;
mod connection;
mod deletion;
mod emails;
mod file;
#[cfg(test)]
mod fixture;
mod keys;
mod login;
mod logout;
mod mails;
mod migrations;
mod moved;
mod one_time_tokens;
mod own_sessions;
mod passwords;
mod pool;
mod pruning;
mod refresh;
mod session_row;
mod sign_up;
mod source;
mod tables;
mod transaction;
mod user;
mod watch;

use std::{path::Path, time::Duration};

use async_trait::async_trait;
use sqlx::SqlitePool;

use super::{
    AccountCreated, Addressee, Admission, EmailConfirmed, EmailSet, EventFilter, Identity,
    InsertedUser, LiveSession, MailOutcome, NewAttempt, NewInvitation, NewMail, NewPasswordHash,
    NewSession, NewToken, NewUser, OwnDeletion, PasswordOwner, PasswordReset, PruneBefore,
    QueuedMail, RecordedEvent, RefreshRequest, Refreshed, Revocation, Store, StoreError,
    StoredCredentials, StoredInvitation, StoredUser, SucceededAttempt, UnsentMail,
};
use crate::domain::{
    Actor, AttemptId, DisplayName, EmailAddress, FailureKey, Identifier, InvitationId,
    SecurityEvent, SessionId, Timestamp, TokenHash, TokenOwner, TokenPurpose, UserId, Username,
};
use check::DirectReads;
pub use file::url as sqlite_url;
pub use source::{SessionsOver, SqliteSource};
use watch::Watch;

/// A database in one file.
#[derive(Debug)]
pub struct SqliteStore {
    /// One connection, for which the writers of this process queue in order. Correctness does not
    /// depend on it: other processes write too, and each transaction begins as `IMMEDIATE`.
    writer: SqlitePool,
    readers: SqlitePool,
    direct: DirectReads,
    watch: Watch,
}

/// Each method is implemented in the file of what it changes or reads.
#[async_trait]
impl Store for SqliteStore {
    async fn begin_attempt(&self, attempt: &NewAttempt) -> Result<Admission, StoreError> {
        attempts::begin(self, attempt).await
    }

    async fn fail_attempt(
        &self,
        attempt: AttemptId,
        event: SecurityEvent,
    ) -> Result<(), StoreError> {
        attempts::fail(self, attempt, event).await
    }

    async fn find_credentials(
        &self,
        identifier: &Identifier,
    ) -> Result<Option<StoredCredentials>, StoreError> {
        login::find_credentials(self, identifier).await
    }

    async fn open_session(&self, new: &NewSession<'_>) -> Result<bool, StoreError> {
        login::open_session(self, new).await
    }

    async fn find_live(
        &self,
        sessions: &[SessionId],
        now: Timestamp,
    ) -> Result<Vec<Option<LiveSession>>, StoreError> {
        check::find_live(self, sessions, now).await
    }

    async fn refresh(&self, requests: &[RefreshRequest]) -> Result<Vec<Refreshed>, StoreError> {
        refresh::refresh(self, requests).await
    }

    async fn revoke(&self, revocations: &[Revocation]) -> Result<Vec<bool>, StoreError> {
        logout::revoke(self, revocations).await
    }

    async fn list_sessions(
        &self,
        user: Option<UserId>,
        now: Timestamp,
    ) -> Result<Vec<LiveSession>, StoreError> {
        own_sessions::list(self, user, now).await
    }

    async fn name_session(
        &self,
        user: UserId,
        session: SessionId,
        name: Option<&DisplayName>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        own_sessions::name(self, user, session, name, now).await
    }

    async fn revoke_other_sessions(
        &self,
        user: UserId,
        kept: SessionId,
        confirmed: Option<(&PasswordOwner, SucceededAttempt)>,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<Option<usize>, StoreError> {
        own_sessions::revoke_others(self, user, kept, confirmed, actor, now).await
    }

    async fn revoke_user_sessions(
        &self,
        name: &Username,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<Option<u64>, StoreError> {
        own_sessions::revoke_all_of_user(self, name, actor, now).await
    }

    async fn revoke_all_sessions(&self, actor: &Actor, now: Timestamp) -> Result<(), StoreError> {
        backup::begin_epoch(self, "operator", actor, now).await
    }

    async fn insert_user(
        &self,
        new: &NewUser<'_>,
        actor: &Actor,
    ) -> Result<InsertedUser, StoreError> {
        accounts::insert(self, new, actor).await
    }

    async fn find_user(&self, name: &Username) -> Result<Option<StoredUser>, StoreError> {
        accounts::find(self, name).await
    }

    async fn find_account(&self, user: UserId) -> Result<Option<StoredUser>, StoreError> {
        accounts::find_by_id(self, user).await
    }

    async fn set_display_name(
        &self,
        user: UserId,
        name: Option<&DisplayName>,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        accounts::set_display_name(self, user, name, actor, now).await
    }

    async fn set_email(
        &self,
        name: &Username,
        email: Option<&EmailAddress>,
        notice: Option<&NewMail<'_>>,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<EmailSet, StoreError> {
        emails::set(self, name, email, notice, actor, now).await
    }

    async fn list_users(&self) -> Result<Vec<StoredUser>, StoreError> {
        accounts::list(self).await
    }

    async fn disable_user(
        &self,
        name: &Username,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        accounts::disable(self, name, actor, now).await
    }

    async fn delete_user(
        &self,
        name: &Username,
        notice: Option<&NewMail<'_>>,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        deletion::by_operator(self, name, notice, actor, now).await
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
        deletion::by_owner(self, session, owner, attempt, notice, actor, now).await
    }

    async fn enable_user(
        &self,
        name: &Username,
        failure_keys: &[FailureKey],
        actor: &Actor,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        accounts::enable(self, name, failure_keys, actor, now).await
    }

    async fn set_password(
        &self,
        name: &Username,
        failure_keys: &[FailureKey],
        new: &NewPasswordHash<'_>,
    ) -> Result<bool, StoreError> {
        accounts::set_password(self, name, failure_keys, new).await
    }

    async fn change_password(
        &self,
        session: SessionId,
        owner: &PasswordOwner,
        attempt: SucceededAttempt,
        new: &NewPasswordHash<'_>,
    ) -> Result<Option<LiveSession>, StoreError> {
        passwords::change(self, session, owner, attempt, new).await
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
        emails::request_change(self, session, owner, attempt, mail, actor, now).await
    }

    async fn insert_token(
        &self,
        name: &Username,
        token: &NewToken,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        one_time_tokens::insert(self, name, token, actor, now).await
    }

    async fn find_token_owner(
        &self,
        token: TokenHash,
        purpose: TokenPurpose,
        now: Timestamp,
    ) -> Result<Option<TokenOwner>, StoreError> {
        one_time_tokens::find_owner(self, token, purpose, now).await
    }

    async fn confirm_email(
        &self,
        token: TokenHash,
        notice: &NewMail<'_>,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<EmailConfirmed, StoreError> {
        emails::confirm(self, token, notice, actor, now).await
    }

    async fn reset_password(
        &self,
        token: TokenHash,
        purpose: TokenPurpose,
        failure_keys: &[FailureKey],
        new: &NewPasswordHash<'_>,
        notice: &NewMail<'_>,
    ) -> Result<Option<PasswordReset>, StoreError> {
        passwords::reset(self, token, purpose, failure_keys, new, notice).await
    }

    async fn insert_invitation(
        &self,
        id: InvitationId,
        invitation: NewInvitation<'_>,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        sign_up::insert_invitation(self, id, invitation, actor, now).await
    }

    async fn list_invitations(&self, now: Timestamp) -> Result<Vec<StoredInvitation>, StoreError> {
        sign_up::list_invitations(self, now).await
    }

    async fn revoke_invitation(
        &self,
        id: InvitationId,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        sign_up::revoke_invitation(self, id, actor, now).await
    }

    async fn find_new_account(
        &self,
        token: TokenHash,
        now: Timestamp,
    ) -> Result<Option<Option<EmailAddress>>, StoreError> {
        sign_up::find(self, token, now).await
    }

    async fn create_account(
        &self,
        token: TokenHash,
        new: &NewUser<'_>,
        session: &NewSession<'_>,
    ) -> Result<AccountCreated, StoreError> {
        sign_up::create_account(self, token, new, session).await
    }

    async fn queue_mail(
        &self,
        mail: &NewMail<'_>,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        mails::queue(self, mail, actor, now).await
    }

    async fn lease_mails(
        &self,
        number: i64,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<Vec<QueuedMail>, StoreError> {
        mails::lease(self, number, until, now).await
    }

    async fn address_mail(
        &self,
        mail: &QueuedMail,
        token: Option<&NewToken>,
        now: Timestamp,
    ) -> Result<Option<Addressee>, StoreError> {
        mails::address(self, mail, token, now).await
    }

    async fn finish_mail(
        &self,
        mail: &QueuedMail,
        outcome: &MailOutcome,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        mails::finish(self, mail, outcome, now).await
    }

    async fn list_unsent_mails(&self) -> Result<Vec<UnsentMail>, StoreError> {
        mails::list_unsent(self).await
    }

    async fn retry_mails(&self, now: Timestamp) -> Result<u64, StoreError> {
        mails::retry(self, now).await
    }

    async fn record(&self, event: SecurityEvent) -> Result<(), StoreError> {
        audit::record(self, event).await
    }

    async fn list_events(&self, filter: EventFilter<'_>) -> Result<Vec<RecordedEvent>, StoreError> {
        audit::list(self, filter).await
    }

    async fn newest_events(
        &self,
        user: UserId,
        limit: i64,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        audit::newest(self, user, limit).await
    }

    fn is_shared(&self) -> bool {
        false
    }

    async fn share(
        &self,
        ours: &Identity,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<Identity, StoreError> {
        self.adopt(ours, actor, now).await?;
        Ok(ours.clone())
    }

    async fn adopt(
        &self,
        ours: &Identity,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        keys::record(self, &ours.key_ids(), actor, now).await
    }

    /// `adopt` records all keys whenever they have changed.
    async fn record_key(
        &self,
        _id: &str,
        _signs_from: Timestamp,
        _actor: &Actor,
        _now: Timestamp,
    ) -> Result<(), StoreError> {
        Ok(())
    }

    async fn recorded(&self) -> Result<Option<Identity>, StoreError> {
        keys::on_record(self).await
    }

    async fn knows_key(&self, _id: &str) -> Result<bool, StoreError> {
        Ok(false)
    }

    async fn time(&self) -> Result<Option<Duration>, StoreError> {
        Ok(None)
    }

    async fn newest_time(&self) -> Result<Option<Timestamp>, StoreError> {
        pruning::newest_time(self).await
    }

    async fn prune(&self, before: PruneBefore) -> Result<u64, StoreError> {
        pruning::prune(self, before).await
    }

    async fn backup(&self, target: &Path, now: Timestamp) -> Result<(), StoreError> {
        backup::write(self, target, now).await
    }

    async fn ping(&self) -> Result<(), StoreError> {
        // Without the pages that the connection remembers, one is read from the file.
        sqlx::raw_sql("PRAGMA shrink_memory; SELECT epoch FROM countersign_instance")
            .fetch_one(&self.readers)
            .await?;
        Ok(())
    }

    async fn is_replaced(&self) -> bool {
        self.watch.is_replaced().await
    }

    async fn close(&self) {
        self.watch.close().await;
        self.direct.close();
        self.readers.close().await;
        self.writer.close().await;
    }
}
