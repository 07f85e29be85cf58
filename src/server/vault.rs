use std::{path::PathBuf, sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use axum::http::HeaderValue;
use jsonwebtoken::jwk::JwkSet;
use thiserror::Error;
use uuid::{NoContext, Uuid};

use super::{
    Client, Clock, HashError, Issuer, KeyRing, KeyRingError, Rejection, RevokedReason,
    SecretKeyError, Settings, StoreError,
    passwords::Passwords,
    renewal::{CookiePolicy, RenewalKey, RenewalToken},
    store::{SessionState, Store},
    throttle::{Addresses, ThrottleKey},
    tokens::{Expiry, SigningError},
};
use crate::domain::{AccessToken, SessionId, SessionView, Timestamp, TokenResponse, User};

/// Decides who may pass: signs users in, believes or refuses their tokens, and signs them out.
#[derive(Debug, Clone)]
pub struct Vault(Arc<Parts>);

#[derive(Debug)]
pub(super) struct Parts {
    pub clock: Clock,
    pub store: Store,
    pub passwords: Passwords,
    pub addresses: Addresses,
    pub throttle_key: ThrottleKey,
    pub issuer: Issuer,
    pub keys_dir: PathBuf,
    pub lifetimes: Lifetimes,
    pub renewal_key: RenewalKey,
    pub cookies: CookiePolicy,
    pub body_time: Duration,
    pub trusted_proxies: usize,
    /// How long security events are kept, in seconds.
    pub events_kept: i64,
}

/// How long sessions last, in seconds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lifetimes {
    pub max: i64,
    pub remembered_max: i64,
    pub remembered_idle: i64,
}

/// A session's way back to its user: the next access token, and the cookie that gives the one after.
#[derive(Debug)]
pub struct Grant {
    pub response: TokenResponse,
    pub session: SessionId,
    /// `Set-Cookie` for the renewal cookie, and after a login for the one by which the browser is known.
    pub set_cookies: Vec<HeaderValue>,
}

/// What became of a token that was shown.
#[derive(Debug)]
#[must_use]
pub enum Authentication {
    Valid { user: User, session: SessionView },
    Refused(Rejection),
}

/// What became of an attempt to sign out.
#[derive(Debug)]
#[must_use]
pub enum LogOut {
    /// The session is over, now or since before, and on the disk.
    Confirmed(SessionId),
    /// The token is not one of ours, so it names no session.
    Refused(Rejection),
}

