use std::{sync::Arc, time::Duration};

use axum::http::HeaderValue;
use thiserror::Error;
use uuid::{NoContext, Uuid};

use super::{
    Clock, HashError, Issuer, KeyRing, KeyRingError, Rejection, RevokedReason, Settings, StoreError,
    passwords::Passwords,
    renewal::{CookiePolicy, RenewalKey, RenewalToken},
    store::{NewSession, SessionState, Store},
    tokens::Expiry,
};
use crate::domain::{AccessToken, Credentials, SessionId, SessionView, Timestamp, TokenResponse, User};

/// Decides who may pass: signs users in, believes or refuses their tokens, and signs them out.
#[derive(Debug, Clone)]
pub struct Vault(Arc<Parts>);

#[derive(Debug)]
pub(super) struct Parts {
    pub clock: Clock,
    pub store: Store,
    pub passwords: Passwords,
    pub issuer: Issuer,
    pub lifetimes: Lifetimes,
    pub renewal_key: RenewalKey,
    pub cookies: CookiePolicy,
    pub body_time: Duration,
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
    /// `Set-Cookie` for the renewal cookie.
    pub set_cookie: Option<HeaderValue>,
}

/// What became of an attempt to sign in.
#[derive(Debug)]
#[must_use]
pub enum LogIn {
    Granted(Box<Grant>),
    /// Wrong password, unknown or disabled user.
    Refused,
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
    #[error("signing a token failed: {0}")]
    Signing(#[from] jsonwebtoken::errors::Error),
}

/// Why the vault can't be opened. The text is for whoever starts the server.
#[derive(Debug, Error)]
pub enum OpenError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Keys(#[from] KeyRingError),
    #[error(transparent)]
    Hash(#[from] HashError),
}

impl Vault {
    /// Opens the database and the signing keys.
    ///
    /// # Errors
    /// When one of them can't be used. Then nothing may start.
    pub async fn open(settings: &Settings, clock: Clock) -> Result<Self, OpenError> {
        let keys = KeyRing::open(&settings.keys_dir(), clock.now())?;
        Ok(Self(Arc::new(Parts {
            store: Store::open(&settings.database_url).await?,
            passwords: Passwords::new(settings.hashes_at_once)?,
            issuer: Issuer {
                name: settings.public_url.clone(),
                audience: settings.audience.clone(),
                token_seconds: settings.access_token_seconds,
                keys,
            },
            lifetimes: Lifetimes {
                max: settings.session_max_seconds,
                remembered_max: settings.remembered_max_seconds,
                remembered_idle: settings.remembered_idle_seconds,
            },
            renewal_key: RenewalKey::open(&settings.keys_dir())?,
            cookies: CookiePolicy { secure: settings.public_url.starts_with("https:") },
            body_time: settings.server.body_time,
            clock,
        })))
    }

    /// Checks credentials and opens a session, a long one if its user wants to be remembered. `device` is what the
    /// browser said it is.
    ///
    /// # Errors
    /// When the database or the hashing does not answer. Nobody is signed in then.
    pub async fn log_in(&self, credentials: Credentials, device: &str) -> Result<LogIn, VaultError> {
        let parts = self.parts();
        let found = parts.store.find_credentials(&credentials.username).await?;
        let hash = found.as_ref().map(|stored| stored.password_hash.clone());
        // Always one hash, for unknown and disabled users too: the time tells nothing (OWASP ASVS 6.3.8).
        let matches = parts.passwords.verify(credentials.password, hash).await?;
        let Some(stored) = found.filter(|stored| matches && stored.enabled) else {
            tracing::info!(event = "login_refused", "sign-in refused");
            return Ok(LogIn::Refused);
        };
        let now = parts.clock.now();
        let Lifetimes { max, remembered_max, remembered_idle } = parts.lifetimes;
        let (lasts, idle_seconds) =
            if credentials.remember { (remembered_max, Some(remembered_idle)) } else { (max, None) };
        let new = NewSession {
            id: SessionId(new_id(now)),
            user: stored.user.id,
            password_hash: &stored.password_hash,
            created_at: now,
            expires_at: now.plus_seconds(lasts),
            idle_seconds,
            device,
        };
        if !parts.store.insert_session(&new).await? {
            return Ok(LogIn::Refused);
        }
        tracing::info!(event = "login", user = %new.user, session = %new.id, "signed in");
        let session = SessionView { id: new.id, created_at: now, expires_at: new.expires_at };
        Ok(LogIn::Granted(Box::new(parts.grant(stored.user, &session, 0, idle_seconds, now)?)))
    }

    /// Whether a token is genuine, in its time, and its session lives.
    ///
    /// # Errors
    /// When the database does not answer. Nobody passes then.
    pub async fn authenticate(&self, token: &AccessToken) -> Result<Authentication, VaultError> {
        let parts = self.parts();
        let now = parts.clock.now();
        let claims = match parts.issuer.check(token, now, Expiry::Enforced) {
            Ok(claims) => claims,
            Err(rejection) => return Ok(Authentication::Refused(rejection)),
        };
        Ok(match parts.store.session_state(claims.sid, now).await? {
            SessionState::Live { user, session } if user.id == claims.sub => Authentication::Valid { user, session },
            SessionState::Live { .. } | SessionState::Over => Authentication::Refused(Rejection::SessionOver),
        })
    }

    /// Ends the session of a token, also if the token has expired. Doing it twice is no error (RFC 7009).
    ///
    /// # Errors
    /// When the database does not answer: then the session may still live, and nobody is told otherwise.
    pub async fn log_out(&self, token: &AccessToken) -> Result<LogOut, VaultError> {
        let parts = self.parts();
        let now = parts.clock.now();
        let claims = match parts.issuer.check(token, now, Expiry::Ignored) {
            Ok(claims) => claims,
            Err(rejection) => return Ok(LogOut::Refused(rejection)),
        };
        if parts.store.revoke_session(claims.sid, RevokedReason::LoggedOut, now).await? {
            tracing::info!(event = "logout", user = %claims.sub, session = %claims.sid, "signed out");
        }
        Ok(LogOut::Confirmed(claims.sid))
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

    /// The public halves of the signing keys.
    #[must_use]
    pub fn public_keys(&self) -> &jsonwebtoken::jwk::JwkSet {
        self.parts().issuer.keys.public_keys()
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
        let (access_token, claims) = self.issuer.issue(user.id, session.id, now, session.expires_at)?;
        let cookie = RenewalToken { session: session.id, counter }.sign(&self.renewal_key);
        let left = session.expires_at.seconds_since(now);
        Ok(Grant {
            response: TokenResponse {
                access_token,
                token_type: "Bearer".to_owned(),
                expires_in: claims.exp.seconds_since(now),
                user,
            },
            session: session.id,
            set_cookie: self.cookies.set(cookie, idle_seconds.map(|idle| idle.min(left))),
        })
    }
}

/// A new name for a user or a session: a UUID of version 7, so that rows made together lie together.
pub(super) fn new_id(now: Timestamp) -> Uuid {
    let seconds = u64::try_from(now.0).unwrap_or_default();
    Uuid::new_v7(uuid::Timestamp::from_unix(NoContext, seconds, 0))
}
