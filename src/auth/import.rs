use std::path::{Path, PathBuf, absolute};

use thiserror::Error;

use super::{
    AuthSettings, Difference, KeyRing, OpenError, identity::identity, keys::CookieKeys,
    open_keys::is_empty,
};
use crate::{
    domain::{Actor, Timestamp},
    store::{self, DatabaseOptions, Identity, Imported, PostgresTarget, SqliteSource, StoreError},
};

/// Why a database was not moved. The text says what to do.
#[derive(Debug, Error)]
pub enum ImportError {
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(
        "the keys in {} are not those of the sessions in {} ({difference}): run this command with \
         the data.dir of that database", .keys_dir.display(), .source_path.display()
    )]
    OtherKeys {
        keys_dir: PathBuf,
        source_path: PathBuf,
        difference: Difference,
    },
}

impl From<StoreError> for ImportError {
    fn from(error: StoreError) -> Self {
        OpenError::from(error).into()
    }
}

/// Moves the database at the address `source` to `target`. The keys have to be those of the source,
/// since tokens and cookies are signed with them. `own` is the file that a server uses by default.
///
/// # Errors
/// When keys differ, or a database can't be used, or the target has accounts.
pub async fn import(
    source: &str,
    own: &Path,
    target: &DatabaseOptions,
    settings: &AuthSettings,
    actor: &Actor,
    now: Timestamp,
) -> Result<Imported, ImportError> {
    let keys_dir = &settings.keys_dir;
    if is_empty(keys_dir) {
        let no_keys = OpenError::NoKeys {
            directory: absolute(keys_dir).unwrap_or_else(|_| keys_dir.clone()),
            recorded: "others".to_owned(),
            maker: "serve",
        };
        return Err(no_keys.into());
    }
    let source = SqliteSource::lock(source, own).await?;
    let ours = keys_of(settings)?;
    let known = source.key_ids();
    let theirs = Identity {
        signing_keys: known.iter().map(|id| (id.clone(), now)).collect(),
        ..ours.clone()
    };
    if let Some(difference) = Difference::between(&theirs, &ours) {
        return Err(ImportError::OtherKeys {
            keys_dir: settings.keys_dir.clone(),
            source_path: source.path().to_owned(),
            difference,
        });
    }
    let target = PostgresTarget::begin(target, actor, now).await?;
    let recorded = target.recorded();
    if let Some(difference) = recorded.and_then(|theirs| Difference::between(theirs, &ours)) {
        return Err(OpenError::Differs(difference).into());
    }
    Ok(store::import(source, target, &ours, actor, now).await?)
}

/// The keys of this server, of which none may be made now.
fn keys_of(settings: &AuthSettings) -> Result<Identity, OpenError> {
    let cookie_keys = CookieKeys::read(&settings.keys_dir)?;
    let keys = KeyRing::read(&settings.keys_dir, 0)?;
    Ok(identity(&keys, Some(&cookie_keys), &settings.issuer))
}
