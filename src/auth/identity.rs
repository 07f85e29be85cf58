//! What all servers on one database have in common: their keys and `public.url`.

use std::{collections::BTreeSet, fmt};

use super::{AuthService, KeyRing, ServiceError, keys::CookieKeys, service::Inner};
use crate::{
    domain::Actor,
    store::{Identity, running},
};

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

impl Inner {
    /// Of this server, as it is now.
    fn identity(&self) -> Result<Identity, ServiceError> {
        let cookies = self.cookie_keys()?;
        let ring = self.issuer.keys();
        Ok(identity(&ring, Some(&cookies), &self.issuer.issuer))
    }

    /// Compares this server with the others on its database, logs when a difference begins or ends,
    /// and signs with the keys that all have.
    pub(super) async fn compare(&self, actor: &Actor) -> Result<(), ServiceError> {
        let cookies = self.cookie_keys.load_full();
        let mut ours = identity(&self.issuer.keys(), cookies.as_deref(), &self.issuer.issuer);
        let theirs = self.store.share(&ours, actor, self.clock.now()).await?;
        if cookies.is_none() {
            // Reported as unreadable already.
            ours.cookie_keys.clone_from(&theirs.cookie_keys);
        }
        self.issuer.keys().sign_from(&theirs.signing_keys);
        let difference = Difference::between(&theirs, &ours).map(|found| found.to_string());
        let before = self.difference.swap(difference.clone().map(Into::into));
        match difference {
            Some(difference) if before.as_deref() != Some(&difference) => {
                tracing::error!(
                    %difference,
                    "this server differs from the others on its database: give it the same keys and \
                     public.url, or run `countersign migrate --adopt` here to make its own theirs"
                );
            }
            None if before.is_some() => tracing::info!("this server is as the others again"),
            _ => {}
        }
        Ok(())
    }
}

impl AuthService {
    /// Makes the keys and `public.url` of this server those of all servers on its database. Keys that
    /// the others don't have yet are published, and sign after `token.new_key_delay_seconds`.
    /// Returns how this server differed.
    ///
    /// # Errors
    /// When the database does not answer or the keys can't be read.
    #[doc(hidden)]
    pub async fn adopt(&self, actor: &Actor) -> Result<Option<Difference>, ServiceError> {
        let inner = self.inner();
        let now = inner.clock.now();
        let mut ours = inner.identity()?;
        let theirs = inner.store.share(&ours, actor, now).await?;
        let difference = Difference::between(&theirs, &ours);
        let begins = now.plus_seconds(inner.new_key_delay_seconds);
        for (id, signs_from) in &mut ours.signing_keys {
            let recorded = theirs.signing_keys.get(id).copied();
            *signs_from = recorded.unwrap_or((*signs_from).max(begins));
        }
        if difference.is_some() {
            inner.store.adopt(&ours, actor, now).await?;
        }
        Ok(difference)
    }

    /// Records the keys of this server with the times of their files.
    pub(super) async fn record_new_key(&self, actor: &Actor) -> Result<(), ServiceError> {
        let inner = self.inner();
        let ours = inner.identity()?;
        inner.store.adopt(&ours, actor, inner.clock.now()).await?;
        inner.issuer.keys().sign_from(&ours.signing_keys);
        Ok(())
    }

    /// Sets the clock of the service by that of the database, if servers compare times by it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub(crate) async fn follow_database_clock(&self) -> Result<(), ServiceError> {
        let inner = self.inner();
        let asked_at = running();
        if let Some(time) = inner.store.time().await? {
            inner.clock.set(time, asked_at);
        }
        Ok(())
    }
}
