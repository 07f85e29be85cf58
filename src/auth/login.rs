use super::{
    AuthService, IssuedTokens, ServiceError,
    attempt::{AttemptRequest, BeginOutcome, PasswordAttempt},
    passwords::PasswordCheck,
    service::{Inner, new_id},
    throttle::{DeviceCookie, DeviceOwner},
};
use crate::{
    domain::{ClientInfo, Credentials, EventKind, SecurityEvent, SessionId},
    store::{AttemptKeys, NewSession, StoredCredentials},
};

/// The tokens that a browser presents with a login, from its cookies.
#[derive(Debug, Clone, Copy, Default)]
pub struct PresentedTokens<'a> {
    /// Of the session that this login replaces.
    pub refresh_token: Option<&'a str>,
    /// Other hosts may have set some of them: the one that this server has signed counts.
    pub device_cookies: &'a [&'a str],
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

/// The outcome of checking credentials. Without `Debug`, since that would print hashes.
#[must_use]
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

/// A user whose credentials were just verified, and who has no session yet. The attempt counts as
/// failed if no session is opened. Without `Debug`, since that would print hashes.
pub struct Authenticated {
    stored: StoredCredentials,
    new_hash: Option<String>,
    attempt: PasswordAttempt,
    device: Option<DeviceCookie>,
}

impl AuthService {
    /// Verifies credentials and opens a session, a long one if the user wants to be remembered.
    ///
    /// # Errors
    /// When the database does not answer or hashing fails. Nobody is signed in then.
    pub(crate) async fn log_in(
        &self,
        credentials: Credentials,
        remember: bool,
        presented: PresentedTokens<'_>,
        client: &ClientInfo,
    ) -> Result<LoginOutcome, ServiceError> {
        // Without keys, no password is checked and no attempt is counted.
        let _keys = self.inner().token_keys(self.inner().clock.now())?;
        let devices = presented.device_cookies;
        match self
            .verify_credentials(credentials, devices, client)
            .await?
        {
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
    /// The order is the defence: take a permit for hashing, count the attempt, compute the hash,
    /// decide the attempt. So of many guesses at once no more are checked than of as many in a row.
    /// Unknown names and addresses cost the same. Delays hang on what was typed, since a shared one
    /// would tell whose address it is; only the hundred in a row hang on the user found. In a browser
    /// with a device cookie of this user, only failures in that browser count.
    ///
    /// # Errors
    /// When the database does not answer or hashing fails.
    pub(crate) async fn verify_credentials(
        &self,
        credentials: Credentials,
        device_cookies: &[&str],
        client: &ClientInfo,
    ) -> Result<CredentialsOutcome, ServiceError> {
        let inner = self.inner();
        let Some(permit) = inner.passwords.try_acquire(client.ip) else {
            tracing::warn!("refused a login, since too many are in progress");
            return Ok(CredentialsOutcome::Busy);
        };
        let keys = inner.cookie_keys()?;
        let Credentials {
            identifier,
            password,
        } = credentials;
        let stored = inner.store.find_credentials(&identifier).await?;
        let device = stored.as_ref().and_then(|stored| {
            let (owner, now) = (device_owner(stored), inner.clock.now());
            let mut cookies = device_cookies.iter();
            cookies.find_map(|value| DeviceCookie::verify(value, owner, now, &keys.throttle))
        });
        if device.is_none()
            && let Some(wait_seconds) = inner.ip_delay(client).await?
        {
            return Ok(CredentialsOutcome::Throttled { wait_seconds });
        }
        let user = stored.as_ref().map(|stored| stored.user.id);
        let secret = &keys.throttle;
        let request = AttemptRequest {
            keys: AttemptKeys {
                own: secret.identifier_key(&identifier),
                user: Some(match user {
                    Some(user) => secret.user_key(user),
                    None => secret.unknown_user_key(&identifier),
                }),
            },
            device: device.zip(user).map(|(device, user)| AttemptKeys {
                own: device.failure_key(user, secret),
                user: Some(secret.devices_key(user)),
            }),
            user,
            session: None,
            client: client.clone(),
        };
        let mut ip_attempt = inner.ip_throttle.begin(client.ip, inner.clock.now());
        let begun = self.begin_attempt(permit, request).await;
        // The address is not to blame when the server fails.
        let (permit, attempt) = match begun.inspect_err(|_| ip_attempt.cancel())? {
            BeginOutcome::Begun(begun) => *begun,
            BeginOutcome::Throttled { wait_seconds } => {
                ip_attempt.cancel();
                return Ok(CredentialsOutcome::Throttled { wait_seconds });
            }
            BeginOutcome::Busy => {
                ip_attempt.cancel();
                return Ok(CredentialsOutcome::Busy);
            }
        };
        let check = self
            .check_password(permit, password, stored.as_ref())
            .await
            .inspect_err(|_| ip_attempt.cancel())?;
        let detail = match (stored, check) {
            (Some(stored), PasswordCheck::Match { new_hash }) if stored.enabled => {
                ip_attempt.cancel();
                return Ok(CredentialsOutcome::Verified(Box::new(Authenticated {
                    stored,
                    new_hash,
                    attempt,
                    device,
                })));
            }
            (None, _) => "unknown_user",
            (Some(_), PasswordCheck::Mismatch) => "wrong_password",
            (Some(_), PasswordCheck::Match { .. }) => "user_disabled",
        };
        attempt.fail(detail).await?;
        Ok(CredentialsOutcome::InvalidCredentials)
    }

    /// Opens a session for a user whose credentials were verified. `replaces` is the refresh token
    /// that the browser has, whose session ends.
    ///
    /// `InvalidCredentials` if the user was disabled or got another password in the meantime.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn open_session(
        &self,
        authenticated: Authenticated,
        remember: bool,
        replaces: Option<&str>,
        client: &ClientInfo,
    ) -> Result<LoginOutcome, ServiceError> {
        let inner = self.inner();
        let Authenticated {
            stored,
            new_hash,
            attempt,
            device,
        } = authenticated;
        let owner = device_owner(&stored);
        let now = inner.clock.now();
        let keys = inner.token_keys(now)?;
        let settings = &inner.session;
        let (lifetime, idle_seconds) = if remember {
            let idle = settings.remembered_idle_seconds;
            (settings.remembered_max_seconds, Some(idle))
        } else {
            (settings.max_seconds, None)
        };
        let user = stored.user;
        let new = NewSession {
            id: SessionId(new_id(now)),
            user: user.id,
            password_generation: stored.password_generation,
            new_hash: new_hash.as_deref(),
            attempt: Some(attempt.succeeded(Some(keys.cookies.throttle.devices_key(user.id)))),
            created_at: now,
            expires_at: now.plus_seconds(lifetime),
            idle_seconds,
            replaces: replaces
                .and_then(|value| keys.cookies.refresh.verify(value))
                .map(|token| token.session),
            client,
        };
        if !inner.store.open_session(&new).await? {
            attempt.fail("changed_meanwhile").await?;
            return Ok(LoginOutcome::InvalidCredentials);
        }
        attempt.set_decided();
        let device = device.unwrap_or_else(DeviceCookie::generate);
        let device_cookie = device.sign(owner, now, &keys.cookies.throttle);
        let mut issued = keys.issue(new.opened(user), now)?;
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
}

fn device_owner(stored: &StoredCredentials) -> DeviceOwner {
    DeviceOwner {
        user: stored.user.id,
        password_generation: stored.password_generation,
    }
}
