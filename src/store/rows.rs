//! The rows of both databases, which have the same columns, and what is decided by them.

use sqlx::FromRow;
use uuid::Uuid;

use super::{
    Addressee, LiveSession, MailOutcome, QueuedMail, RecordedEvent, StoredCredentials,
    StoredInvitation, StoredUser, UnsentMail,
};
use crate::domain::{
    Actor, ClientInfo, DisplayName, EmailAddress, EventKind, Identifier, InvitationId, Language,
    MailId, MailKind, SessionId, SessionInfo, Timestamp, TokenOwner, User, UserId, Username,
};

/// A live session.
#[derive(Clone, FromRow)]
pub(super) struct SessionRow {
    pub id: Uuid,
    pub user_id: Uuid,
    pub username: String,
    pub user_agent: String,
    pub name: Option<String>,
    pub created_at: i64,
    pub last_seen_at: i64,
    pub authenticated_at: i64,
    pub expires_at: i64,
    pub idle_seconds: Option<i64>,
    pub refresh_counter: i64,
    pub rotated_at: i64,
}

impl SessionRow {
    pub fn counter(&self) -> u64 {
        u64::try_from(self.refresh_counter).unwrap_or_default()
    }

    /// Gives the session its next refresh token.
    pub fn rotate(&mut self, now: Timestamp) {
        self.refresh_counter = self.refresh_counter.saturating_add(1);
        self.rotated_at = now.0;
        self.last_seen_at = self.last_seen_at.max(now.0);
    }
}

impl From<SessionRow> for LiveSession {
    fn from(row: SessionRow) -> Self {
        Self {
            refresh_counter: row.counter(),
            user: user(row.user_id, row.username),
            info: SessionInfo {
                id: SessionId(row.id),
                created_at: Timestamp(row.created_at),
                authenticated_at: Timestamp(row.authenticated_at),
                expires_at: Timestamp(row.expires_at),
            },
            name: row.name.map(DisplayName::from_stored),
            user_agent: row.user_agent,
            last_seen_at: Timestamp(row.last_seen_at),
            idle_seconds: row.idle_seconds,
            rotated_at: Timestamp(row.rotated_at),
        }
    }
}

/// A user with what a login is checked against.
#[derive(FromRow)]
pub(super) struct CredentialsRow {
    id: Uuid,
    username: String,
    password_hash: String,
    password_generation: i64,
    disabled_at: Option<i64>,
}

impl From<CredentialsRow> for StoredCredentials {
    fn from(row: CredentialsRow) -> Self {
        Self {
            user: user(row.id, row.username),
            password_hash: row.password_hash,
            password_generation: row.password_generation,
            enabled: row.disabled_at.is_none(),
        }
    }
}

/// An account.
#[derive(FromRow)]
pub(super) struct UserRow {
    pub id: Uuid,
    username: String,
    email: Option<String>,
    display_name: Option<String>,
    pub password_generation: i64,
    created_at: i64,
    disabled_at: Option<i64>,
}

impl UserRow {
    /// The columns of an account.
    pub const COLUMNS: &str =
        "id, username, email, display_name, password_generation, created_at, disabled_at";

    pub fn is_enabled(&self) -> bool {
        self.disabled_at.is_none()
    }

    fn user(&self) -> User {
        user(self.id, self.username.clone())
    }

    /// The address that gets a mail about the account, if that may get one. Only a link to choose a new
    /// password goes to the address of the moment when it is sent.
    fn address_for(&self, mail: &QueuedMail) -> Option<EmailAddress> {
        if !self.is_enabled() {
            return None;
        }
        match mail.kind {
            MailKind::PasswordReset => self.email.clone().map(EmailAddress::from_stored),
            _ => mail.recipient.clone(),
        }
    }
}

