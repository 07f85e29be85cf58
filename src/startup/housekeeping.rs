use std::time::Duration;

use tokio::{task::JoinSet, time::interval};

use crate::server::{Client, Vault, VaultError};

/// What is done at the command line counts within a second, a new or a removed signing key too.
const LOOK_AT_KEYS: Duration = Duration::from_millis(500);
/// After so many looks in vain, three seconds, the keys count no more: one of them may have been taken away.
const LOOKS_IN_VAIN: u32 = 6;
const CLEAR_AWAY: Duration = Duration::from_mins(1);

/// What a running server does beside answering. It ends when this is dropped.
pub(super) fn keep_house(vault: &Vault) -> JoinSet<()> {
    let mut chores = JoinSet::new();
    let (keys, rows) = (vault.clone(), vault.clone());
    chores.spawn(async move {
        let mut ticks = interval(LOOK_AT_KEYS);
        let mut in_vain = 0;
        loop {
            ticks.tick().await;
            let looked = keys.refresh_keys(&Client::server()).await;
            in_vain = note_look(&keys, &looked, in_vain);
        }
    });
    chores.spawn(async move {
        let mut ticks = interval(CLEAR_AWAY);
        loop {
            ticks.tick().await;
            match rows.prune().await {
                Ok(0) => {}
                Ok(rows) => tracing::debug!(rows, "cleared away what has had its time"),
                Err(cause) => {
                    tracing::error!(%cause, "what has had its time could not be cleared away")
                }
            }
        }
    });
    chores
}

/// Says once that the keys can't be looked at, and once that they can again. Gives how often it was in vain by now.
fn note_look(vault: &Vault, looked: &Result<(), VaultError>, in_vain: u32) -> u32 {
    let Err(cause) = looked else {
        if in_vain > 0 {
            tracing::info!("the signing keys can be looked at again");
        }
        return 0;
    };
    let in_vain = in_vain.saturating_add(1);
    if in_vain == 1 {
        tracing::error!(%cause, "the signing keys could not be looked at");
    }
    if in_vain == LOOKS_IN_VAIN && matches!(cause, VaultError::Keys(_)) {
        vault.forget_keys();
        tracing::error!(
            "no token is believed and none is issued until the signing keys can be looked at"
        );
    }
    in_vain
}
