use std::{fmt, path::Path, time::Duration};

use async_trait::async_trait;

use super::{
    AccountCreated, Addressee, Admission, EmailConfirmed, EmailSet, EventFilter, Identity,
    InsertedUser, LiveSession, MailOutcome, NewAttempt, NewInvitation, NewMail, NewPasswordHash,
    NewSession, NewToken, NewUser, OwnDeletion, PasswordOwner, PasswordReset, PruneBefore,
    QueuedMail, RecordedEvent, RefreshRequest, Refreshed, Revocation, StoreError,
    StoredCredentials, StoredInvitation, StoredUser, SucceededAttempt, UnsentMail,
};
use crate::domain::{
    Actor, AttemptId, DisplayName, EmailAddress, FailureKey, Identifier, InvitationId,
    SecurityEvent, SessionId, Timestamp, TokenHash, TokenOwner, TokenPurpose, UserId, Username,
};

/// What the service asks of a database.
///
/// Each method is one transaction, and has committed durably when it returns. The security events
/// of a change are committed with it. A method fails when the database does not answer; nothing was
/// changed then, or it is not known, and nobody may be told otherwise.
///
/// Methods that take a slice return one result for each entry, in the same order.
#[async_trait]
pub trait Store: fmt::Debug + Send + Sync {
    // Login.

    /// Stores an attempt as undecided before its password is checked, by
    /// [`crate::domain::BackoffPolicy::admit`], or does not admit it. Attempts that are undecided
    /// for [`crate::domain::BackoffPolicy::UNDECIDED_SECONDS`] are counted as failed.
    async fn begin_attempt(&self, attempt: &NewAttempt) -> Result<Admission, StoreError>;

    /// Counts an attempt as failed, unless that was done already, and records the event. Does
    /// nothing if the attempt has succeeded.
    async fn fail_attempt(
        &self,
        attempt: AttemptId,
        event: SecurityEvent,
    ) -> Result<(), StoreError>;

    async fn find_credentials(
        &self,
        identifier: &Identifier,
    ) -> Result<Option<StoredCredentials>, StoreError>;