/// Who gets a mail, if anybody does. `generation` is that of its link.
pub(super) fn addressee(
    account: Option<&UserRow>,
    mail: &QueuedMail,
    generation: Option<i64>,
) -> Option<Addressee> {
    let (user, email, has_link) = match mail.kind {
        MailKind::AccountDeleted => (None, mail.recipient.clone(), false),
        // Whoever has an account needs no link to create one.
        MailKind::SignUp | MailKind::Invitation => {
            (account, mail.recipient.clone(), account.is_none())
        }
        MailKind::EmailConfirmation if generation.is_none() => return None,
        kind => {
            let has_link = kind != MailKind::EmailChanged || generation.is_some();
            (account, account?.address_for(mail), has_link)
        }
    };
    Some(Addressee {
        user: user.map(UserRow::user),
        email: email?,
        has_link,
    })
}

/// The owner of a one-time token that is good.
#[derive(FromRow)]
pub(super) struct TokenOwnerRow {
    #[sqlx(flatten)]
    pub owner: UserRow,
    address: Option<String>,
    pub generation: i64,
}

impl TokenOwnerRow {
    /// The e-mail address that the token sets.
    pub fn address(&self) -> Option<EmailAddress> {
        self.address.clone().map(EmailAddress::from_stored)
    }
}

impl From<TokenOwnerRow> for TokenOwner {
    fn from(row: TokenOwnerRow) -> Self {
        Self {
            email: row.address(),
            user: Some(StoredUser::from(row.owner).user),
        }
    }
}

/// The column of an account that has the key of an identifier.
pub(super) fn key_column(identifier: &Identifier) -> &'static str {
    match identifier {
        Identifier::Username(_) => "username_key",
        Identifier::Email(_) => "email_key",
    }
}

/// By what the account is found that a mail is about, if its id is not known.
pub(super) fn identifier(mail: &QueuedMail) -> Option<Identifier> {
    match (mail.kind, &mail.recipient) {
        (MailKind::SignUp | MailKind::Invitation, Some(email)) => {
            Some(Identifier::Email(email.clone()))
        }
        _ => Identifier::parse(mail.typed.as_deref()?).ok(),
    }
}

/// A mail that is to be sent.
#[derive(FromRow)]
pub(super) struct MailRow {
    id: Uuid,
    kind: String,
    typed: Option<String>,
    user_id: Option<Uuid>,
    recipient: Option<String>,
    language: String,
    ip: Option<String>,
    user_agent: String,
    created_at: i64,
    attempts: i64,
    unanswered: i64,
}

impl MailRow {
    pub const COLUMNS: &str = "id, kind, typed, user_id, recipient, language, ip, user_agent, created_at, \
         attempts, unanswered";

    /// `None` for a kind that only a newer version of this program knows.
    pub fn mail(self) -> Option<QueuedMail> {
        Some(QueuedMail {
            id: MailId(self.id),
            kind: self.kind.parse().ok()?,
            typed: self.typed,
            user: self.user_id.map(UserId),
            recipient: self.recipient.map(EmailAddress::from_stored),
            language: Language::parse(&self.language).unwrap_or_default(),
            actor: match self.ip.and_then(|ip| ip.parse().ok()) {
                Some(ip) => Actor::Client(ClientInfo {
                    ip,
                    user_agent: self.user_agent,
                }),
                None => Actor::Server,
            },
            created_at: Timestamp(self.created_at),
            attempts: self.attempts,
            unanswered: self.unanswered,
        })
    }
}

/// A mail that was not sent yet.
#[derive(FromRow)]
pub(super) struct UnsentMailRow {
    id: Uuid,
    kind: String,
    username: Option<String>,
    created_at: i64,
    attempts: i64,
    due_at: Option<i64>,
    error: Option<String>,
}

impl UnsentMailRow {
    /// `None` for a kind that only a newer version of this program knows.
    pub fn mail(self) -> Option<UnsentMail> {
        Some(UnsentMail {
            id: MailId(self.id),
            kind: self.kind.parse().ok()?,
            username: self.username.map(Username::from_stored),
            created_at: Timestamp(self.created_at),
            attempts: self.attempts,
            due_at: self.due_at.map(Timestamp),
            error: self.error,
        })
    }
}

