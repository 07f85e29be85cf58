use std::net::{IpAddr, Ipv4Addr};

use axum::http::HeaderMap;

use super::{
    Client, Grant, Vault, VaultError,
    event::{EventKind, SecurityEvent},
    passwords::{Place, Verdict},
    store::{NewSession, StoredCredentials},
    throttle::{KnownDevice, Tally},
    vault::{Lifetimes, Parts, new_id},
};
use crate::domain::{Credentials, PreparedPassword, SessionId, SessionView, Username};

/// What became of an attempt to sign in.
#[derive(Debug)]
#[must_use]
pub enum LogIn {
    Granted(Box<Grant>),
    /// Wrong password, unknown or disabled user.
    Refused,
    /// Too many have failed; nothing was looked at.
    Throttled {
        wait_seconds: i64,
    },
    /// Too many sign in at once; nothing was looked at.
    Busy,
}

/// What became of a password that somebody gave for a user name.
#[must_use]
pub(super) enum Checked {
    TooEarly {
        wait_seconds: i64,
    },
    LookedAt {
        found: Option<StoredCredentials>,
        verdict: Verdict,
    },
}

impl Vault {
    /// Checks credentials and opens a session, a long one if its user wants to be remembered. The session that the same
    /// browser had before, by its renewal cookie in `headers`, ends with that.
    ///
    /// The order is what defends: a place among those whose passwords are looked at, then the attempt is counted as
    /// failed for its user name, then the hash is computed, and success takes the count back. Of many guesses at once, no
    /// more are looked at than of as many one after the other. All of it is the same for names that nobody has. A browser
    /// that this user has signed in with before waits for its own failures only.
    ///
    /// # Errors
    /// When the database or the hashing does not answer. Nobody is signed in then.
    pub async fn log_in(
        &self,
        credentials: Credentials,
        headers: &HeaderMap,
        client: &Client,
    ) -> Result<LogIn, VaultError> {
        let parts = self.parts();
        let Some(place) = parts.queue_up(client) else {
            tracing::warn!("too many people sign in at once: one was sent away");
            return Ok(LogIn::Busy);
        };
        let (address, now) = (address(client), parts.clock.now());
        let shown = parts.cookies.read_device(headers);
        let device = shown.and_then(|value| {
            KnownDevice::verify(&value, &credentials.username, &parts.throttle_key)
        });
        let wait_seconds = if device.is_some() {
            0
        } else {
            parts.addresses.wait_seconds(address, now)
        };
        if wait_seconds > 0 {
            if parts.addresses.report(address) {
                let throttled =
                    SecurityEvent::new(EventKind::LoginThrottled, client, now).because("address");
                parts.store.record(throttled).await?;
            }
            return Ok(LogIn::Throttled { wait_seconds });
        }
        let attempt = parts.addresses.begin(address, now);
        let replaces = self.renewal_token(headers).map(|token| token.session);
        let outcome = parts
            .check_and_open(credentials, device, place, replaces, client)
            .await?;
        if matches!(outcome, LogIn::Granted(_) | LogIn::Throttled { .. }) {
            attempt.forgive();
        }
        Ok(outcome)
    }
}

/// Whoever has no address shares one with all who have none.
fn address(client: &Client) -> IpAddr {
    client.address.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED))
}

impl Parts {
    /// A place among those whose passwords are looked at; `None` when it is too many at once.
    pub fn queue_up(&self, client: &Client) -> Option<Place> {
        self.passwords.queue_up(address(client))
    }

    /// Looks at a password, once the attempt was counted as failed; success takes that back. Always one hash, for unknown
    /// and disabled users too: the time tells nothing (OWASP ASVS 6.3.8).
    pub async fn check_password(
        &self,
        place: Place,
        tally: Tally,
        name: &Username,
        password: PreparedPassword,
        client: &Client,
    ) -> Result<Checked, VaultError> {
        let wait_seconds = self
            .store
            .count_attempt(tally, client, self.clock.now())
            .await?;
        if wait_seconds > 0 {
            return Ok(Checked::TooEarly { wait_seconds });
        }
        let found = self.store.find_credentials(name).await?;
        let hash = found.as_ref().map(|stored| stored.password_hash.clone());
        let verdict = self.passwords.verify(place, password, hash).await?;
        Ok(Checked::LookedAt { found, verdict })
    }

    async fn check_and_open(
        &self,
        credentials: Credentials,
        device: Option<KnownDevice>,
        place: Place,
        replaces: Option<SessionId>,
        client: &Client,
    ) -> Result<LogIn, VaultError> {
        let Credentials {
            username,
            password,
            remember,
        } = credentials;
        let tally = match &device {
            Some(device) => self.throttle_key.of_device(device, &username),
            None => self.throttle_key.of_name(&username),
        };
        let (found, verdict) = match self
            .check_password(place, tally, &username, password, client)
            .await?
        {
            Checked::TooEarly { wait_seconds } => return Ok(LogIn::Throttled { wait_seconds }),
            Checked::LookedAt { found, verdict } => (found, verdict),
        };
        let now = self.clock.now();
        let failed =
            |detail| SecurityEvent::new(EventKind::LoginFailed, client, now).because(detail);
        let (stored, new_hash) = match (found, verdict) {
            (Some(stored), Verdict::Right { new_hash }) if stored.enabled => (stored, new_hash),
            (found, verdict) => {
                let failure = match (&found, verdict) {
                    (None, _) => failed("unknown_user"),
                    (Some(stored), Verdict::Wrong) => failed("wrong_password").of(stored.user.id),
                    (Some(stored), Verdict::Right { .. }) => {
                        failed("user_disabled").of(stored.user.id)
                    }
                };
                self.store.record(failure).await?;
                return Ok(LogIn::Refused);
            }
        };
        let Lifetimes {
            max,
            remembered_max,
            remembered_idle,
        } = self.lifetimes;
        let (lasts, idle_seconds) = if remember {
            (remembered_max, Some(remembered_idle))
        } else {
            (max, None)
        };
        let new = NewSession {
            id: SessionId(new_id(now)),
            user: stored.user.id,
            password_hash: &stored.password_hash,
            new_hash: new_hash.as_deref(),
            tally,
            created_at: now,
            expires_at: now.plus_seconds(lasts),
            idle_seconds,
            replaces,
            client,
        };
        if !self.store.insert_session(&new).await? {
            self.store
                .record(failed("changed_meanwhile").of(stored.user.id))
                .await?;
            return Ok(LogIn::Refused);
        }
        let session = SessionView {
            id: new.id,
            created_at: now,
            expires_at: new.expires_at,
        };
        let mut grant = self.grant(stored.user, &session, 0, idle_seconds, now)?;
        let known = device
            .unwrap_or_else(KnownDevice::new)
            .sign(&username, &self.throttle_key);
        grant.set_cookies.extend(self.cookies.set_device(known));
        Ok(LogIn::Granted(Box::new(grant)))
    }
}