/// Why the vault can't answer. For the log: what goes out is that the server is not available.
#[derive(Debug, Error)]
pub enum VaultError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Hash(#[from] HashError),
    #[error(transparent)]
    Signing(#[from] SigningError),
    #[error(transparent)]
    Keys(#[from] KeyRingError),
}

/// Why the vault can't be opened. The text is for whoever starts the server.
#[derive(Debug, Error)]
pub enum OpenError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Keys(#[from] KeyRingError),
    #[error(transparent)]
    SecretKey(#[from] SecretKeyError),
    #[error(transparent)]
    Hash(#[from] HashError),
}

impl Vault {
    /// Opens the database and the keys. What has happened to them since somebody last looked is recorded as seen by
    /// `client`.
    ///
    /// # Errors
    /// When one of them can't be used. Then nothing may start.
    pub async fn open(
        settings: &Settings,
        clock: Clock,
        client: &Client,
    ) -> Result<Self, OpenError> {
        let (keys_dir, now) = (settings.keys_dir(), clock.now());
        let keys = KeyRing::open(&keys_dir, settings.sessions_remembered, now)?;
        let store = Store::open(&settings.database_url, settings.sessions_remembered).await?;
        store.begin_epoch_of_copy(client, now).await?;
        store.note_keys(&keys.ids(), client, now).await?;
        Ok(Self(Arc::new(Parts {
            store,
            passwords: Passwords::new(settings.hashes_at_once, settings.hashes_waiting)?,
            addresses: Addresses::default(),
            throttle_key: ThrottleKey::open(&keys_dir)?,
            issuer: Issuer {
                name: settings.public_url.clone(),
                audience: settings.audience.clone(),
                token_seconds: settings.access_token_seconds,
                keys: ArcSwap::from_pointee(keys),
            },
            lifetimes: Lifetimes {
                max: settings.session_max_seconds,
                remembered_max: settings.remembered_max_seconds,
                remembered_idle: settings.remembered_idle_seconds,
            },
            renewal_key: RenewalKey::open(&keys_dir)?,
            keys_dir,
            cookies: CookiePolicy {
                secure: settings.public_url.starts_with("https:"),
            },
            body_time: settings.server.body_time,
            trusted_proxies: settings.server.trusted_proxies,
            events_kept: settings.events_kept_days * 86_400,
            clock,
        })))
    }

    /// Whether a token is genuine, in its time, and its session lives.
    ///
    /// # Errors
    /// When the database does not answer. Nobody passes then.
    pub async fn authenticate(&self, token: &AccessToken) -> Result<Authentication, VaultError> {
        let parts = self.parts();
        let now = parts.clock.now();
        let token = match parts.issuer.check(token, now, Expiry::Enforced) {
            Ok(genuine) => genuine,
            Err(rejection) => return Ok(Authentication::Refused(rejection)),
        };
        Ok(match parts.store.session_state(token.session, now).await? {
            SessionState::Live { user, session } if user.id == token.user => {
                Authentication::Valid { user, session }
            }
            SessionState::Live { .. } | SessionState::Over => {
                Authentication::Refused(Rejection::SessionOver)
            }
        })
    }

    /// Ends the session of a token, also if the token has expired. Doing it twice is no error (RFC 7009).
    ///
    /// # Errors
    /// When the database does not answer: then the session may still live, and nobody is told otherwise.
    pub async fn log_out(
        &self,
        token: &AccessToken,
        client: &Client,
    ) -> Result<LogOut, VaultError> {
        let parts = self.parts();
        let now = parts.clock.now();
        let session = match parts.issuer.check(token, now, Expiry::Ignored) {
            Ok(genuine) => genuine.session,
            Err(rejection) => return Ok(LogOut::Refused(rejection)),
        };
        parts
            .store
            .revoke_session(session, RevokedReason::LoggedOut, client, now)
            .await?;
        Ok(LogOut::Confirmed(session))
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ready(&self) -> Result<(), VaultError> {
        Ok(self.parts().store.ping().await?)
    }

    /// This server's public origin: scheme and host.
    #[must_use]
    pub fn public_url(&self) -> &str {
        &self.parts().issuer.name
    }

    /// How long a client may take to send a form.
    #[must_use]
    pub fn body_time(&self) -> Duration {
        self.parts().body_time
    }

    /// How many proxies stand in front of this server.
    #[must_use]
    pub fn trusted_proxies(&self) -> usize {
        self.parts().trusted_proxies
    }

    /// The public halves of the signing keys.
    #[must_use]
    pub fn public_keys(&self) -> JwkSet {
        self.parts().issuer.keys().public_keys().clone()
    }

    /// How many password hashes were computed since the start.
    #[must_use]
    pub fn hashes_computed(&self) -> u64 {
        self.parts().passwords.computed()
    }

    /// Lets open queries finish and closes the database.
    pub async fn close(&self) {
        self.parts().store.close().await;
    }

    pub(super) fn parts(&self) -> &Parts {
        &self.0
    }
}

impl Parts {
    /// The access token and the renewal cookie of a session that lives.
    pub fn grant(
        &self,
        user: User,
        session: &SessionView,
        counter: u64,
        idle_seconds: Option<i64>,
        now: Timestamp,
    ) -> Result<Grant, VaultError> {
        let (access_token, claims) =
            self.issuer
                .issue(user.id, session.id, now, session.expires_at)?;
        let cookie = RenewalToken {
            session: session.id,
            counter,
        }
        .sign(&self.renewal_key);
        let left = session.expires_at.seconds_since(now);
        Ok(Grant {
            response: TokenResponse {
                access_token,
                token_type: "Bearer".to_owned(),
                expires_in: claims.exp.seconds_since(now),
                user,
            },
            session: session.id,
            set_cookies: self
                .cookies
                .set(cookie, idle_seconds.map(|idle| idle.min(left)))
                .into_iter()
                .collect(),
        })
    }
}

/// A new name for a user or a session: a UUID of version 7, so that rows made together lie together.
pub(super) fn new_id(now: Timestamp) -> Uuid {
    let seconds = u64::try_from(now.0).unwrap_or_default();
    Uuid::new_v7(uuid::Timestamp::from_unix(NoContext, seconds, 0))
}
