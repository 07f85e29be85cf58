use super::{
    Client, Vault, VaultError,
    device::device,
    event::{EventKind, SecurityEvent},
    log_in::Checked,
    passwords::Verdict,
    store::RecordedEvent,
};
use crate::domain::{AccountEvent, OwnSession, PreparedPassword, SessionId, User};

/// How many events the owner of an account is shown.
const EVENTS_SHOWN: i64 = 20;

/// What became of ending all other sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum EndedOthers {
    Ended(usize),
    WrongPassword,
    Throttled { wait_seconds: i64 },
    Busy,
}

impl Vault {
    /// The live sessions of a user, the newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn own_sessions(
        &self,
        user: &User,
        current: SessionId,
    ) -> Result<Vec<OwnSession>, VaultError> {
        let parts = self.parts();
        let listed = parts
            .store
            .list_sessions(Some(user.id), parts.clock.now())
            .await?;
        let own = listed.into_iter().map(|listed| OwnSession {
            is_current: listed.session.id == current,
            session: listed.session,
            device: device(&listed.device),
            last_seen_at: listed.last_seen_at,
            renewals: listed.renewals,
        });
        Ok(own.collect())
    }

    /// Ends a session if it is one of this user's. `false` if it is not, or was over already.
    ///
    /// # Errors
    /// When the database does not answer: it may still live.
    pub async fn end_own_session(
        &self,
        user: &User,
        id: SessionId,
        client: &Client,
    ) -> Result<bool, VaultError> {
        let parts = self.parts();
        Ok(parts
            .store
            .revoke_own_session(user.id, id, client, parts.clock.now())
            .await?)
    }

    /// Ends every session of a user but this one, once the password was given again (OWASP ASVS 7.5.2): who has found an
    /// open browser can't throw its owner out. A wrong one counts as a failed sign-in.
    ///
    /// # Errors
    /// When the database or the hashing does not answer: the others may still live.
    pub async fn end_other_sessions(
        &self,
        user: &User,
        kept: SessionId,
        password: PreparedPassword,
        client: &Client,
    ) -> Result<EndedOthers, VaultError> {
        let parts = self.parts();
        let Some(place) = parts.queue_up(client) else {
            return Ok(EndedOthers::Busy);
        };
        // Counted for this session: who makes the user name wait from outside does not keep its owner from throwing them out.
        let tally = parts.throttle_key.of_session(kept);
        let checked = parts
            .check_password(place, tally, &user.username, password, client)
            .await?;
        let now = parts.clock.now();
        match checked {
            Checked::TooEarly { wait_seconds } => Ok(EndedOthers::Throttled { wait_seconds }),
            Checked::LookedAt {
                verdict: Verdict::Wrong,
                ..
            } => {
                let failed = SecurityEvent::new(EventKind::LoginFailed, client, now)
                    .of(user.id)
                    .in_session(kept);
                parts.store.record(failed.because("wrong_password")).await?;
                Ok(EndedOthers::WrongPassword)
            }
            Checked::LookedAt {
                verdict: Verdict::Right { .. },
                ..
            } => Ok(EndedOthers::Ended(
                parts
                    .store
                    .revoke_other_sessions(user.id, kept, tally, client, now)
                    .await?,
            )),
        }
    }

    /// What has happened to an account lately, the newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn account_events(&self, user: &User) -> Result<Vec<AccountEvent>, VaultError> {
        let events = self
            .parts()
            .store
            .newest_events(user.id, EVENTS_SHOWN)
            .await?;
        Ok(events.into_iter().map(for_owner).collect())
    }
}

fn for_owner(event: RecordedEvent) -> AccountEvent {
    AccountEvent {
        at: event.at,
        kind: event.kind,
        detail: event.detail,
        device: event.address.map(|_| device(&event.agent)),
        address: event.address.map(|address| address.to_string()),
    }
}
