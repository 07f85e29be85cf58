use std::net::{IpAddr, Ipv4Addr};

use axum::http::HeaderMap;

use super::{
    Client, Grant, Vault, VaultError,
    event::{EventKind, SecurityEvent},
    passwords::{Place, Verdict},
    store::NewSession,
    throttle::{Counted, NameMac},
    vault::{Lifetimes, Parts, new_id},
};
use crate::domain::{Credentials, SessionId, SessionView};

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

impl Vault {
    /// Checks credentials and opens a session, a long one if its user wants to be remembered. The session that the same
    /// browser had before, by its renewal cookie in `headers`, ends with that.
    ///
    /// The order is what defends: a place among those whose passwords are looked at, then the attempt is counted as
    /// failed for its user name, then the hash is computed, and success takes the count back. Of many guesses at once, no
    /// more are looked at than of as many one after the other. All of it is the same for names that nobody has.
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
        let Some(place) = parts.passwords.queue_up() else {
            tracing::warn!("too many people sign in at once: one was sent away");
            return Ok(LogIn::Busy);
        };
        // Whoever has no address shares one with all who have none.
        let address = client.address.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
        let now = parts.clock.now();
        let attempt = match parts.addresses.begin(address, now) {
            Ok(attempt) => attempt,
            Err(wait_seconds) => {
                if parts.addresses.report(address) {
                    let throttled = SecurityEvent::new(EventKind::LoginThrottled, client, now).because("address");
                    parts.store.record(throttled).await?;
                }
                return Ok(LogIn::Throttled { wait_seconds });
            }
        };
        let name = parts.name_key.mac(&credentials.username);
        if let Counted::TooEarly { wait_seconds } = parts.store.count_attempt(name, client, now).await? {
            attempt.forgive();
            return Ok(LogIn::Throttled { wait_seconds });
        }
        let replaces = self.renewal_token(headers).map(|token| token.session);
        let outcome = parts.check_and_open(credentials, name, place, replaces, client).await?;
        if matches!(outcome, LogIn::Granted(_)) {
            attempt.forgive();
        }
        Ok(outcome)
    }
}

impl Parts {
    async fn check_and_open(
        &self,
        credentials: Credentials,
        name: NameMac,
        place: Place,
        replaces: Option<SessionId>,
        client: &Client,
    ) -> Result<LogIn, VaultError> {
        let found = self.store.find_credentials(&credentials.username).await?;
        let hash = found.as_ref().map(|stored| stored.password_hash.clone());
        // Always one hash, for unknown and disabled users too: the time tells nothing (OWASP ASVS 6.3.8).
        let verdict = self.passwords.verify(place, credentials.password, hash).await?;
        let now = self.clock.now();
        let failed = |detail| SecurityEvent::new(EventKind::LoginFailed, client, now).because(detail);
        let (stored, new_hash) = match (found, verdict) {
            (Some(stored), Verdict::Right { new_hash }) if stored.enabled => (stored, new_hash),
            (found, verdict) => {
                let failure = match (&found, verdict) {
                    (None, _) => failed("unknown_user"),
                    (Some(stored), Verdict::Wrong) => failed("wrong_password").of(stored.user.id),
                    (Some(stored), Verdict::Right { .. }) => failed("user_disabled").of(stored.user.id),
                };
                self.store.record(failure).await?;
                return Ok(LogIn::Refused);
            }
        };
        let Lifetimes { max, remembered_max, remembered_idle } = self.lifetimes;
        let (lasts, idle_seconds) =
            if credentials.remember { (remembered_max, Some(remembered_idle)) } else { (max, None) };
        let new = NewSession {
            id: SessionId(new_id(now)),
            user: stored.user.id,
            password_hash: &stored.password_hash,
            new_hash: new_hash.as_deref(),
            name,
            created_at: now,
            expires_at: now.plus_seconds(lasts),
            idle_seconds,
            replaces,
            client,
        };
        if !self.store.insert_session(&new).await? {
            self.store.record(failed("changed_meanwhile").of(stored.user.id)).await?;
            return Ok(LogIn::Refused);
        }
        let session = SessionView { id: new.id, created_at: now, expires_at: new.expires_at };
        Ok(LogIn::Granted(Box::new(self.grant(stored.user, &session, 0, idle_seconds, now)?)))
    }
}
