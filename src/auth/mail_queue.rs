//! Mails wait in the database until they are sent, so that no request waits for a mail server, and
//! none is lost when one is away.

use super::{
    AuthService, ServiceError,
    one_time_token::OneTimeToken,
    service::{Inner, new_id},
};
use crate::{
    domain::{ClientInfo, Language, MailId, MailKind, Timestamp, UserId},
    mail::{Content, Link, Mail, SendError},
    store::{Addressee, MailOutcome, MailOwner, NewMail, NewToken, QueuedMail, UnsentMail},
};

/// For how many seconds nobody else takes them: longer than sending all of them takes.
const LEASE_SECONDS: i64 = 60;
/// After how many seconds a mail is tried again, by the number of attempts; then every hour.
const RETRY_SECONDS: [i64; 4] = [30, 120, 600, 1800];
const LAST_RETRY_SECONDS: i64 = 3600;
/// How often a mail may be sent that the mail server got without a reply: it may have been delivered.
const MAX_UNANSWERED: i64 = 2;

/// Whether the mail with a link was queued.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum MailRequestOutcome {
    /// Whether or not there is such an account.
    Queued,
    /// This network has asked for too many mails.
    Throttled { wait_seconds: i64 },
    /// This server sends no such mail.
    NotOffered,
}

impl AuthService {
    /// A mail to the address that the account has when it is sent.
    pub(super) fn new_mail(
        kind: MailKind,
        owner: MailOwner<'_>,
        language: Language,
        now: Timestamp,
    ) -> NewMail<'_> {
        NewMail {
            id: MailId(new_id(now)),
            kind,
            owner,
            recipient: None,
            generation: None,
            language,
        }
    }

    /// Queues a mail that anybody can ask for. Each request counts for its network, whether or not there
    /// is such an account: nothing of that is looked up before the mail is sent, so the time tells nothing
    /// about it (OWASP ASVS 6.3.8).
    pub(super) async fn queue_requested_mail(
        &self,
        mail: &NewMail<'_>,
        client: &ClientInfo,
    ) -> Result<MailRequestOutcome, ServiceError> {
        let inner = self.inner();
        let now = inner.clock.now();
        let wait_seconds = inner.mail_throttle.wait_seconds(client.ip, now);
        if wait_seconds > 0 {
            return Ok(MailRequestOutcome::Throttled { wait_seconds });
        }
        // It is not cancelled.
        let _attempt = inner.mail_throttle.begin(client.ip, now);
        inner.store.queue_mail(mail, &client.into(), now).await?;
        Ok(MailRequestOutcome::Queued)
    }

    /// Whether this server sends mails.
    #[must_use]
    pub(crate) fn has_mail(&self) -> bool {
        self.inner().has_mail
    }

    /// Takes mails that are to be sent now. One that is not finished is taken again later.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn due_mails(&self, number: usize) -> Result<Vec<QueuedMail>, ServiceError> {
        let inner = self.inner();
        let now = inner.clock.now();
        let until = now.plus_seconds(LEASE_SECONDS);
        let number = i64::try_from(number).unwrap_or(i64::MAX);
        Ok(inner.store.lease_mails(number, until, now).await?)
    }

    /// Looks up who gets a mail and makes its link. `None` if nobody gets it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn address_mail(
        &self,
        mail: &QueuedMail,
    ) -> Result<Option<Mail>, ServiceError> {
        let inner = self.inner();
        let Some(origin) = &inner.public_url else {
            return Ok(None);
        };
        let now = inner.clock.now();
        let token = OneTimeToken::generate();
        let new_token = mail.kind.link().map(|(purpose, valid_seconds)| NewToken {
            hash: token.hash(),
            purpose,
            expires_at: now.plus_seconds(valid_seconds),
        });
        let addressee = inner
            .store
            .address_mail(mail, new_token.as_ref(), now)
            .await?;
        let content = addressee
            .as_ref()
            .and_then(|to| content(mail, link(mail, to, &token, origin), origin));
        Ok(addressee.zip(content).map(|(addressee, content)| Mail {
            id: mail.id,
            recipient: addressee.email,
            username: addressee.user.map(|user| user.username),
            language: mail.language,
            content,
        }))
    }

    /// Records that a mail was sent.
    ///
    /// # Errors
    /// When the database does not answer: the mail may be sent a second time.
    pub(crate) async fn set_mail_sent(&self, mail: &QueuedMail) -> Result<(), ServiceError> {
        let inner = self.inner();
        let now = inner.clock.now();
        let finished = inner.store.finish_mail(mail, &MailOutcome::Sent, now);
        Ok(finished.await?)
    }

    /// Records why a mail was not sent. It is tried again later, for as long as that is of use.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn set_mail_failed(
        &self,
        mail: &QueuedMail,
        error: &SendError,
    ) -> Result<(), ServiceError> {
        let inner = self.inner();
        let now = inner.clock.now();
        let is_unanswered = error.is_unanswered();
        let is_over = error.is_permanent()
            || now.seconds_since(mail.created_at) >= mail.kind.try_seconds()
            || mail.unanswered + i64::from(is_unanswered) >= MAX_UNANSWERED;
        let number = usize::try_from(mail.attempts.max(1) - 1).unwrap_or_default();
        let wait = RETRY_SECONDS
            .get(number)
            .copied()
            .unwrap_or(LAST_RETRY_SECONDS);
        let outcome = MailOutcome::Failed {
            error: error.to_string(),
            retry_at: (!is_over).then(|| now.plus_seconds(wait)),
            is_unanswered,
        };
        Ok(inner.store.finish_mail(mail, &outcome, now).await?)
    }

    /// The mails that were not sent yet, the oldest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn unsent_mails(&self) -> Result<Vec<UnsentMail>, ServiceError> {
        Ok(self.inner().store.list_unsent_mails().await?)
    }

    /// Has all mails that were not sent yet tried again now, and returns how many there are.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn retry_mails(&self) -> Result<u64, ServiceError> {
        let inner = self.inner();
        Ok(inner.store.retry_mails(inner.clock.now()).await?)
    }
}

