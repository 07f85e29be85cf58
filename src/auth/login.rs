use super::{
    AuthService, IssuedTokens, ServiceError,
    passwords::{HashPermit, PasswordCheck},
    service::{Inner, new_id},
    throttle::DeviceCookie,
};
use crate::{
    domain::{
        Actor, ClientInfo, Credentials, EventKind, FailureKey, PreparedPassword, SecurityEvent,
        SessionId, SessionInfo, User, Username,
    },
    store::{Attempt, LiveSession, NewSession, StoredCredentials},
};

/// The tokens that a browser presents with a login, from its cookies.
#[derive(Debug, Clone, Copy, Default)]
pub struct PresentedTokens<'a> {
    /// Of the session that this login replaces.
    pub refresh_token: Option<&'a str>,
    pub device_cookie: Option<&'a str>,
}

/// The outcome of a login.
#[derive(Debug)]
#[must_use]
pub enum LoginOutcome {
    LoggedIn(Box<IssuedTokens>),
    /// Wrong password, unknown or disabled user.
    InvalidCredentials,
    /// Too many logins have failed; the password was not checked.
    Throttled {
        wait_seconds: i64,
    },
    /// Too many logins at once; the password was not checked.
    Busy,
}

/// The outcome of checking credentials.
#[must_use]
#[expect(missing_debug_implementations, reason = "it would print hashes")]
pub enum CredentialsOutcome {
    Verified(Box<Authenticated>),
    /// Wrong password, unknown or disabled user.
    InvalidCredentials,
    /// Too many logins have failed; the password was not checked.
    Throttled {
        wait_seconds: i64,
    },
    /// Too many logins at once; the password was not checked.
    Busy,
}

/// A user whose credentials were just verified, and who has no session yet.
#[expect(missing_debug_implementations, reason = "it would print hashes")]
pub struct Authenticated {
    user: User,
    /// The hash that the password was checked against.
    password_hash: String,
    new_hash: Option<String>,
    failure_key: FailureKey,
    device: Option<DeviceCookie>,
}

/// The outcome of checking a password that was counted as an attempt.
#[must_use]
pub(super) enum PasswordAttempt {
    Throttled { wait_seconds: i64 },
    Checked(Option<StoredCredentials>, PasswordCheck),
}

impl AuthService {
    /// Verifies credentials and opens a session, a long one if the user wants to be remembered.
    ///
    /// # Errors
    /// When the database does not answer or hashing fails. Nobody is signed in then.
    pub async fn log_in(
        &self,
        credentials: Credentials,
        remember: bool,
        presented: PresentedTokens<'_>,
        client: &ClientInfo,
    ) -> Result<LoginOutcome, ServiceError> {
        let device = presented.device_cookie;
        match self.verify_credentials(credentials, device, client).await? {
            CredentialsOutcome::Verified(authenticated) => {
                let replaces = presented.refresh_token;
                self.open_session(*authenticated, remember, replaces, client)
                    .await
            }
            CredentialsOutcome::InvalidCredentials => Ok(LoginOutcome::InvalidCredentials),
            CredentialsOutcome::Throttled { wait_seconds } => {
                Ok(LoginOutcome::Throttled { wait_seconds })
            }
            CredentialsOutcome::Busy => Ok(LoginOutcome::Busy),
        }
    }

    /// Verifies credentials without opening a session.
    ///
    /// The order is the defence: take a permit for hashing, count the attempt as failed, compute
    /// the hash. Success resets the count when the session opens. So of many guesses at once no
    /// more are checked than of as many in a row. Unknown names cost the same. In a browser with a
    /// device cookie of this user, only failures in that browser count.
    ///
    /// # Errors
    /// When the database does not answer or hashing fails.
    pub async fn verify_credentials(
        &self,
        credentials: Credentials,
        device_cookie: Option<&str>,
        client: &ClientInfo,
    ) -> Result<CredentialsOutcome, ServiceError> {
        let inner = self.inner();
        let Some(permit) = inner.passwords.try_acquire(client.ip) else {
            tracing::warn!("refused a login, since too many are in progress");
            return Ok(CredentialsOutcome::Busy);
        };
        let secret = &inner.throttle_secret;
        let device = device_cookie
            .and_then(|value| DeviceCookie::verify(value, &credentials.username, secret));
        if device.is_none()
            && let Some(wait_seconds) = inner.ip_delay(client).await?
        {
            return Ok(CredentialsOutcome::Throttled { wait_seconds });
        }
        let attempt = inner.ip_throttle.begin(client.ip, inner.clock.now());
        let outcome = inner
            .check_credentials(credentials, device, permit, client)
            .await?;
        if !matches!(outcome, CredentialsOutcome::InvalidCredentials) {
            attempt.cancel();
        }
        Ok(outcome)
    }

