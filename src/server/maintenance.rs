use std::time::Duration;

use tokio::{task::JoinSet, time::interval};

use crate::{
    auth::{AuthService, ServiceError},
    domain::Actor,
};

/// Changes of the key directory take effect within this time.
const RELOAD_KEYS_EVERY: Duration = Duration::from_millis(500);
/// After this many failed reloads, which is three seconds, no key is used: any of them may have
/// been removed.
const MAX_FAILED_RELOADS: u32 = 6;
const PRUNE_EVERY: Duration = Duration::from_mins(1);

/// Starts the periodic work of a running server. It stops when the result is dropped.
pub(super) fn start_maintenance(auth: &AuthService) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    tasks.spawn(reload_keys(auth.clone()));
    tasks.spawn(prune(auth.clone()));
    tasks
}

async fn reload_keys(auth: AuthService) {
    let mut ticks = interval(RELOAD_KEYS_EVERY);
    let mut failures = 0;
    loop {
        ticks.tick().await;
        let reloaded = auth.reload_keys(&Actor::Server).await;
        failures = after_reload(&auth, &reloaded, failures);
    }
}

/// Logs once when the keys become unreadable, and once when they are readable again. Returns how
/// often in a row it has failed.
fn after_reload(auth: &AuthService, reloaded: &Result<(), ServiceError>, failures: u32) -> u32 {
    let Err(cause) = reloaded else {
        if failures > 0 {
            tracing::info!("the signing keys can be read again");
        }
        return 0;
    };
    let failures = failures.saturating_add(1);
    if failures == 1 {
        tracing::error!(%cause, "the signing keys could not be read");
    }
    if failures == MAX_FAILED_RELOADS && matches!(cause, ServiceError::Keys(_)) {
        auth.drop_keys();
        tracing::error!("no token is accepted or issued until the signing keys can be read");
    }
    failures
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