impl Inner {
    /// The mail that tells a user that the password was changed (OWASP ASVS 6.3.7).
    pub fn notice_of_password(
        &self,
        user: UserId,
        language: Language,
        now: Timestamp,
    ) -> Option<NewMail<'static>> {
        let owner = MailOwner::User(user);
        self.has_mail
            .then(|| AuthService::new_mail(MailKind::PasswordChanged, owner, language, now))
    }
}

/// The link of a mail, if it has one.
fn link(mail: &QueuedMail, to: &Addressee, token: &OneTimeToken, origin: &str) -> Option<Link> {
    let (purpose, valid_seconds) = mail.kind.link().filter(|_| to.has_link)?;
    Some(Link {
        address: token.link(origin, purpose.page()),
        valid_seconds,
    })
}

/// `None` for a mail without the link that it is about.
fn content(mail: &QueuedMail, link: Option<Link>, origin: &str) -> Option<Content> {
    let (at, site) = (mail.created_at, origin.to_owned());
    Some(match mail.kind {
        MailKind::PasswordReset => Content::PasswordReset { link: link? },
        MailKind::EmailConfirmation => Content::EmailConfirmation { link: link? },
        MailKind::EmailChanged => Content::EmailChanged { at, link },
        MailKind::PasswordChanged => Content::PasswordChanged { at, site },
        MailKind::AccountDeleted => Content::AccountDeleted { at },
        MailKind::SignUp | MailKind::Invitation => match link {
            None => Content::AccountExists { site },
            Some(link) if mail.kind == MailKind::SignUp => Content::SignUp { link },
            Some(link) => Content::Invitation { link },
        },
    })
}