    /// Opens a session for a user whose credentials were verified. `replaces` is the refresh token
    /// that the browser has, whose session ends.
    ///
    /// `InvalidCredentials` if the user was disabled or got another password in the meantime.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn open_session(
        &self,
        authenticated: Authenticated,
        remember: bool,
        replaces: Option<&str>,
        client: &ClientInfo,
    ) -> Result<LoginOutcome, ServiceError> {
        let inner = self.inner();
        let now = inner.clock.now();
        let settings = &inner.session;
        let (lifetime, idle_seconds) = if remember {
            let idle = settings.remembered_idle_seconds;
            (settings.remembered_max_seconds, Some(idle))
        } else {
            (settings.max_seconds, None)
        };
        let user = authenticated.user;
        let new = NewSession {
            id: SessionId(new_id(now)),
            user: user.id,
            password_hash: &authenticated.password_hash,
            new_hash: authenticated.new_hash.as_deref(),
            failure_key: authenticated.failure_key,
            created_at: now,
            expires_at: now.plus_seconds(lifetime),
            idle_seconds,
            replaces: replaces
                .and_then(|value| inner.refresh_key.verify(value))
                .map(|token| token.session),
            client,
        };
        if !inner.store.open_session(&new).await? {
            inner
                .record_failure("changed_meanwhile", Some(&user), client)
                .await?;
            return Ok(LoginOutcome::InvalidCredentials);
        }
        let device = authenticated.device.unwrap_or_else(DeviceCookie::generate);
        let device_cookie = device.sign(&user.username, &inner.throttle_secret);
        let session = LiveSession {
            user,
            info: SessionInfo {
                id: new.id,
                created_at: now,
                expires_at: new.expires_at,
            },
            user_agent: client.user_agent.clone(),
            last_seen_at: now,
            idle_seconds,
            refresh_counter: 0,
            rotated_at: now,
        };
        let mut issued = inner.issue_tokens(session, now)?;
        issued.device_cookie = Some(device_cookie.into());
        Ok(LoginOutcome::LoggedIn(Box::new(issued)))
    }
}

impl Inner {
    /// For how many seconds attempts from this address are refused.
    async fn ip_delay(&self, client: &ClientInfo) -> Result<Option<i64>, ServiceError> {
        let now = self.clock.now();
        let wait_seconds = self.ip_throttle.wait_seconds(client.ip, now);
        if wait_seconds == 0 {
            return Ok(None);
        }
        if self.ip_throttle.report(client.ip) {
            let event = SecurityEvent::new(EventKind::LoginThrottled, &client.into(), now);
            self.store.record(event.with_detail("address")).await?;
        }
        Ok(Some(wait_seconds))
    }

    async fn check_credentials(
        &self,
        credentials: Credentials,
        device: Option<DeviceCookie>,
        permit: HashPermit,
        client: &ClientInfo,
    ) -> Result<CredentialsOutcome, ServiceError> {
        let Credentials { username, password } = credentials;
        let failure_key = match &device {
            Some(device) => device.failure_key(&username, &self.throttle_secret),
            None => self.throttle_secret.name_key(&username),
        };
        let actor = Actor::from(client);
        let attempt = self
            .check_password(permit, failure_key, &username, password, &actor)
            .await?;
        let (detail, user) = match attempt {
            PasswordAttempt::Throttled { wait_seconds } => {
                return Ok(CredentialsOutcome::Throttled { wait_seconds });
            }
            PasswordAttempt::Checked(Some(stored), PasswordCheck::Match { new_hash })
                if stored.enabled =>
            {
                return Ok(CredentialsOutcome::Verified(Box::new(Authenticated {
                    user: stored.user,
                    password_hash: stored.password_hash,
                    new_hash,
                    failure_key,
                    device,
                })));
            }
            PasswordAttempt::Checked(None, _) => ("unknown_user", None),
            PasswordAttempt::Checked(Some(stored), PasswordCheck::Mismatch) => {
                ("wrong_password", Some(stored.user))
            }
            PasswordAttempt::Checked(Some(stored), PasswordCheck::Match { .. }) => {
                ("user_disabled", Some(stored.user))
            }
        };
        self.record_failure(detail, user.as_ref(), client).await?;
        Ok(CredentialsOutcome::InvalidCredentials)
    }

    /// Checks a password once the attempt was counted as failed. Always computes one hash, for
    /// unknown and disabled users too, so that the time tells nothing (OWASP ASVS 6.3.8).
    pub async fn check_password(
        &self,
        permit: HashPermit,
        failure_key: FailureKey,
        name: &Username,
        password: PreparedPassword,
        actor: &Actor,
    ) -> Result<PasswordAttempt, ServiceError> {
        let now = self.clock.now();
        match self.store.count_attempt(failure_key, actor, now).await? {
            Attempt::Throttled { wait_seconds } => {
                return Ok(PasswordAttempt::Throttled { wait_seconds });
            }
            Attempt::Counted => {}
        }
        let stored = self.store.find_credentials(name).await?;
        let hash = stored.as_ref().map(|stored| stored.password_hash.clone());
        let check = self.passwords.verify(permit, password, hash).await?;
        Ok(PasswordAttempt::Checked(stored, check))
    }

    async fn record_failure(
        &self,
        detail: &'static str,
        user: Option<&User>,
        client: &ClientInfo,
    ) -> Result<(), ServiceError> {
        let now = self.clock.now();
        let event = SecurityEvent::new(EventKind::LoginFailed, &client.into(), now);
        let event = SecurityEvent {
            user: user.map(|user| user.id),
            ..event.with_detail(detail)
        };
        Ok(self.store.record(event).await?)
    }
}
