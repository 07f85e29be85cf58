use std::time::Duration;

use tokio::{task::JoinSet, time::interval};

use super::mails::send_mails;
use crate::{
    auth::{AuthService, ServiceError},
    domain::Actor,
    mail::Mailer,
};

/// Changes of the key directory take effect within this time.
const RELOAD_KEYS_EVERY: Duration = Duration::from_millis(500);
const READ_CLOCK_EVERY: Duration = Duration::from_secs(1);
const WATCH_DATABASE_EVERY: Duration = Duration::from_millis(500);
/// When the files could not be read this many times in a row, which is three seconds, the keys are no
/// longer used: any of them may have been removed.
const MAX_FAILED_RELOADS: u32 = 6;
const PRUNE_EVERY: Duration = Duration::from_mins(1);

/// Starts the periodic work of a running server, and sends mails if there is a mailer. It stops when
/// the result is dropped.
pub(super) fn start_maintenance(auth: &AuthService, mailer: Option<Mailer>) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    tasks.spawn(reload_keys(auth.clone()));
    tasks.spawn(prune(auth.clone()));
    tasks.spawn(watch_database(auth.clone()));
    tasks.spawn(follow_clock(auth.clone()));
    if let Some(mailer) = mailer {
        tasks.spawn(send_mails(auth.clone(), mailer));
    }
    tasks
}

/// Servers on one database compare times by its clock.
async fn follow_clock(auth: AuthService) {
    let mut ticks = interval(READ_CLOCK_EVERY);
    loop {
        ticks.tick().await;
        if let Err(cause) = auth.follow_database_clock().await {
            tracing::debug!(%cause, "the clock of the database could not be read");
        }
    }
}

async fn reload_keys(auth: AuthService) {
    let mut ticks = interval(RELOAD_KEYS_EVERY);
    let (mut signing, mut cookies) = (Reloads::new("signing"), Reloads::new("cookie"));
    loop {
        ticks.tick().await;
        let reloaded = auth.reload_signing_keys(&Actor::Server).await;
        signing.count(&reloaded, || auth.drop_signing_keys());
        let reloaded = auth.reload_cookie_keys().await;
        cookies.count(&reloaded, || auth.drop_cookie_keys());
    }
}

/// Commands change the new file, while this process has the old one open; or the open file is a backup,
/// in which what was ended since is live. So nothing is answered any more, until somebody restarts the
/// server.
async fn watch_database(auth: AuthService) {
    let mut ticks = interval(WATCH_DATABASE_EVERY);
    while !auth.is_database_replaced().await {
        ticks.tick().await;
    }
    tracing::error!(
        "a file of the database was replaced or removed while it was open: stop the server, and \
         restore the backup as docs/DEPLOYMENT.md says; until then nobody is signed in, checked or \
         signed out"
    );
    auth.close().await;
}

/// The reloads of some keys that have failed in a row.
struct Reloads {
    keys: &'static str,
    is_failing: bool,
    /// How often they could not be read.
    unreadable: u32,
}

impl Reloads {
    fn new(keys: &'static str) -> Self {
        Self {
            keys,
            is_failing: false,
            unreadable: 0,
        }
    }

    /// Logs once when reloads begin to fail, and once when they succeed again. Keys that stay
    /// unreadable are dropped.
    fn count(&mut self, reloaded: &Result<(), ServiceError>, drop_keys: impl FnOnce()) {
        let keys = self.keys;
        let Err(cause) = reloaded else {
            if self.is_failing {
                tracing::info!(keys, "the keys can be read again, and are used");
            }
            *self = Self::new(keys);
            return;
        };
        if !self.is_failing {
            self.is_failing = true;
            tracing::error!(keys, %cause, "the keys could not be read, or not be used");
        }
        // The files are read first, so with any other error they are readable.
        let is_unreadable = matches!(cause, ServiceError::Keys(_) | ServiceError::HmacKey(_));
        self.unreadable = if is_unreadable {
            self.unreadable.saturating_add(1)
        } else {
            0
        };
        if self.unreadable == MAX_FAILED_RELOADS {
            drop_keys();
            tracing::error!(
                keys,
                %cause,
                "nothing is accepted or issued by these keys until they are readable"
            );
        }
    }
}

async fn prune(auth: AuthService) {
    let mut ticks = interval(PRUNE_EVERY);
    loop {
        ticks.tick().await;
        match auth.prune().await {
            Ok(0) => {}
            Ok(rows) => tracing::debug!(rows, "pruned expired rows"),
            Err(cause) => tracing::error!(%cause, "pruning expired rows failed"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{auth::HmacKeyError, store::StoreError};

    fn times(number: u32, error: fn() -> ServiceError) -> Vec<Result<(), ServiceError>> {
        (0..number).map(|_| Err(error())).collect()
    }

    fn unreadable() -> ServiceError {
        HmacKeyError::NotAKey("refresh.key".into()).into()
    }

    fn unavailable() -> ServiceError {
        StoreError::TimedOut.into()
    }

    /// How often keys are dropped when these reloads follow each other.
    fn drops(reloads: &[Vec<Result<(), ServiceError>>]) -> u32 {
        let (mut counter, mut drops) = (Reloads::new("cookie"), 0);
        for reloaded in reloads.iter().flatten() {
            counter.count(reloaded, || drops += 1);
        }
        drops
    }

    #[test]
    fn keys_that_stay_unreadable_are_dropped_once_whatever_failed_before() {
        for error in [unavailable, || ServiceError::OtherCookieKeys] {
            for before in [0, 1, 5, 6, 20] {
                let reloads = [times(before, error), times(20, unreadable)];
                assert_eq!(drops(&reloads), 1, "{before}");
            }
        }
    }

    #[test]
    fn keys_that_can_be_read_in_between_are_kept() {
        let five = || times(5, unreadable);
        assert_eq!(drops(&[times(5, unavailable), five()]), 0);
        assert_eq!(drops(&[five(), times(1, unavailable), five()]), 0);
        assert_eq!(drops(&[five(), vec![Ok(())], five()]), 0);
    }

    #[test]
    fn keys_that_become_unreadable_again_are_dropped_again() {
        let six = || times(MAX_FAILED_RELOADS, unreadable);
        assert_eq!(drops(&[six(), vec![Ok(())], six()]), 2);
        assert_eq!(drops(&[six(), times(1, unavailable), six()]), 2);
    }
}
