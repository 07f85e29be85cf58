use secrecy::{ExposeSecret, SecretString};

use super::{
    AccountError, AuthService, MailRequestOutcome, ServiceError,
    one_time_token::OneTimeToken,
    throttle::{DeviceCookie, DeviceOwner},
};
use crate::{
    domain::{
        Actor, ClientInfo, Identifier, InvalidPassword, Language, MailKind, Password, TokenOwner,
        TokenPurpose, Username, paths,
    },
    store::{MailOwner, NewPasswordHash, NewToken},
};

/// The outcome of choosing a new password by a link.
#[derive(Debug)]
#[must_use]
pub enum ResetOutcome {
    Reset {
        /// The value of the device cookie of this browser: nobody keeps its user out.
        device_cookie: SecretString,
        /// Whether the account has an e-mail address. It has none if another account has that which was
        /// to be taken back.
        has_address: bool,
    },
    /// It was used, has expired, or another password was set since.
    InvalidLink,
    InvalidPassword(InvalidPassword),
    /// Too many passwords are being hashed.
    Busy,
}

impl AuthService {
    /// Asks for the mail with a link to choose a new password, by a name or an e-mail address.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn request_password_reset(
        &self,
        typed: &str,
        language: Language,
        client: &ClientInfo,
    ) -> Result<MailRequestOutcome, ServiceError> {
        if !self.has_mail() {
            return Ok(MailRequestOutcome::NotOffered);
        }
        let (kind, owner) = (MailKind::PasswordReset, MailOwner::Typed(typed));
        let mail = Self::new_mail(kind, owner, language, self.inner().clock.now());
        self.queue_requested_mail(&mail, client).await
    }

    /// Whose link it is, if it is good. It remains so: programs that scan mails open links too.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn link_owner(
        &self,
        token: &str,
        purpose: TokenPurpose,
    ) -> Result<Option<TokenOwner>, ServiceError> {
        let inner = self.inner();
        let (hash, now) = (OneTimeToken::hash_of(token), inner.clock.now());
        if purpose == TokenPurpose::AccountCreation {
            let email = self.find_new_account(hash).await?;
            return Ok(email.map(|email| TokenOwner { user: None, email }));
        }
        Ok(inner.store.find_token_owner(hash, purpose, now).await?)
    }

    /// Sets a new password by a link, which is used up, and ends all sessions of the user. With the
    /// purpose [`TokenPurpose::EmailRestoration`] it also takes their e-mail address back.
    ///
    /// # Errors
    /// When the database does not answer or hashing fails. The link may still be good then.
    pub(crate) async fn reset_password(
        &self,
        token: &str,
        purpose: TokenPurpose,
        password: &Password,
        language: Language,
        client: &ClientInfo,
    ) -> Result<ResetOutcome, ServiceError> {
        let inner = self.inner();
        let hash = OneTimeToken::hash_of(token);
        let owner = inner
            .store
            .find_token_owner(hash, purpose, inner.clock.now())
            .await?;
        let Some((owner, email)) = owner.and_then(|owner| Some((owner.user?, owner.email))) else {
            return Ok(ResetOutcome::InvalidLink);
        };
        let Some(account) = inner.store.find_account(owner.id).await? else {
            return Ok(ResetOutcome::InvalidLink);
        };
        let password = match self.new_password(password, &owner.username) {
            Ok(password) => password,
            Err(error) => return Ok(ResetOutcome::InvalidPassword(error)),
        };
        let Some(permit) = inner.passwords.try_acquire(client.ip) else {
            return Ok(ResetOutcome::Busy);
        };
        let secret = &inner.cookie_keys()?.throttle;
        let prepared = password.prepared().clone();
        let password_hash = inner.passwords.hash_with(permit, prepared).await?;
        let now = inner.clock.now();
        let new = NewPasswordHash {
            password_hash: &password_hash,
            notice: inner.notice_of_password(owner.id, language, now),
            actor: &client.into(),
            now,
        };
        let (kind, to) = (MailKind::EmailChanged, MailOwner::User(owner.id));
        let notice = Self::new_mail(kind, to, language, now);
        let mut failures = secret.account_keys(&account);
        let taken_back = email.map(Identifier::Email);
        failures.extend(taken_back.map(|email| secret.identifier_key(&email)));
        let reset = inner
            .store
            .reset_password(hash, purpose, &failures, &new, &notice)
            .await?;
        let Some(reset) = reset else {
            return Ok(ResetOutcome::InvalidLink);
        };
        let owner = DeviceOwner {
            user: reset.owner.user.id,
            password_generation: reset.owner.password_generation,
        };
        Ok(ResetOutcome::Reset {
            has_address: reset.has_address,
            device_cookie: DeviceCookie::generate().sign(owner, now, secret).into(),
        })
    }

    /// Makes a link by which a user chooses a new password, for an operator to hand over. Earlier
    /// links remain good.
    ///
    /// # Errors
    /// When there is no such user, they are disabled, `public.url` is not set, or the database does
    /// not answer.
    pub async fn password_reset_link(
        &self,
        name: &Username,
        valid_seconds: i64,
        actor: &Actor,
    ) -> Result<String, AccountError> {
        let inner = self.inner();
        let origin = inner.public_url.as_ref().ok_or(AccountError::NoPublicUrl)?;
        let user = self.find_user(name).await?;
        let (token, now) = (OneTimeToken::generate(), inner.clock.now());
        let new = NewToken {
            hash: token.hash(),
            purpose: TokenPurpose::PasswordReset,
            expires_at: now.plus_seconds(valid_seconds),
        };
        if !inner.store.insert_token(name, &new, actor, now).await? {
            return Err(AccountError::Disabled(user.username));
        }
        let link = token.link(origin, paths::RESET_PASSWORD);
        Ok(link.expose_secret().to_owned())
    }
}
