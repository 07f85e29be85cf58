use std::{fmt, num::NonZeroUsize, path::PathBuf, sync::Arc, thread};

use arc_swap::{ArcSwap, ArcSwapOption};
use futures::FutureExt;
use jsonwebtoken::jwk::JwkSet;
use secrecy::SecretString;
use thiserror::Error;
use uuid::{NoContext, Uuid};

use super::{
    Clock, Difference, Expiry, HashError, HmacKeyError, Issuer, KeyRingError, KeyUse, Rejection,
    SigningError,
    confirmed_time::ConfirmedTime,
    keys::{CookieKeys, KeyFileError},
    open_keys::open_keys,
    passwords::Passwords,
    settings::{AuthSettings, SessionSettings},
    throttle::{IpThrottle, Limiter},
    tokens::{Signer, VerifiedToken, key_id},
};
use crate::{
    domain::{
        AccessToken, Actor, FailureKey, RefreshToken, Registration, Timestamp, TokenResponse,
    },
    mail::MailerError,
    store::{
        Batcher, LiveSession, RefreshRequest, Refreshed, Revocation, Store, StoreError, StoredUser,
        running,
    },
};

/// The accounts and sessions of an application, for what is not asked for by HTTP: a page of its own
/// for signing up, or for administrators. Cheap to clone.
///
/// Each change is in the database before its method returns, and the audit log has it with its
/// [`Actor`].
///
/// ```no_run
/// use countersign::{Actor, AuthService, Password, User, Username};
///
/// async fn sign_up(
///     auth: &AuthService,
///     name: &str,
///     password: Password,
/// ) -> Result<User, Box<dyn std::error::Error>> {
///     let name = Username::parse(name)?;
///     let password = auth.new_password(&password, &name)?;
///     Ok(auth.add_user(name, &password, &Actor::Server).await?)
/// }
/// ```
///
/// A method that takes a password hashes it, for as long as a sign-in takes, and waits for its turn
/// however many others wait: a page for everybody has to limit its requests itself.
#[derive(Debug, Clone)]
pub struct AuthService(Arc<Inner>);

#[derive(Debug)]
pub(super) struct Inner {
    pub clock: Clock,
    pub confirmed_time: ConfirmedTime,
    pub store: Arc<dyn Store>,
    /// Refreshes that meet are committed together.
    pub refreshes: Batcher<RefreshRequest, Refreshed>,
    /// Revocations that meet are committed together.
    pub revocations: Batcher<Revocation, bool>,
    pub passwords: Passwords,
    /// What a new password has at least, in Unicode code points.
    pub min_password_length: u16,
    pub ip_throttle: IpThrottle,
    /// Requests for mails, each of which counts.
    pub mail_throttle: IpThrottle,
    pub public_url: Option<String>,
    pub has_mail: bool,
    pub registration: Registration,
    /// Attempts that wait for others with the same key to be decided.
    pub waiting_attempts: Limiter<FailureKey>,
    pub issuer: Issuer,
    pub keys_dir: PathBuf,
    pub session: SessionSettings,
    /// `None` while they can't be read, and where a command does not need them.
    pub cookie_keys: ArcSwapOption<CookieKeys>,
    pub new_key_delay_seconds: i64,
    /// How this server differs from the others on its database; `None`: not at all.
    pub difference: ArcSwapOption<String>,
    /// For how many seconds security events are kept.
    pub audit_seconds: i64,
}

/// How many attempts with the same key wait at the same time.
const MAX_WAITING_ATTEMPTS: usize = 16;

/// What a browser gets after a login or a refresh.
#[derive(Debug)]
pub struct IssuedTokens {
    pub response: TokenResponse,
    /// The value of the refresh cookie.
    pub refresh_token: SecretString,
    /// For how many seconds the browser keeps it; `None`: until it is closed.
    pub refresh_max_age: Option<i64>,
    /// The value of the device cookie, after a login.
    pub device_cookie: Option<SecretString>,
}

/// Why the service could not do what it was asked. The text is for the log: clients are told
/// `unavailable` only. What was asked for may not have happened.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ServiceError {
    #[doc(hidden)]
    #[error(transparent)]
    Store(#[from] StoreError),
    #[doc(hidden)]
    #[error(transparent)]
    Hash(#[from] HashError),
    #[doc(hidden)]
    #[error(transparent)]
    Signing(#[from] SigningError),
    #[doc(hidden)]
    #[error(transparent)]
    Keys(#[from] KeyRingError),
    #[doc(hidden)]
    #[error(transparent)]
    HmacKey(#[from] HmacKeyError),
    #[doc(hidden)]
    #[error("the keys of the cookies can't be read: see the log of when that began")]
    NoCookieKeys,
    #[doc(hidden)]
    #[error(
        "a token names the key {0}, which may be one that can't be read: see the log of when that began"
    )]
    KeyUnreadable(String),
    #[doc(hidden)]
    #[error("a token was signed by the key {0}, which other servers have and this one lacks")]
    KeyAway(String),
    #[doc(hidden)]
    #[error(
        "refresh.key or throttle.key is not that of the other servers, so it is not used: give this \
         server the same files, or run `countersign migrate --adopt` here to make its own theirs"
    )]
    OtherCookieKeys,
}

