use super::{AuthService, ServiceError, confirmation::NotConfirmed, one_time_token::OneTimeToken};
use crate::{
    domain::{
        ClientInfo, EmailAddress, Language, MailKind, PreparedPassword, SessionId, TokenPurpose,
        User, UserId,
    },
    store::{EmailConfirmed, MailOwner},
};

/// The outcome of asking for another e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum EmailChangeOutcome {
    /// The mail with a link was queued, also for an address that another account has.
    Queued,
    NotConfirmed(NotConfirmed),
    /// The account has this address already.
    Unchanged,
    /// This network has asked for too many mails.
    Throttled {
        wait_seconds: i64,
    },
    /// This session was ended in the meantime, or the password was changed elsewhere.
    SessionOver,
    /// This server sends no mail.
    NoMail,
}

/// The outcome of confirming a new e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum ConfirmEmailOutcome {
    Confirmed {
        user: UserId,
    },
    /// It was used, has expired, or the password was changed since.
    InvalidLink,
    /// Another account has this address.
    Taken,
}

impl AuthService {
    /// Has a mail sent to a new e-mail address of a user who gives the password. The address becomes
    /// theirs by the link in it, since mistyped addresses exist too.
    ///
    /// # Errors
    /// When the database does not answer or hashing fails.
    pub(crate) async fn request_email_change(
        &self,
        user: &User,
        session: SessionId,
        password: PreparedPassword,
        email: EmailAddress,
        language: Language,
        client: &ClientInfo,
    ) -> Result<EmailChangeOutcome, ServiceError> {
        let inner = self.inner();
        if !inner.has_mail {
            return Ok(EmailChangeOutcome::NoMail);
        }
        let account = inner.store.find_account(user.id).await?;
        if account.and_then(|account| account.email).as_ref() == Some(&email) {
            return Ok(EmailChangeOutcome::Unchanged);
        }
        let wait_seconds = inner
            .mail_throttle
            .wait_seconds(client.ip, inner.clock.now());
        if wait_seconds > 0 {
            return Ok(EmailChangeOutcome::Throttled { wait_seconds });
        }
        // Each request counts, also those that meet.
        let mut request = inner.mail_throttle.begin(client.ip, inner.clock.now());
        let confirmed = self.confirm(user, session, password, client).await;
        let (owner, attempt) = match confirmed.inspect_err(|_| request.cancel())? {
            Ok(confirmed) => confirmed.into_owner(),
            Err(error) => {
                request.cancel();
                return Ok(EmailChangeOutcome::NotConfirmed(error));
            }
        };
        let now = inner.clock.now();
        let mut mail = Self::new_mail(
            MailKind::EmailConfirmation,
            MailOwner::User(user.id),
            language,
            now,
        );
        mail.recipient = Some(email);
        mail.generation = Some(owner.password_generation);
        let succeeded = attempt.succeeded(None);
        let is_queued = inner
            .store
            .request_email_change(session, &owner, succeeded, &mail, &client.into(), now)
            .await?;
        if !is_queued {
            attempt.fail("changed_meanwhile").await?;
            return Ok(EmailChangeOutcome::SessionOver);
        }
        attempt.set_decided();
        Ok(EmailChangeOutcome::Queued)
    }

    /// Sets a new e-mail address by the link that was sent to it, which is used up. The former
    /// address is told, with a link to take it back.
    ///
    /// # Errors
    /// When the database does not answer. The link may still be good then.
    pub(crate) async fn confirm_email(
        &self,
        token: &str,
        language: Language,
        client: &ClientInfo,
    ) -> Result<ConfirmEmailOutcome, ServiceError> {
        let inner = self.inner();
        let (hash, purpose) = (
            OneTimeToken::hash_of(token),
            TokenPurpose::EmailConfirmation,
        );
        let now = inner.clock.now();
        let owner = inner.store.find_token_owner(hash, purpose, now).await?;
        let Some(owner) = owner.and_then(|owner| owner.user) else {
            return Ok(ConfirmEmailOutcome::InvalidLink);
        };
        let user = owner.id;
        let (kind, owner) = (MailKind::EmailChanged, MailOwner::User(user));
        let notice = Self::new_mail(kind, owner, language, now);
        let confirmed = inner
            .store
            .confirm_email(hash, &notice, &client.into(), now)
            .await?;
        Ok(match confirmed {
            EmailConfirmed::Set => ConfirmEmailOutcome::Confirmed { user },
            EmailConfirmed::InvalidToken => ConfirmEmailOutcome::InvalidLink,
            EmailConfirmed::Taken => ConfirmEmailOutcome::Taken,
        })
    }
}
