use std::time::Duration;

use tokio::{task::JoinSet, time::interval};

use crate::server::{Client, Vault};

/// What is done at the command line counts within a second, a new or a removed signing key too.
const LOOK_AT_KEYS: Duration = Duration::from_millis(500);
const CLEAR_AWAY: Duration = Duration::from_mins(1);

/// What a running server does beside answering. It ends when this is dropped.
pub(super) fn keep_house(vault: &Vault) -> JoinSet<()> {
    let mut chores = JoinSet::new();
    let (keys, rows) = (vault.clone(), vault.clone());
    chores.spawn(async move {
        let mut ticks = interval(LOOK_AT_KEYS);
        loop {
            ticks.tick().await;
            if let Err(cause) = keys.refresh_keys(&Client::server()).await {
                tracing::error!(%cause, "the signing keys could not be looked at");
            }
        }
    });
    chores.spawn(async move {
        let mut ticks = interval(CLEAR_AWAY);
        loop {
            ticks.tick().await;
            match rows.prune().await {
                Ok(0) => {}
                Ok(rows) => tracing::debug!(rows, "cleared away what has had its time"),
                Err(cause) => tracing::error!(%cause, "what has had its time could not be cleared away"),
            }
        }
    });
    chores
}