/// What is stored of an attempt to send a mail.
pub(super) struct FinishedMail<'a> {
    pub due_at: Option<i64>,
    pub sent_at: Option<i64>,
    pub error: Option<&'a str>,
    /// 1 if there was no reply to the message.
    pub unanswered: i64,
}

impl<'a> FinishedMail<'a> {
    pub fn new(outcome: &'a MailOutcome, now: Timestamp) -> Self {
        match outcome {
            MailOutcome::Sent => Self {
                due_at: None,
                sent_at: Some(now.0),
                error: None,
                unanswered: 0,
            },
            MailOutcome::Failed {
                error,
                retry_at,
                is_unanswered,
            } => Self {
                due_at: retry_at.map(|at| at.0),
                sent_at: None,
                error: Some(error),
                unanswered: (*is_unanswered).into(),
            },
        }
    }
}

impl From<UserRow> for StoredUser {
    fn from(row: UserRow) -> Self {
        Self {
            user: user(row.id, row.username),
            email: row.email.map(EmailAddress::from_stored),
            display_name: row.display_name.map(DisplayName::from_stored),
            created_at: Timestamp(row.created_at),
            disabled_at: row.disabled_at.map(Timestamp),
        }
    }
}

/// An account with everything that is stored of it.
#[derive(FromRow)]
pub(super) struct AccountRow {
    pub id: Uuid,
    pub username: String,
    pub username_key: String,
    pub password_hash: String,
    pub password_generation: i64,
    pub email: Option<String>,
    pub email_key: Option<String>,
    pub email_generation: i64,
    pub display_name: Option<String>,
    pub created_at: i64,
    pub disabled_at: Option<i64>,
}

/// A one-time token with everything that is stored of it.
#[derive(FromRow)]
pub(super) struct TokenRow {
    pub hash: Vec<u8>,
    pub purpose: String,
    pub user_id: Option<Uuid>,
    pub address: Option<String>,
    pub generation: Option<i64>,
    pub invitation_id: Option<Uuid>,
    pub expires_at: i64,
}

/// An invitation that was not accepted yet.
#[derive(FromRow)]
pub(super) struct InvitationRow {
    id: Uuid,
    address: Option<String>,
    expires_at: Option<i64>,
}

impl From<InvitationRow> for StoredInvitation {
    fn from(row: InvitationRow) -> Self {
        Self {
            id: InvitationId(row.id),
            email: row.address.map(EmailAddress::from_stored),
            expires_at: row.expires_at.map(Timestamp),
        }
    }
}

/// A mail that waits, with everything that is stored of it.
#[derive(FromRow)]
pub(super) struct WaitingMailRow {
    pub id: Uuid,
    pub kind: String,
    pub typed: Option<String>,
    pub user_id: Option<Uuid>,
    pub recipient: Option<String>,
    pub generation: Option<i64>,
    pub language: String,
    pub ip: Option<String>,
    pub user_agent: String,
    pub created_at: i64,
    pub due_at: i64,
    pub attempts: i64,
    pub unanswered: i64,
    pub mailbox: Option<String>,
    pub addressed_at: Option<i64>,
    pub error: Option<String>,
}

pub(super) fn user(id: Uuid, name: String) -> User {
    User {
        id: UserId(id),
        username: Username::from_stored(name),
    }
}

/// A security event.
#[derive(FromRow)]
pub(super) struct EventRow {
    pub id: i64,
    pub at: i64,
    pub kind: String,
    pub detail: Option<String>,
    pub user_id: Option<Uuid>,
    pub username: Option<String>,
    pub session_id: Option<Uuid>,
    pub ip: Option<String>,
    pub user_agent: String,
}

impl From<EventRow> for RecordedEvent {
    fn from(row: EventRow) -> Self {
        Self {
            id: row.id,
            at: Timestamp(row.at),
            kind: EventKind::from_code(&row.kind),
            detail: row.detail,
            user: row.user_id.map(UserId),
            username: row.username.map(Username::from_stored),
            session: row.session_id.map(SessionId),
            ip: row.ip.and_then(|ip| ip.parse().ok()),
            user_agent: row.user_agent,
        }
    }
}
