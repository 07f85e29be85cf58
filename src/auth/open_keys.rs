//! Which keys a process opens, and whether they have to be those of all servers.

use std::{
    fs,
    path::{Path, absolute},
};

use super::{AuthSettings, Difference, KeyRing, OpenError, identity::identity, keys::CookieKeys};
use crate::{
    domain::{Actor, Timestamp},
    store::{Identity, IfAbsent, Store},
};

/// What a process does with the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyUse {
    /// Signs and verifies by them, so they have to be those of all servers.
    Serving(IfAbsent),
    /// Makes them those of all servers.
    Adopting,
    /// Changes accounts and sessions. In an emergency, any machine that reaches a database of
    /// several servers has to be good enough, so that it needs no keys.
    Operating(IfAbsent),
}

/// The signing keys, and those of the cookies unless an operator's machine lacks them.
pub(super) async fn open_keys(
    store: &dyn Store,
    settings: &AuthSettings,
    key_use: KeyUse,
    actor: &Actor,
    now: Timestamp,
) -> Result<(KeyRing, Option<CookieKeys>), OpenError> {
    let directory = &settings.keys_dir;
    // Before the directory is looked at: another first start creates it before it records its key.
    let recorded = store.recorded().await?;
    let if_absent = match key_use {
        KeyUse::Operating(_) if store.is_shared() => {
            let cookie_keys = known_cookie_keys(directory, &recorded.unwrap_or_default());
            return Ok((KeyRing::without_keys(), cookie_keys));
        }
        KeyUse::Serving(if_absent) | KeyUse::Operating(if_absent) => if_absent,
        KeyUse::Adopting => IfAbsent::Begin,
    };
    let is_adopting = key_use == KeyUse::Adopting;
    // Keys of one server alone would not be those of the others.
    let are_of_others = store.is_shared() && recorded.is_some() && !is_adopting;
    let are_missing = match if_absent {
        // With other keys, the sessions of the database would be lost. An empty directory is the
        // operator's word that the keys are lost.
        IfAbsent::Begin if !are_of_others => recorded.is_some() && !directory.exists(),
        _ => is_empty(directory),
    };
    if are_missing {
        return Err(no_keys(store, directory, recorded.unwrap_or_default()));
    }
    let cache_size = settings.token.verified_cache_size as usize;
    let (ring, cookie_keys) = if are_of_others {
        let ring = KeyRing::read(directory, cache_size)?;
        (ring, CookieKeys::read(directory)?)
    } else {
        let ring = KeyRing::open(directory, cache_size, now)?;
        (ring, CookieKeys::open(directory)?)
    };
    let ours = identity(&ring, Some(&cookie_keys), &settings.issuer);
    let theirs = store.share(&ours, actor, now).await?;
    if let Some(difference) = Difference::at_start(&theirs, &ours, now).filter(|_| !is_adopting) {
        return Err(OpenError::Differs(difference));
    }
    ring.sign_from(&theirs.signing_keys);
    Ok((ring, Some(cookie_keys)))
}

/// With another key, the failed sign-ins of a user can't be found.
fn known_cookie_keys(directory: &Path, recorded: &Identity) -> Option<CookieKeys> {
    let keys = CookieKeys::read(directory).ok()?;
    (keys.fingerprints() == recorded.cookie_keys).then_some(keys)
}

fn no_keys(store: &dyn Store, directory: &Path, recorded: Identity) -> OpenError {
    let ids: Vec<_> = recorded.signing_keys.into_keys().collect();
    let is_first = ids.is_empty();
    OpenError::NoKeys {
        directory: absolute(directory).unwrap_or_else(|_| directory.to_owned()),
        recorded: if is_first {
            "none".to_owned()
        } else {
            ids.join(", ")
        },
        // Servers that have the recorded keys would go on with them.
        maker: if store.is_shared() && !is_first {
            "migrate --adopt"
        } else {
            "serve"
        },
    }
}

/// Whether a directory has no files, or is none.
pub(super) fn is_empty(directory: &Path) -> bool {
    !fs::read_dir(directory).is_ok_and(|mut files| files.next().is_some())
}
