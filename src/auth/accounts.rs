use rand::seq::IndexedRandom;
use thiserror::Error;

use super::{AuthService, NewPassword, ServiceError, service::new_id};
use crate::{
    domain::{
        Actor, EmailAddress, InvalidPassword, InvitationId, Language, MailKind, Password, User,
        UserId, Username,
    },
    store::{EmailSet, InsertedUser, MailOwner, NewPasswordHash, NewUser, StoreError, StoredUser},
};

/// Why an account could not be created or changed. The text says what to do.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AccountError {
    /// Another account has this name, in this spelling or another one.
    #[error("there is already a user {0}; choose another name")]
    Taken(Username),
    /// Another account has this e-mail address.
    #[error("another account has the address {0}; `countersign user list` shows all users")]
    EmailTaken(EmailAddress),
    /// The account is disabled.
    #[error("{0} is disabled; `countersign user enable` enables the account")]
    Disabled(Username),
    /// Links can't be made, since nobody knows which address leads here.
    #[error("set public.url to the origin that browsers use: links are made from it")]
    NoPublicUrl,
    /// Nobody can create an account.
    #[error(
        "set accounts.registration to `invite` or `open`: it is `closed`, so nobody can sign up"
    )]
    RegistrationClosed,
    /// This server sends no mail.
    #[error("set mail.url: this server sends no mail")]
    NoMail,
    /// There is no such invitation any more.
    #[error("there is no invitation {0}; `countersign invite list` shows all of them")]
    UnknownInvitation(InvitationId),
    /// No account has this name.
    #[error("there is no user {0}; `countersign user list` shows all users")]
    Unknown(Username),
    /// The new password breaks a rule.
    #[error(transparent)]
    Password(#[from] InvalidPassword),
    /// The database or the keys can't be used.
    #[error(transparent)]
    Service(#[from] ServiceError),
}

impl From<StoreError> for AccountError {
    fn from(error: StoreError) -> Self {
        Self::Service(error.into())
    }
}

/// Without 0, O, 1, l and I, which look alike.
const READABLE: &[u8] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

impl AuthService {
    /// Reads a new password for `owner`, who may have no account yet.
    ///
    /// # Errors
    /// When it breaks a rule: it is shorter than the setting `password.min_length`, one of the most
    /// used ones, or little more than the user name.
    pub fn new_password(
        &self,
        typed: &Password,
        owner: &Username,
    ) -> Result<NewPassword, InvalidPassword> {
        NewPassword::parse(typed, owner, self.min_password_length())
    }

    /// How many Unicode code points a new password has at least.
    #[must_use]
    pub fn min_password_length(&self) -> u16 {
        self.inner().min_password_length
    }

    /// Creates an account.
    ///
    /// # Errors
    /// When the name is taken or the database does not answer.
    pub async fn add_user(
        &self,
        name: Username,
        password: &NewPassword,
        actor: &Actor,
    ) -> Result<User, AccountError> {
        self.add_user_with_email(name, password, None, actor).await
    }

    /// Creates an account with an e-mail address, by which its owner can choose a new password.
    ///
    /// # Errors
    /// When the name or the address is taken, or the database does not answer.
    pub async fn add_user_with_email(
        &self,
        name: Username,
        password: &NewPassword,
        email: Option<&EmailAddress>,
        actor: &Actor,
    ) -> Result<User, AccountError> {
        let inner = self.inner();
        let hash = self.hash(password).await?;
        let now = inner.clock.now();
        let user = User {
            id: UserId(new_id(now)),
            username: name,
        };
        let new = NewUser {
            user: user.clone(),
            password_hash: &hash,
            email,
            created_at: now,
        };
        match (inner.store.insert_user(&new, actor).await?, email) {
            (InsertedUser::Inserted, _) => Ok(user),
            (InsertedUser::EmailTaken, Some(email)) => Err(AccountError::EmailTaken(email.clone())),
            (InsertedUser::EmailTaken | InsertedUser::NameTaken, _) => {
                Err(AccountError::Taken(user.username))
            }
        }
    }

    /// Finds a user by any spelling of the name.
    ///
    /// # Errors
    /// When there is no such user or the database does not answer.
    pub async fn find_user(&self, name: &Username) -> Result<User, AccountError> {
        Ok(self.find_account(name).await?.user)
    }

    /// What is stored of a user.
    ///
    /// # Errors
    /// When there is no such user or the database does not answer.
    #[doc(hidden)]
    pub async fn find_account(&self, name: &Username) -> Result<StoredUser, AccountError> {
        let found = self.inner().store.find_user(name).await?;
        found.ok_or_else(|| AccountError::Unknown(name.clone()))
    }

    /// Sets or removes the e-mail address of a user. The former address is told. Links that were
    /// mailed before are void, those that take an address back too.
    ///
    /// # Errors
    /// When there is no such user, another one has the address, or the database does not answer.
    pub async fn set_email(
        &self,
        name: &Username,
        email: Option<&EmailAddress>,
        actor: &Actor,
    ) -> Result<(), AccountError> {
        let inner = self.inner();
        let now = inner.clock.now();
        let user = self.find_user(name).await?;
        let notice = inner.has_mail.then(|| {
            let (kind, owner) = (MailKind::EmailChanged, MailOwner::User(user.id));
            Self::new_mail(kind, owner, Language::default(), now)
        });
        let set = inner
            .store
            .set_email(name, email, notice.as_ref(), actor, now);
        match (set.await?, email) {
            (EmailSet::Taken, Some(email)) => Err(AccountError::EmailTaken(email.clone())),
            (EmailSet::UnknownUser, _) => Err(AccountError::Unknown(name.clone())),
            (EmailSet::Set | EmailSet::Taken, _) => Ok(()),
        }
    }

    /// All accounts, by name.
    ///
    /// # Errors
    /// When the database does not answer.
    #[doc(hidden)]
    pub async fn list_users(&self) -> Result<Vec<StoredUser>, AccountError> {
        Ok(self.inner().store.list_users().await?)
    }

    /// Disables a user: no new session opens, and the open ones end.
    ///
    /// # Errors
    /// When there is no such user or the database does not answer.
    pub async fn disable_user(&self, name: &Username, actor: &Actor) -> Result<(), AccountError> {
        let inner = self.inner();
        let found = inner
            .store
            .disable_user(name, actor, inner.clock.now())
            .await?;
        require(found, name)
    }

    /// Enables a disabled user again and resets the failed logins, unless the keys of the cookies are
    /// away. Sessions that were ended stay over.
    ///
    /// # Errors
    /// When there is no such user or the database does not answer.
    pub async fn enable_user(&self, name: &Username, actor: &Actor) -> Result<(), AccountError> {
        let inner = self.inner();
        let keys = inner.failure_keys(&self.find_account(name).await?);
        let found = inner
            .store
            .enable_user(name, &keys, actor, inner.clock.now())
            .await?;
        require(found, name)
    }

    /// Sets another password, ends the sessions of the user, who is told by mail, and resets the
    /// failed logins, unless the keys of the cookies are away.
    ///
    /// # Errors
    /// When there is no such user or the database does not answer.
    pub async fn set_password(
        &self,
        name: &Username,
        password: &NewPassword,
        actor: &Actor,
    ) -> Result<(), AccountError> {
        let inner = self.inner();
        let hash = self.hash(password).await?;
        let account = self.find_account(name).await?;
        let now = inner.clock.now();
        let new = NewPasswordHash {
            password_hash: &hash,
            notice: inner.notice_of_password(account.user.id, Language::default(), now),
            actor,
            now,
        };
        let keys = inner.failure_keys(&account);
        let found = inner.store.set_password(name, &keys, &new).await?;
        require(found, name)
    }

    /// Whether the failed logins of a user can be found, which takes the keys of the cookies.
    #[must_use]
    #[doc(hidden)]
    pub fn can_reset_failures(&self) -> bool {
        self.inner().cookie_keys.load().is_some()
    }

    /// Creates the account `demo` with a random password if there is no account yet, and returns
    /// the password, which is stored nowhere else.
    ///
    /// # Errors
    /// When the database does not answer.
    #[doc(hidden)]
    pub async fn add_demo_user(&self, actor: &Actor) -> Result<Option<String>, AccountError> {
        if !self.list_users().await?.is_empty() {
            return Ok(None);
        }
        let number = self.min_password_length().max(16);
        let letters: Vec<u8> = {
            let mut random = rand::rng();
            (0..number)
                .filter_map(|_| READABLE.choose(&mut random).copied())
                .collect()
        };
        let groups: Vec<_> = letters.chunks(4).map(String::from_utf8_lossy).collect();
        let password = groups.join("-");
        let name = Username::from_stored("demo".to_owned());
        let new = self.new_password(&Password::new(password.clone()), &name)?;
        self.add_user(name, &new, actor).await?;
        Ok(Some(password))
    }

    async fn hash(&self, password: &NewPassword) -> Result<String, ServiceError> {
        Ok(self
            .inner()
            .passwords
            .hash(password.prepared().clone())
            .await?)
    }
}

pub(super) fn require(found: bool, name: &Username) -> Result<(), AccountError> {
    if found {
        Ok(())
    } else {
        Err(AccountError::Unknown(name.clone()))
    }
}
