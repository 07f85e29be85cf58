use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
};

use crate::domain::{
    Actor, AttemptId, ClientInfo, DisplayName, EmailAddress, EventKind, FailureKey, InvitationId,
    Language, MailId, MailKind, RefreshToken, RevokedReason, SessionId, SessionInfo, Timestamp,
    TokenHash, TokenPurpose, User, UserId, Username,
};

/// What to do where there is no database yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IfAbsent {
    /// Create it.
    Begin,
    /// Report it.
    Fail,
}

/// An account about to be created. Without `Debug`, since that would print the hash.
#[derive(Clone)]
pub struct NewUser<'a> {
    pub user: User,
    /// A PHC string.
    pub password_hash: &'a str,
    pub email: Option<&'a EmailAddress>,
    pub created_at: Timestamp,
}

/// Whether an account was created.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum InsertedUser {
    Inserted,
    /// The name is taken, in whatever spelling.
    NameTaken,
    /// Another account has this address.
    EmailTaken,
}

/// Whether the e-mail address of an account was set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum EmailSet {
    Set,
    UnknownUser,
    /// Another account has this address.
    Taken,
}

/// An account, for listing.
#[derive(Debug, Clone)]
pub struct StoredUser {
    pub user: User,
    pub email: Option<EmailAddress>,
    pub display_name: Option<DisplayName>,
    pub created_at: Timestamp,
    pub disabled_at: Option<Timestamp>,
}

/// A user with what a login is checked against. Without `Debug`, since that would print the hash.
#[derive(Clone)]
pub struct StoredCredentials {
    pub user: User,
    /// A PHC string.
    pub password_hash: String,
    /// How often the password was set anew.
    pub password_generation: i64,
    pub enabled: bool,
}

/// An attempt to sign in, before its password is checked.
#[derive(Debug, Clone)]
pub struct NewAttempt {
    pub id: AttemptId,
    /// What it is counted for.
    pub keys: AttemptKeys,
    /// What it is counted for instead in a browser with a device cookie, unless too many attempts with
    /// device cookies of the user have failed.
    pub device: Option<AttemptKeys>,
    /// Whose security event it is when attempts are refused.
    pub user: Option<UserId>,
    pub actor: Actor,
    pub now: Timestamp,
}

/// What an attempt is counted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AttemptKeys {
    /// For what was typed, the browser, or the session, by [`crate::domain::BackoffPolicy::ACCOUNT`].
    pub own: FailureKey,
    /// For all that was typed for the user, or all of their browsers, by
    /// [`crate::domain::BackoffPolicy::USER`].
    pub user: Option<FailureKey>,
}

/// Whether the password of an attempt may be checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Admission {
    /// It was stored as undecided.
    Allowed,
    /// Others have to be decided first.
    Undecided,
    /// Attempts are refused for this many seconds.
    Throttled { wait_seconds: i64 },
}

/// An attempt whose password was right.
#[derive(Debug, Clone, Copy)]
pub struct SucceededAttempt {
    pub id: AttemptId,
    /// Reset together with the failures that the attempt is counted for.
    pub all_devices: Option<FailureKey>,
}

/// A session about to be opened. Without `Debug`, since that would print hashes.
#[derive(Clone)]
pub struct NewSession<'a> {
    pub id: SessionId,
    pub user: UserId,
    /// Of the password that was checked.
    pub password_generation: i64,
    /// The hash of the same password by the current parameters, if those have changed.
    pub new_hash: Option<&'a str>,
    /// `None` if the session is that of an account which is created with it.
    pub attempt: Option<SucceededAttempt>,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    /// For how many seconds the session may be unused; `None`: without limit.
    pub idle_seconds: Option<i64>,
    /// The session that the same browser had before. Its cookie is about to be replaced, so
    /// nobody could end it later.
    pub replaces: Option<SessionId>,
    pub client: &'a ClientInfo,
}

impl NewSession<'_> {
    /// The session once it was opened.
    #[must_use]
    pub fn opened(&self, user: User) -> LiveSession {
        LiveSession {
            user,
            info: SessionInfo {
                id: self.id,
                created_at: self.created_at,
                authenticated_at: self.created_at,
                expires_at: self.expires_at,
            },
            name: None,
            user_agent: self.client.user_agent.clone(),
            last_seen_at: self.created_at,
            idle_seconds: self.idle_seconds,
            refresh_counter: 0,
            rotated_at: self.created_at,
        }
    }
}