/// Why the service can't be opened. The text says what to do.
#[derive(Error)]
#[non_exhaustive]
pub enum OpenError {
    #[doc(hidden)]
    #[error(transparent)]
    Store(#[from] StoreError),
    #[doc(hidden)]
    #[error(
        "there are no keys in {}, and the database knows {recorded}: run this command where the server \
         runs, with the same data.dir, or copy the files of the keys from another server or a backup; if \
         they are lost, create that directory (`mkdir -m 700`), and `countersign {maker}` makes new ones \
         in it", .directory.display()
    )]
    NoKeys {
        directory: PathBuf,
        recorded: String,
        maker: &'static str,
    },
    #[doc(hidden)]
    #[error(transparent)]
    Keys(#[from] KeyRingError),
    #[doc(hidden)]
    #[error(transparent)]
    HmacKey(#[from] HmacKeyError),
    #[doc(hidden)]
    #[error(transparent)]
    Hash(#[from] HashError),
    #[doc(hidden)]
    #[error("the password can't be read, by {setting}: {cause}")]
    PasswordFile {
        setting: &'static str,
        cause: KeyFileError,
    },
    #[doc(hidden)]
    #[error("{setting}: {} is a directory: name the file in it", path.display())]
    PasswordDirectory {
        setting: &'static str,
        path: PathBuf,
    },
    #[doc(hidden)]
    #[error("{0} names no file: it takes the path of one, not the password")]
    NoPasswordFile(&'static str),
    #[doc(hidden)]
    #[error(transparent)]
    Mail(#[from] MailerError),
    #[doc(hidden)]
    #[error(
        "public.url must be set when database.url is one of Postgres: it is the same for all servers"
    )]
    NoPublicUrl,
    #[doc(hidden)]
    #[error("this server differs from the others on its database: {0}. {way_on}", way_on = .0.way_on())]
    Differs(Difference),
}

/// The text, for an application that unwraps the error.
impl fmt::Debug for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl AuthService {
    /// Opens the service on a database, creating the keys at the first start. Keys that were added
    /// or removed since are recorded as seen by `actor`.
    ///
    /// # Errors
    /// When the keys can't be used or the database does not answer; and when keys or `public.url`
    /// have to be those of the other servers, and are not.
    pub(crate) async fn open(
        store: Arc<dyn Store>,
        settings: AuthSettings,
        clock: Clock,
        key_use: KeyUse,
        actor: &Actor,
    ) -> Result<Self, OpenError> {
        let asked_at = running();
        if let Some(time) = store.time().await? {
            clock.set(time, asked_at);
        }
        // Before the events that this start itself adds.
        let newest = match key_use {
            KeyUse::Serving(_) => store.newest_time().await?,
            KeyUse::Adopting | KeyUse::Operating(_) => None,
        };
        let (keys, cookie_keys) =
            open_keys(&*store, &settings, key_use, actor, clock.now()).await?;
        let AuthSettings {
            issuer,
            keys_dir,
            public_url,
            has_mail,
            token,
            session,
            password,
            login,
            accounts,
            audit,
        } = settings;
        let cores = || thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        let concurrency = NonZeroUsize::new(login.hash_concurrency).unwrap_or_else(cores);
        let (refreshing, revoking) = (Arc::clone(&store), Arc::clone(&store));
        Ok(Self(Arc::new(Inner {
            confirmed_time: ConfirmedTime::new(&clock, newest),
            clock,
            store,
            refreshes: Batcher::new(move |requests: Vec<RefreshRequest>| {
                let store = Arc::clone(&refreshing);
                async move { store.refresh(&requests).await }.boxed()
            }),
            revocations: Batcher::new(move |revocations: Vec<Revocation>| {
                let store = Arc::clone(&revoking);
                async move { store.revoke(&revocations).await }.boxed()
            }),
            passwords: Passwords::new(concurrency, login.hash_queue)?,
            min_password_length: password.min_length,
            ip_throttle: IpThrottle::default(),
            mail_throttle: IpThrottle::default(),
            public_url,
            has_mail,
            registration: accounts.registration,
            waiting_attempts: Limiter::new(MAX_WAITING_ATTEMPTS),
            issuer: Issuer {
                issuer,
                audience: token.audience,
                token_seconds: session.access_token_seconds,
                keys: ArcSwap::from_pointee(keys),
            },
            cookie_keys: ArcSwapOption::new(cookie_keys.map(Arc::new)),
            new_key_delay_seconds: token.new_key_delay_seconds,
            difference: ArcSwapOption::empty(),
            keys_dir,
            session,
            audit_seconds: audit.keep_days * 86_400,
        })))
    }

    /// Succeeds when the database answers, and this server can sign tokens and cookies. A key that it
    /// lacks does not count: one that no server has would take all of them out of service at once.
    ///
    /// # Errors
    /// When it does not, or they are not.
    pub(crate) async fn ready(&self) -> Result<(), ServiceError> {
        let inner = self.inner();
        inner.store.ping().await?;
        inner.token_keys(inner.clock.now())?;
        Ok(())
    }

    /// The public keys that verify access tokens.
    #[must_use]
    #[doc(hidden)]
    pub fn public_keys(&self) -> JwkSet {
        self.inner().issuer.keys().public_keys().clone()
    }

    /// The time by the clock of the service.
    #[must_use]
    pub(crate) fn now(&self) -> Timestamp {
        self.inner().clock.now()
    }

    /// How many password hashes were computed since the start.
    #[must_use]
    #[doc(hidden)]
    pub fn hashes_computed(&self) -> u64 {
        self.inner().passwords.computed()
    }

    /// Lets running queries finish and closes the database. [`Server::serve`](crate::Server::serve)
    /// does so when it ends. Afterwards every call fails.
    pub async fn close(&self) {
        self.inner().store.close().await;
    }

    pub(super) fn inner(&self) -> &Inner {
        &self.0
    }
}

/// What the tokens of a session are made with. It is taken before the session is written: when keys
/// are away, nothing is opened or rotated that nobody would get a token of.
pub(super) struct TokenKeys<'a> {
    signer: Signer<'a>,
    pub cookies: Arc<CookieKeys>,
}

impl Inner {
    /// Verifies an access token.
    ///
    /// # Errors
    /// When its key may be one that can't be read, or only another server has it, or the database does
    /// not answer.
    pub async fn verify(
        &self,
        token: &AccessToken,
        now: Timestamp,
        expiry: Expiry,
    ) -> Result<Result<VerifiedToken, Rejection>, ServiceError> {
        let verified = self.issuer.verify(token, now, expiry);
        if verified == Err(Rejection::UnknownKey)
            && let Some(id) = key_id(token)
        {
            if self.issuer.keys.load().is_incomplete() {
                return Err(ServiceError::KeyUnreadable(id));
            }
            if self.store.knows_key(&id).await? {
                return Err(ServiceError::KeyAway(id));
            }
        }
        Ok(verified)
    }

    /// The keys of the cookies.
    ///
    /// # Errors
    /// When they can't be read.
    pub fn cookie_keys(&self) -> Result<Arc<CookieKeys>, ServiceError> {
        self.cookie_keys
            .load_full()
            .ok_or(ServiceError::NoCookieKeys)
    }

    /// What the failed sign-ins of an account are counted for. Nothing, if the key for that is not at
    /// hand.
    pub fn failure_keys(&self, account: &StoredUser) -> Vec<FailureKey> {
        let keys = self.cookie_keys.load();
        keys.as_ref()
            .map(|keys| keys.throttle.account_keys(account))
            .unwrap_or_default()
    }

    /// # Errors
    /// When there is no key to sign with, or those of the cookies can't be read.
    pub fn token_keys(&self, now: Timestamp) -> Result<TokenKeys<'_>, ServiceError> {
        Ok(TokenKeys {
            signer: self.issuer.signer(now)?,
            cookies: self.cookie_keys()?,
        })
    }
}

impl TokenKeys<'_> {
    /// Issues the access token and the refresh token of a live session.
    pub fn issue(
        &self,
        session: LiveSession,
        now: Timestamp,
    ) -> Result<IssuedTokens, ServiceError> {
        let LiveSession {
            user,
            info,
            idle_seconds,
            refresh_counter: counter,
            ..
        } = session;
        let (access_token, claims) = self.signer.issue(user.id, info.id, now, info.expires_at)?;
        let token = RefreshToken {
            session: info.id,
            counter,
        };
        let remaining = info.expires_at.seconds_since(now);
        Ok(IssuedTokens {
            response: TokenResponse {
                access_token,
                token_type: "Bearer".to_owned(),
                expires_in: claims.exp.seconds_since(now),
                user,
            },
            refresh_token: self.cookies.refresh.sign(token).into(),
            refresh_max_age: idle_seconds.map(|idle| idle.min(remaining)),
            device_cookie: None,
        })
    }
}

/// A UUID of version 7: rows that are created together are stored together.
pub(super) fn new_id(now: Timestamp) -> Uuid {
    let seconds = u64::try_from(now.0).unwrap_or_default();
    Uuid::new_v7(uuid::Timestamp::from_unix(NoContext, seconds, 0))
}
