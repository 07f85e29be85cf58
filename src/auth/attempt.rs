//! Attempts to prove a password: counted before the password is checked, and decided after it.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::{
    AuthService, ServiceError,
    passwords::{HashPermit, PasswordCheck},
    service::new_id,
};
use crate::{
    domain::{
        Actor, AttemptId, ClientInfo, EventKind, FailureKey, PreparedPassword, SecurityEvent,
        SessionId, UserId,
    },
    store::{Admission, AttemptKeys, NewAttempt, StoredCredentials, SucceededAttempt},
};

/// How long an attempt waits for others with the same key to be decided.
const MAX_WAIT: Duration = Duration::from_secs(5);
/// How often a waiting attempt looks at the stored count. Other servers may decide the others.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// After how many seconds an attempt that has waited in vain may be repeated.
const RETRY_SECONDS: i64 = 1;

/// What an attempt is about.
#[derive(Clone)]
pub(super) struct AttemptRequest {
    pub keys: AttemptKeys,
    pub device: Option<AttemptKeys>,
    /// The owner of the account, if there is one.
    pub user: Option<UserId>,
    /// The session whose user is asked for the password again.
    pub session: Option<SessionId>,
    pub client: ClientInfo,
}

/// Whether a password may be checked.
#[must_use]
pub(super) enum BeginOutcome {
    Begun(Box<(HashPermit, PasswordAttempt)>),
    Throttled { wait_seconds: i64 },
    Busy,
}

/// An attempt whose password may be checked, once. Unless it is decided, it counts as failed when
/// it is dropped: the client has hung up, or there was an error.
#[must_use]
pub(super) struct PasswordAttempt {
    auth: AuthService,
    id: AttemptId,
    request: AttemptRequest,
    is_decided: bool,
}

impl AuthService {
    /// Begins an attempt, which counts from now on.
    ///
    /// Failed attempts refuse this one. Undecided ones make it wait, without a permit or a
    /// connection: nobody is refused for signing in several times at once, and still no more
    /// guesses are checked than one after the other. The count is in the database, so this holds
    /// over several servers.
    pub(super) async fn begin_attempt(
        &self,
        mut permit: HashPermit,
        request: AttemptRequest,
    ) -> Result<BeginOutcome, ServiceError> {
        let inner = self.inner();
        let deadline = Instant::now() + MAX_WAIT;
        let mut waiting = None;
        loop {
            let now = inner.clock.now();
            let new = NewAttempt {
                id: AttemptId(new_id(now)),
                keys: request.keys,
                device: request.device,
                user: request.user,
                actor: Actor::from(&request.client),
                now,
            };
            // There before the attempt is stored: the client may hang up at any moment.
            let attempt = PasswordAttempt {
                auth: self.clone(),
                id: new.id,
                request: request.clone(),
                is_decided: false,
            };
            let admission = inner.store.begin_attempt(&new).await?;
            if admission == Admission::Allowed {
                return Ok(BeginOutcome::Begun(Box::new((permit, attempt))));
            }
            attempt.set_decided();
            drop(permit);
            if let Admission::Throttled { wait_seconds } = admission {
                return Ok(BeginOutcome::Throttled { wait_seconds });
            }
            let key = request.device.unwrap_or(request.keys).own;
            waiting = waiting.or_else(|| inner.waiting_attempts.try_acquire(key));
            if waiting.is_none() || Instant::now() >= deadline {
                let wait_seconds = RETRY_SECONDS;
                return Ok(BeginOutcome::Throttled { wait_seconds });
            }
            sleep(LOOK_EVERY).await;
            permit = match inner.passwords.try_acquire(request.client.ip) {
                Some(permit) => permit,
                None => return Ok(BeginOutcome::Busy),
            };
        }
    }

    /// Checks a password. Always computes one hash, for unknown users too, so that the time tells
    /// nothing (OWASP ASVS 6.3.8).
    pub(super) async fn check_password(
        &self,
        permit: HashPermit,
        password: PreparedPassword,
        stored: Option<&StoredCredentials>,
    ) -> Result<PasswordCheck, ServiceError> {
        let hash = stored.map(|stored| stored.password_hash.clone());
        let passwords = &self.inner().passwords;
        Ok(passwords.verify(permit, password, hash).await?)
    }
}

impl PasswordAttempt {
    /// Counts the attempt as failed and records why.
    pub async fn fail(mut self, detail: &'static str) -> Result<(), ServiceError> {
        record_failure(&self.auth, self.id, &self.request, detail).await?;
        self.is_decided = true;
        Ok(())
    }

    /// For the store, which ends the attempt together with what the password was asked for.
    /// `all_devices` is what the failures of all device cookies of the user are counted for.
    pub fn succeeded(&self, all_devices: Option<FailureKey>) -> SucceededAttempt {
        SucceededAttempt {
            id: self.id,
            all_devices,
        }
    }

    /// For an attempt that the store has ended, or not admitted.
    pub fn set_decided(mut self) {
        self.is_decided = true;
    }
}

impl Drop for PasswordAttempt {
    fn drop(&mut self) {
        if self.is_decided {
            return;
        }
        let (auth, id, request) = (self.auth.clone(), self.id, self.request.clone());
        tokio::spawn(async move {
            if let Err(cause) = record_failure(&auth, id, &request, "unfinished").await {
                tracing::error!(%cause, "an unfinished sign-in could not be recorded");
            }
        });
    }
}

async fn record_failure(
    auth: &AuthService,
    id: AttemptId,
    request: &AttemptRequest,
    detail: &'static str,
) -> Result<(), ServiceError> {
    let inner = auth.inner();
    let actor = Actor::from(&request.client);
    let event = SecurityEvent::new(EventKind::LoginFailed, &actor, inner.clock.now());
    let event = SecurityEvent {
        user: request.user,
        session: request.session,
        ..event.with_detail(detail)
    };
    Ok(inner.store.fail_attempt(id, event).await?)
}