    /// Opens a session; `false` if the user was disabled or got another password since the
    /// password was checked. Also resets the failed logins, updates the hash, ends the session
    /// that this one replaces, and those beyond the maximum of a user.
    async fn open_session(&self, new: &NewSession<'_>) -> Result<bool, StoreError>;

    // Check, refresh, logout.

    /// Finds the sessions that are live at this moment.
    async fn find_live(
        &self,
        sessions: &[SessionId],
        now: Timestamp,
    ) -> Result<Vec<Option<LiveSession>>, StoreError>;

    /// Rotates refresh tokens by [`crate::domain::rotate`], as if the requests came one by one.
    async fn refresh(&self, requests: &[RefreshRequest]) -> Result<Vec<Refreshed>, StoreError>;

    /// Ends sessions. `false` for one that was over already, which is no error (RFC 7009 §2.2).
    async fn revoke(&self, revocations: &[Revocation]) -> Result<Vec<bool>, StoreError>;

    // Sessions of a user.

    /// The live sessions of a user or of all, the newest first.
    async fn list_sessions(
        &self,
        user: Option<UserId>,
        now: Timestamp,
    ) -> Result<Vec<LiveSession>, StoreError>;

    /// Sets or removes the name of a live session of a user; `false` if it is none.
    async fn name_session(
        &self,
        user: UserId,
        session: SessionId,
        name: Option<&DisplayName>,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Ends every session of a user but one, and returns how many were live; `None` if that one is over.
    /// With an attempt, the user has given the password in it, and it is `None` too if they got another
    /// one since.
    async fn revoke_other_sessions(
        &self,
        user: UserId,
        kept: SessionId,
        confirmed: Option<(&PasswordOwner, SucceededAttempt)>,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<Option<usize>, StoreError>;

    /// Ends every session of a user and returns how many were live; `None` if there is no such
    /// user.
    async fn revoke_user_sessions(
        &self,
        name: &Username,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<Option<u64>, StoreError>;

    /// Ends every session of every user.
    async fn revoke_all_sessions(&self, actor: &Actor, now: Timestamp) -> Result<(), StoreError>;

    // Accounts.

    async fn insert_user(
        &self,
        new: &NewUser<'_>,
        actor: &Actor,
    ) -> Result<InsertedUser, StoreError>;

    async fn find_user(&self, name: &Username) -> Result<Option<StoredUser>, StoreError>;

    async fn find_account(&self, user: UserId) -> Result<Option<StoredUser>, StoreError>;

    /// Sets or removes the display name of a user.
    async fn set_display_name(
        &self,
        user: UserId,
        name: Option<&DisplayName>,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// Sets or removes the e-mail address of a user for an operator, which makes all one-time tokens
    /// of the user void. `notice` goes to the former address, if there is one.
    async fn set_email(
        &self,
        name: &Username,
        email: Option<&EmailAddress>,
        notice: Option<&NewMail<'_>>,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<EmailSet, StoreError>;

    /// All accounts, by name.
    async fn list_users(&self) -> Result<Vec<StoredUser>, StoreError>;

    /// Disables a user and ends their sessions; `false` if there is no such user.
    async fn disable_user(
        &self,
        name: &Username,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Deletes a user for an operator, with everything that is stored of them but their security
    /// events. `notice` goes to their address, if there is one. `false` if there is no such user.
    async fn delete_user(
        &self,
        name: &Username,
        notice: Option<&NewMail<'_>>,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Deletes a user who has given the password, in the same way.
    async fn delete_own_account(
        &self,
        session: SessionId,
        owner: &PasswordOwner,
        attempt: SucceededAttempt,
        notice: Option<&NewMail<'_>>,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<OwnDeletion, StoreError>;

    /// Enables a user and resets the failed logins; `false` if there is no such user.
    async fn enable_user(
        &self,
        name: &Username,
        failure_keys: &[FailureKey],
        actor: &Actor,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Sets a password, ends the user's sessions, and resets the failed logins; `false` if there
    /// is no such user.
    async fn set_password(
        &self,
        name: &Username,
        failure_keys: &[FailureKey],
        new: &NewPasswordHash<'_>,
    ) -> Result<bool, StoreError>;

    /// Sets a password for its owner: ends the other sessions of the user, and rotates the refresh
    /// token of the session that is kept, which is returned. `None` if that is over, or if the user
    /// was disabled or got another password since this one was checked.
    async fn change_password(
        &self,
        session: SessionId,
        owner: &PasswordOwner,
        attempt: SucceededAttempt,
        new: &NewPasswordHash<'_>,
    ) -> Result<Option<LiveSession>, StoreError>;

    /// Queues the mail by which the owner of an account confirms a new e-mail address, once they have
    /// given the password. `false` if the session is over, or the user was disabled or got another
    /// password since.
    async fn request_email_change(
        &self,
        session: SessionId,
        owner: &PasswordOwner,
        attempt: SucceededAttempt,
        mail: &NewMail<'_>,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    // One-time tokens. Those of disabled users are not good.

    /// Stores a token for a user; `false` if there is no such user, or they are disabled.
    async fn insert_token(
        &self,
        name: &Username,
        token: &NewToken,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Whose token it is, if it is still good. It remains so.
    async fn find_token_owner(
        &self,
        token: TokenHash,
        purpose: TokenPurpose,
        now: Timestamp,
    ) -> Result<Option<TokenOwner>, StoreError>;

    /// Uses up a token for a new e-mail address and sets it. `notice` goes to the former address, if
    /// there is one, with a link to take it back. All other tokens but such links are void then.
    async fn confirm_email(
        &self,
        token: TokenHash,
        notice: &NewMail<'_>,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<EmailConfirmed, StoreError>;

    /// Uses up a token, sets the password, ends all sessions of the user, and resets the failed
    /// logins, those of all device cookies too. All other tokens are void then, but for those that
    /// take back an e-mail address. `None` if the token is not good any more.
    ///
    /// A token to take back an e-mail address also sets that, unless another account has it by now:
    /// then there is none. Tokens for later addresses are void then too, and `notice` goes to the address
    /// that it replaces.
    async fn reset_password(
        &self,
        token: TokenHash,
        purpose: TokenPurpose,
        failure_keys: &[FailureKey],
        new: &NewPasswordHash<'_>,
        notice: &NewMail<'_>,
    ) -> Result<Option<PasswordReset>, StoreError>;

    // Sign-up.

    /// Invites somebody to create an account; `false` if there is an account with the address already.
    async fn insert_invitation(
        &self,
        id: InvitationId,
        invitation: NewInvitation<'_>,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// The invitations that can be accepted, or are still to be mailed.
    async fn list_invitations(&self, now: Timestamp) -> Result<Vec<StoredInvitation>, StoreError>;

    /// Makes the links of an invitation void; `false` if there is no such invitation.
    async fn revoke_invitation(
        &self,
        id: InvitationId,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<bool, StoreError>;

    /// The e-mail address of a token that creates an account, if it has one; `None` if the token is not
    /// good. It remains so.
    async fn find_new_account(
        &self,
        token: TokenHash,
        now: Timestamp,
    ) -> Result<Option<Option<EmailAddress>>, StoreError>;

    /// Uses up a token that creates an account, creates it with the address of the token, and opens its
    /// first session. The token remains good if the name is taken.
    async fn create_account(
        &self,
        token: TokenHash,
        new: &NewUser<'_>,
        session: &NewSession<'_>,
    ) -> Result<AccountCreated, StoreError>;

    // Mail.

    async fn queue_mail(
        &self,
        mail: &NewMail<'_>,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// Takes mails that are due. Nobody else takes them until `until`.
    async fn lease_mails(
        &self,
        number: i64,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<Vec<QueuedMail>, StoreError>;

    /// Looks up who gets a mail, and stores the token of its link. Deletes the mail instead and
    /// returns `None` when there is no such account, the account is disabled or has no address, or
    /// [`crate::domain::MailKind::LIMIT`] is reached. A mail by which an account is created goes to
    /// addresses without one, and without its link to others.
    async fn address_mail(
        &self,
        mail: &QueuedMail,
        token: Option<&NewToken>,
        now: Timestamp,
    ) -> Result<Option<Addressee>, StoreError>;

    /// Records what became of an attempt, unless another one has begun since.
    async fn finish_mail(
        &self,
        mail: &QueuedMail,
        outcome: &MailOutcome,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// Mails that were not sent yet, the oldest first.
    async fn list_unsent_mails(&self) -> Result<Vec<UnsentMail>, StoreError>;

    /// Has all mails that were not sent yet tried again now, and returns how many there are. Links that
    /// were asked for too long ago are left out.
    async fn retry_mails(&self, now: Timestamp) -> Result<u64, StoreError>;

    // Audit log.

    async fn record(&self, event: SecurityEvent) -> Result<(), StoreError>;

    /// Security events, by their numbers.
    async fn list_events(&self, filter: EventFilter<'_>) -> Result<Vec<RecordedEvent>, StoreError>;

    /// The newest security events of a user, the newest first.
    async fn newest_events(
        &self,
        user: UserId,
        limit: i64,
    ) -> Result<Vec<RecordedEvent>, StoreError>;

    // Several servers.

    /// Whether several servers, each with files of its own, may work on this database.
    fn is_shared(&self) -> bool;

    /// What is on record as common to all servers; `ours` if nothing was. Where the database is one
    /// server's alone, `ours` is recorded and returned, with the events of added and removed keys.
    async fn share(
        &self,
        ours: &Identity,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<Identity, StoreError>;

    /// Records what all servers have to have in common, with the events of added and removed keys.
    async fn adopt(&self, ours: &Identity, actor: &Actor, now: Timestamp)
    -> Result<(), StoreError>;

    /// Records a signing key that servers are to have, unless it is on record already.
    async fn record_key(
        &self,
        id: &str,
        signs_from: Timestamp,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// What is on record, if anything is: of a database that is one server's alone, only the ids of the
    /// signing keys.
    async fn recorded(&self) -> Result<Option<Identity>, StoreError>;

    /// Whether another server may have the signing key of this `kid`.
    async fn knows_key(&self, id: &str) -> Result<bool, StoreError>;

    /// The time since 1970-01-01T00:00:00Z by the clock of the database, where servers compare times by
    /// it.
    async fn time(&self) -> Result<Option<Duration>, StoreError>;

    // Maintenance.

    /// The time of the newest event; without any, when a session was last used, for which all of them
    /// are read. `None` in a new database.
    async fn newest_time(&self) -> Result<Option<Timestamp>, StoreError>;

    /// Deletes expired rows and returns how many there were. What is left after an error is
    /// deleted the next time.
    async fn prune(&self, before: PruneBefore) -> Result<u64, StoreError>;

    /// Writes a consistent copy into a new file while everything goes on. Sessions of the copy
    /// are over when it is restored.
    async fn backup(&self, target: &Path, now: Timestamp) -> Result<(), StoreError>;

    /// Succeeds when the database can be read.
    async fn ping(&self) -> Result<(), StoreError>;

    /// Whether another database has taken the place of this one, as when a backup is restored
    /// without stopping the server first, or a part of it was taken away.
    async fn is_replaced(&self) -> bool;

    /// Lets running queries finish and closes the database.
    async fn close(&self);
}
