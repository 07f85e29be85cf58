use std::time::Duration;

use tokio::{task::JoinSet, time::interval};

use crate::{
    auth::{AuthService, ServiceError},
    domain::Actor,
};

/// Changes of the key directory take effect within this time.
const RELOAD_KEYS_EVERY: Duration = Duration::from_millis(500);
const READ_CLOCK_EVERY: Duration = Duration::from_secs(1);
const WATCH_DATABASE_EVERY: Duration = Duration::from_millis(500);
/// After this many failed reloads in a row, which is three seconds, the keys are no longer used: any
/// of them may have been removed.
const MAX_FAILED_RELOADS: u32 = 6;
const PRUNE_EVERY: Duration = Duration::from_mins(1);

/// Starts the periodic work of a running server. It stops when the result is dropped.
pub(super) fn start_maintenance(auth: &AuthService) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    tasks.spawn(reload_keys(auth.clone()));
    tasks.spawn(prune(auth.clone()));
    tasks.spawn(watch_database(auth.clone()));
    tasks.spawn(follow_clock(auth.clone()));
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

/// Commands change the new file, while this process has the old one open: a session that was ended
/// would stay live. So nothing is answered any more, until somebody restarts the server.
async fn watch_database(auth: AuthService) {
    let mut ticks = interval(WATCH_DATABASE_EVERY);
    while !auth.is_database_replaced() {
        ticks.tick().await;
    }
    tracing::error!(
        "the file of the database was replaced while it was open: stop the server, and restore the \
         backup as docs/DEPLOYMENT.md says; until then nobody is signed in, checked or signed out"
    );
    auth.close().await;
}

/// The reloads of some keys that have failed in a row.
struct Reloads {
    keys: &'static str,
    failed: u32,
}

impl Reloads {
    fn new(keys: &'static str) -> Self {
        Self { keys, failed: 0 }
    }

    /// Logs once when the keys become unreadable, and once when they are readable again. After too
    /// many failures they are dropped.
    fn count(&mut self, reloaded: &Result<(), ServiceError>, drop_keys: impl FnOnce()) {
        let keys = self.keys;
        let Err(cause) = reloaded else {
            if self.failed > 0 {
                tracing::info!(keys, "the keys can be read again, and are used");
            }
            self.failed = 0;
            return;
        };
        self.failed = self.failed.saturating_add(1);
        if self.failed == 1 {
            tracing::error!(keys, %cause, "the keys could not be read, or not be used");
        }
        let is_about_keys = matches!(cause, ServiceError::Keys(_) | ServiceError::HmacKey(_));
        if self.failed == MAX_FAILED_RELOADS && is_about_keys {
            drop_keys();
            tracing::error!(
                keys,
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