/// A session that was live when it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveSession {
    pub user: User,
    pub info: SessionInfo,
    /// What its owner calls it.
    pub name: Option<DisplayName>,
    pub user_agent: String,
    pub last_seen_at: Timestamp,
    pub idle_seconds: Option<i64>,
    /// The counter of the current refresh token: how often the session was refreshed.
    pub refresh_counter: u64,
    pub rotated_at: Timestamp,
}

/// A refresh token that was presented.
#[derive(Debug, Clone)]
pub struct RefreshRequest {
    pub token: RefreshToken,
    pub actor: Actor,
    pub now: Timestamp,
}

/// The outcome of a [`RefreshRequest`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Refreshed {
    /// The session goes on, with this counter.
    Live(LiveSession),
    /// The token was used before, and the session was revoked.
    Reused,
    /// There is no such live session.
    Over,
}

/// The request to end one session.
#[derive(Debug, Clone)]
pub struct Revocation {
    pub session: SessionId,
    /// The session is left alone if it is another user's.
    pub owner: Option<UserId>,
    pub reason: RevokedReason,
    pub actor: Actor,
    pub now: Timestamp,
}

/// A password about to be set by its owner. Without `Debug`, since that would print the hash.
#[derive(Clone)]
pub struct NewPasswordHash<'a> {
    /// A PHC string.
    pub password_hash: &'a str,
    /// The mail that tells the owner; `None` when no mail can be sent.
    pub notice: Option<NewMail<'a>>,
    pub actor: &'a Actor,
    pub now: Timestamp,
}

/// A one-time token about to be stored.
#[derive(Debug, Clone, Copy)]
pub struct NewToken {
    pub hash: TokenHash,
    pub purpose: TokenPurpose,
    pub expires_at: Timestamp,
}

/// Whether an account was created by a one-time token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum AccountCreated {
    Created,
    /// The token is not good any more.
    InvalidToken,
    /// The name is taken, in whatever spelling.
    NameTaken,
    /// Another account has the address of the token.
    EmailTaken,
}

/// How somebody is invited to create an account.
#[derive(Clone, Copy)]
pub enum NewInvitation<'a> {
    /// By a link that the operator hands over.
    Link(&'a NewToken),
    /// By a mail, whose id is that of the invitation.
    Mail(&'a NewMail<'a>),
}

/// An invitation that was not accepted yet, for listing.
#[derive(Debug, Clone)]
pub struct StoredInvitation {
    pub id: InvitationId,
    /// `None` if the operator has handed over the link.
    pub email: Option<EmailAddress>,
    /// Until when it can be accepted; `None` before it was mailed.
    pub expires_at: Option<Timestamp>,
}

/// Whether a new e-mail address was set by its token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum EmailConfirmed {
    Set,
    /// The token is not good any more.
    InvalidToken,
    /// Another account has this address.
    Taken,
}

/// Whose password was set, and how often it was until now.
#[derive(Debug, Clone)]
pub struct PasswordOwner {
    pub user: User,
    pub password_generation: i64,
}

/// A password that was set by a link.
#[derive(Debug, Clone)]
pub struct PasswordReset {
    pub owner: PasswordOwner,
    /// Whether the account has an e-mail address.
    pub has_address: bool,
}

/// Whether the owner of an account has deleted it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum OwnDeletion {
    Deleted,
    /// The session is over, or the user was disabled or got another password since it was checked.
    SessionOver,
    /// A link takes the former e-mail address back, which deleting the account would undo.
    EmailChanged,
}

/// Whose account a mail is about.
#[derive(Clone, Copy)]
pub enum MailOwner<'a> {
    User(UserId),
    /// The account is gone, or there is none yet.
    Nobody,
    /// As it was typed in a form. There may be no such account, and it may be a password.
    Typed(&'a str),
}

/// A mail about to be queued. Without `Debug`, since that would print what was typed.
#[derive(Clone)]
pub struct NewMail<'a> {
    pub id: MailId,
    pub kind: MailKind,
    pub owner: MailOwner<'a>,
    /// `None`: it goes to the address of the account when it is sent.
    pub recipient: Option<EmailAddress>,
    /// The generation of its token: of the password, or for [`MailKind::EmailChanged`] of the e-mail
    /// address. Without one, a mail for a reset has a token of the current generation, and a notice
    /// has none.
    pub generation: Option<i64>,
    pub language: Language,
}

