//! What all servers on one database have in common: their keys and `public.url`.

use std::{collections::BTreeSet, fmt};

use super::{KeyRing, keys::CookieKeys};
use crate::{domain::Timestamp, store::Identity};

/// How this server differs from the others on its database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Keys that the others have.
    missing: Vec<String>,
    /// Keys that only this one has.
    unknown: Vec<String>,
    /// `public.url` of the others and of this one.
    public_url: Option<(String, String)>,
}

impl Difference {
    pub(super) fn between(theirs: &Identity, ours: &Identity) -> Option<Self> {
        let (their_keys, our_keys) = (all_keys(theirs), all_keys(ours));
        let only = |one: &BTreeSet<String>, other| one.difference(other).cloned().collect();
        let urls = (theirs.public_url.clone(), ours.public_url.clone());
        let difference = Self {
            missing: only(&their_keys, &our_keys),
            unknown: only(&our_keys, &their_keys),
            public_url: (urls.0 != urls.1).then_some(urls),
        };
        let Self {
            missing,
            unknown,
            public_url,
        } = &difference;
        let is_none = missing.is_empty() && unknown.is_empty() && public_url.is_none();
        (!is_none).then_some(difference)
    }

    /// What to do about it. A server that merely lacks keys must not have the others give them up.
    #[must_use]
    pub(super) fn way_on(&self) -> &'static str {
        if self.unknown.is_empty() && self.public_url.is_none() {
            "Copy the files of these keys from another server; only if no server has them any more, \
             `countersign migrate --adopt` here has all of them give up these keys"
        } else {
            "Give it the same keys and public.url, or run `countersign migrate --adopt` here to make \
             its own theirs"
        }
    }

    /// The difference at the start of a server. A key that does not sign yet may still be missing: it
    /// is on its way to the servers.
    pub(super) fn at_start(theirs: &Identity, ours: &Identity, now: Timestamp) -> Option<Self> {
        let mut needed = theirs.clone();
        needed
            .signing_keys
            .retain(|id, from| *from <= now || ours.signing_keys.contains_key(id));
        Self::between(&needed, ours)
    }
}

fn all_keys(identity: &Identity) -> BTreeSet<String> {
    let mut keys = identity.key_ids();
    keys.extend(identity.cookie_keys.iter().cloned());
    keys
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        if !self.missing.is_empty() {
            parts.push(format!("it lacks the keys {}", self.missing.join(", ")));
        }
        if !self.unknown.is_empty() {
            parts.push(format!("only it has the keys {}", self.unknown.join(", ")));
        }
        if let Some((theirs, ours)) = &self.public_url {
            parts.push(format!("its public.url is {ours}, and theirs {theirs}"));
        }
        f.write_str(&parts.join("; "))
    }
}

pub(super) fn identity(ring: &KeyRing, cookies: Option<&CookieKeys>, public_url: &str) -> Identity {
    Identity {
        signing_keys: ring.signing_times(),
        cookie_keys: cookies.map(CookieKeys::fingerprints).unwrap_or_default(),
        public_url: public_url.to_owned(),
    }
}
