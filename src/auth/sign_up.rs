use super::{
    AuthService, IssuedTokens, MailRequestOutcome, ServiceError,
    one_time_token::OneTimeToken,
    service::new_id,
    throttle::{DeviceCookie, DeviceOwner},
};
use crate::{
    domain::{
        ClientInfo, EmailAddress, InvalidPassword, Language, MailKind, Password, Registration,
        SessionId, TokenHash, User, UserId, Username,
    },
    store::{AccountCreated, MailOwner, NewSession, NewUser},
};

/// The outcome of creating an account by a mailed link.
#[derive(Debug)]
#[must_use]
pub enum CreateAccountOutcome {
    /// Its owner is signed in.
    Created(Box<IssuedTokens>),
    /// It was used, was revoked, or has expired.
    InvalidLink,
    InvalidPassword(InvalidPassword),
    /// Another account has the name. The link is still good.
    NameTaken,
    /// Another account has the e-mail address of the link.
    EmailTaken,
    /// Too many passwords are being hashed.
    Busy,
}

impl AuthService {
    /// Who may create an account.
    #[must_use]
    pub(crate) fn registration(&self) -> Registration {
        self.inner().registration
    }

    /// Asks for the mail with a link by which an account is created. The answer is the same for an address
    /// that an account has: its owner is told so by mail.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn request_sign_up(
        &self,
        email: EmailAddress,
        language: Language,
        client: &ClientInfo,
    ) -> Result<MailRequestOutcome, ServiceError> {
        if self.registration() != Registration::Open || !self.has_mail() {
            return Ok(MailRequestOutcome::NotOffered);
        }
        let now = self.inner().clock.now();
        let mut mail = Self::new_mail(MailKind::SignUp, MailOwner::Nobody, language, now);
        mail.recipient = Some(email);
        self.queue_requested_mail(&mail, client).await
    }

    /// The e-mail address of a token that creates an account, if it has one; `None` if the token is not
    /// good.
    pub(super) async fn find_new_account(
        &self,
        token: TokenHash,
    ) -> Result<Option<Option<EmailAddress>>, ServiceError> {
        if self.registration() == Registration::Closed {
            return Ok(None);
        }
        let inner = self.inner();
        Ok(inner
            .store
            .find_new_account(token, inner.clock.now())
            .await?)
    }

    /// Whether the owner of a link that creates an account can have this name; `None` if the link is not
    /// good.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn is_name_free(
        &self,
        token: &str,
        name: &Username,
    ) -> Result<Option<bool>, ServiceError> {
        let link = self.find_new_account(OneTimeToken::hash_of(token)).await?;
        if link.is_none() {
            return Ok(None);
        }
        Ok(Some(self.inner().store.find_user(name).await?.is_none()))
    }

    /// Creates an account by a mailed link, which is used up, and opens its first session. `replaces` is
    /// the refresh token that the browser has, whose session ends.
    ///
    /// # Errors
    /// When the database does not answer or hashing fails. The link may still be good then.
    pub(crate) async fn create_account(
        &self,
        token: &str,
        username: Username,
        password: &Password,
        replaces: Option<&str>,
        client: &ClientInfo,
    ) -> Result<CreateAccountOutcome, ServiceError> {
        let inner = self.inner();
        match self.is_name_free(token, &username).await? {
            Some(true) => {}
            Some(false) => return Ok(CreateAccountOutcome::NameTaken),
            None => return Ok(CreateAccountOutcome::InvalidLink),
        }
        let password = match self.new_password(password, &username) {
            Ok(password) => password,
            Err(error) => return Ok(CreateAccountOutcome::InvalidPassword(error)),
        };
        let Some(permit) = inner.passwords.try_acquire(client.ip) else {
            return Ok(CreateAccountOutcome::Busy);
        };
        let prepared = password.prepared().clone();
        let password_hash = inner.passwords.hash_with(permit, prepared).await?;
        let now = inner.clock.now();
        let keys = inner.token_keys(now)?;
        let user = User {
            id: UserId(new_id(now)),
            username,
        };
        let new = NewUser {
            user: user.clone(),
            password_hash: &password_hash,
            email: None,
            created_at: now,
        };
        let session = NewSession {
            id: SessionId(new_id(now)),
            user: user.id,
            password_generation: 0,
            new_hash: None,
            attempt: None,
            created_at: now,
            expires_at: now.plus_seconds(inner.session.max_seconds),
            idle_seconds: None,
            replaces: replaces
                .and_then(|value| keys.cookies.refresh.verify(value))
                .map(|token| token.session),
            client,
        };
        let hash = OneTimeToken::hash_of(token);
        match inner.store.create_account(hash, &new, &session).await? {
            AccountCreated::Created => {}
            AccountCreated::InvalidToken => return Ok(CreateAccountOutcome::InvalidLink),
            AccountCreated::NameTaken => return Ok(CreateAccountOutcome::NameTaken),
            AccountCreated::EmailTaken => return Ok(CreateAccountOutcome::EmailTaken),
        }
        let owner = DeviceOwner {
            user: user.id,
            password_generation: session.password_generation,
        };
        let device = DeviceCookie::generate().sign(owner, now, &keys.cookies.throttle);
        let mut issued = keys.issue(session.opened(user), now)?;
        issued.device_cookie = Some(device.into());
        Ok(CreateAccountOutcome::Created(Box::new(issued)))
    }
}