impl NewMail<'_> {
    /// The same notice to the address that an account had until now. With the generation of the new
    /// address, it has a link to take the former one back.
    pub(super) fn to_former_address(
        &self,
        user: UserId,
        former: EmailAddress,
        generation: Option<i64>,
    ) -> Self {
        Self {
            owner: MailOwner::User(user),
            recipient: Some(former),
            generation,
            ..self.clone()
        }
    }
}

/// A mail that is to be sent now. Without `Debug`, since that would print what was typed.
#[derive(Clone)]
pub struct QueuedMail {
    pub id: MailId,
    pub kind: MailKind,
    pub typed: Option<String>,
    pub user: Option<UserId>,
    /// As in [`NewMail`].
    pub recipient: Option<EmailAddress>,
    pub language: Language,
    /// Who has asked for it.
    pub actor: Actor,
    pub created_at: Timestamp,
    /// How often sending it was tried, with this time.
    pub attempts: i64,
    /// How often the mail server got it and did not reply: it may have been delivered.
    pub unanswered: i64,
}

impl QueuedMail {
    /// The invitation by which somebody gets it.
    pub(super) fn invitation(&self) -> Option<InvitationId> {
        (self.kind == MailKind::Invitation).then_some(InvitationId(self.id.0))
    }
}

/// Who gets a mail.
#[derive(Debug, Clone)]
pub struct Addressee {
    /// `None` if the account is gone, and the mail tells that, or if there is none yet.
    pub user: Option<User>,
    pub email: EmailAddress,
    /// Whether the mail has a link, if its kind may have one.
    pub has_link: bool,
}

/// What became of an attempt to send a mail.
#[derive(Debug, Clone)]
pub enum MailOutcome {
    Sent,
    Failed {
        error: String,
        /// When it is tried again; `None`: never.
        retry_at: Option<Timestamp>,
        /// Whether the mail server got it and did not reply.
        is_unanswered: bool,
    },
}

/// A mail that was not sent yet, for listing.
#[derive(Debug, Clone)]
pub struct UnsentMail {
    pub id: MailId,
    pub kind: MailKind,
    /// `None` before the account was looked up.
    pub username: Option<Username>,
    pub created_at: Timestamp,
    pub attempts: i64,
    /// When it is tried again; `None`: it was given up.
    pub due_at: Option<Timestamp>,
    pub error: Option<String>,
}

/// A security event as it was stored.
#[derive(Debug, Clone)]
pub struct RecordedEvent {
    /// Its number. Later events have a higher one.
    pub id: i64,
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    pub kind: EventKind,
    /// The reason, or what else the kind needs.
    pub detail: Option<String>,
    /// Whose account it is about.
    pub user: Option<UserId>,
    /// The user's current name; `None` if there is no such user.
    pub username: Option<Username>,
    /// The session it is about.
    pub session: Option<SessionId>,
    /// The address of the client that caused it; `None` for everything but a client.
    pub ip: Option<IpAddr>,
    /// The client's user agent, or a description of whoever else caused it.
    pub user_agent: String,
}

/// Which security events to read.
#[derive(Debug, Clone, Copy)]
pub struct EventFilter<'a> {
    pub user: Option<&'a Username>,
    pub since: Timestamp,
    /// Only events with a higher number.
    pub after: i64,
    pub limit: i64,
}

/// Rows that ended at these times or before are deleted.
#[derive(Debug, Clone, Copy)]
pub struct PruneBefore {
    pub sessions: Timestamp,
    pub failed_logins: Timestamp,
    pub events: Timestamp,
    pub mails: Timestamp,
}

/// What every server on one database has to have in common.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Identity {
    /// The `kid` of each signing key, and when it begins to sign.
    pub signing_keys: BTreeMap<String, Timestamp>,
    /// A fingerprint of each key of the cookies.
    pub cookie_keys: BTreeSet<String>,
    /// The issuer of the tokens.
    pub public_url: String,
}

impl Identity {
    /// The `kid` of each signing key.
    #[must_use]
    pub fn key_ids(&self) -> BTreeSet<String> {
        self.signing_keys.keys().cloned().collect()
    }
}
