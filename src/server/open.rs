use std::{fmt, path::Path};

use leptos::config::LeptosOptions;
use secrecy::SecretString;
use thiserror::Error;

use super::{ConfigError, LogError, Settings, logging::Log, start_logging};
use crate::{
    auth::{self, AuthService, Clock, ImportError, KeyUse, OpenError},
    domain::Actor,
    mail::{Mailer, MailerOptions},
    store::{self, DatabaseOptions, DatabasePool, IfAbsent, Imported},
};

/// Login and logout for one application: the service on its database, and its settings.
#[derive(Debug)]
pub struct Server {
    pub(super) auth: AuthService,
    pub(super) settings: Settings,
    /// `None` if the settings name no mail server.
    pub(super) mailer: Option<Mailer>,
    pub(super) log: Option<Log>,
}

/// Why a server can't be opened. The text says what to do.
#[derive(Error)]
#[non_exhaustive]
pub enum StartError {
    #[doc(hidden)]
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[doc(hidden)]
    #[error(transparent)]
    Log(#[from] LogError),
    #[doc(hidden)]
    #[error(transparent)]
    Open(#[from] OpenError),
}

/// The text, for an application that unwraps the error.
impl fmt::Debug for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl Server {
    /// Opens the database and the keys by the settings of the environment, `COUNTERSIGN_*`, and
    /// makes them if there are none yet. Starts logging to standard error, unless the application
    /// has started `tracing` itself.
    ///
    /// # Errors
    /// When a setting is unknown or not valid, and when the database or the keys can't be used.
    pub async fn from_env() -> Result<Self, StartError> {
        let (settings, log) = from_env()?;
        Ok(Self {
            log,
            ..Self::open(settings).await?
        })
    }

    /// As [`from_env`](Self::from_env), in the database of a pool of the application's, which is one
    /// of Postgres or a file of `SQLite`. The pool stays the application's: Countersign opens
    /// connections of its own.
    ///
    /// The command line does not know the pool. It needs the same database in
    /// `COUNTERSIGN_DATABASE_URL`.
    ///
    /// # Errors
    /// Also when the pool can't be used, or `COUNTERSIGN_DATABASE_URL` is another database.
    pub async fn from_env_on(pool: impl Into<DatabasePool>) -> Result<Self, StartError> {
        let (settings, log) = from_env()?;
        Ok(Self {
            log,
            ..Self::open_on(settings, pool).await?
        })
    }

    /// Opens the database and the keys, and makes them if there are none yet.
    ///
    /// # Errors
    /// When the database or the keys can't be used.
    pub async fn open(settings: Settings) -> Result<Self, OpenError> {
        let begin = IfAbsent::Begin;
        // Before anything is created.
        let mailer = mailer(&settings)?;
        Ok(Self {
            auth: open_auth(&settings, begin, Clock::system(), &Actor::Server).await?,
            mailer,
            settings,
            log: None,
        })
    }

    /// As [`open`](Self::open), in the database of a pool of the application's, as with
    /// [`from_env_on`](Self::from_env_on).
    ///
    /// # Errors
    /// Also when the pool can't be used, or the settings name another database.
    pub async fn open_on(
        mut settings: Settings,
        pool: impl Into<DatabasePool>,
    ) -> Result<Self, OpenError> {
        let configured = settings.database.url;
        let url = pool.into().database_url(&configured).await?;
        // The address of a server may hold a password.
        if configured.is_empty() && !DatabaseOptions::is_postgres(&url) {
            tracing::info!(
                url,
                "the command line needs this address in COUNTERSIGN_DATABASE_URL"
            );
        }
        settings.database.url = url;
        Self::open(settings).await
    }

    /// The address of the database, for a pool of the application's own tables in it. That of
    /// Postgres may contain a password.
    pub fn database_url(&self) -> String {
        self.settings.database_url()
    }

    /// Those of our own application.
    #[doc(hidden)]
    pub fn leptos_options(&self) -> &LeptosOptions {
        &self.settings.leptos
    }

    /// The service, for what is not asked for by HTTP.
    pub fn auth(&self) -> &AuthService {
        &self.auth
    }
}

/// The settings, and the log unless the application has started `tracing` itself.
fn from_env() -> Result<(Settings, Option<Log>), StartError> {
    let settings = Settings::load(None)?;
    let is_logging = tracing::dispatcher::has_been_set();
    let log = (!is_logging).then(|| start_logging(&settings.log));
    Ok((settings, log.transpose()?))
}

/// Opens the database and the service on it.
///
/// # Errors
/// When the database or the keys can't be used, or there are none and none are to be begun.
pub async fn open_auth(
    settings: &Settings,
    if_absent: IfAbsent,
    clock: Clock,
    actor: &Actor,
) -> Result<AuthService, OpenError> {
    open_service(
        settings,
        if_absent,
        clock,
        KeyUse::Serving(if_absent),
        actor,
    )
    .await
}

/// Opens the database and the service on it, to change accounts and sessions.
///
/// # Errors
/// As with [`open_auth`], but on a database of several servers the keys may differ or be missing.
pub async fn open_to_operate(
    settings: &Settings,
    if_absent: IfAbsent,
    actor: &Actor,
) -> Result<AuthService, OpenError> {
    let key_use = KeyUse::Operating(if_absent);
    open_service(settings, if_absent, Clock::system(), key_use, actor).await
}

/// Opens the database and the service on it, to make its keys and `public.url` those of all servers.
///
/// # Errors
/// When the database or the keys can't be used.
pub async fn open_to_adopt(settings: &Settings, actor: &Actor) -> Result<AuthService, OpenError> {
    let (begin, clock) = (IfAbsent::Begin, Clock::system());
    open_service(settings, begin, clock, KeyUse::Adopting, actor).await
}

async fn open_service(
    settings: &Settings,
    if_absent: IfAbsent,
    clock: Clock,
    key_use: KeyUse,
    actor: &Actor,
) -> Result<AuthService, OpenError> {
    let options = database_options(settings)?;
    if !matches!(key_use, KeyUse::Operating(_)) {
        require_public_url(settings)?;
    }
    let store = store::open(&options, if_absent, actor, clock.now()).await?;
    AuthService::open(store, settings.auth(), clock, key_use, actor).await
}

/// Moves the `SQLite` database at this address to the one of Postgres that the settings name.
///
/// # Errors
/// When there are no keys or other ones, or a database can't be used, or the new one has accounts.
pub async fn import(
    settings: &Settings,
    source: &str,
    actor: &Actor,
) -> Result<Imported, ImportError> {
    let target = database_options(settings)?;
    require_public_url(settings)?;
    let now = Clock::system().now();
    let own = settings.default_database();
    auth::import(source, &own, &target, &settings.auth(), actor, now).await
}

fn require_public_url(settings: &Settings) -> Result<(), OpenError> {
    if settings.has_shared_database() && settings.public.url.is_empty() {
        return Err(OpenError::NoPublicUrl);
    }
    Ok(())
}

/// Whether the directory of an absolute path exists. Every text that begins with `/` is in the root.
fn is_in_a_directory(path: &Path) -> bool {
    let parent = path.parent().filter(|_| path.is_absolute());
    parent.is_some_and(|parent| parent != Path::new("/") && parent.is_dir())
}

/// Which database the settings name, with its password.
///
/// # Errors
/// When the file of the password can't be read or trusted.
pub fn database_options(settings: &Settings) -> Result<DatabaseOptions, OpenError> {
    let database = &settings.database;
    Ok(DatabaseOptions {
        url: settings.database_url(),
        password: password("database.password_file", &database.password_file)?,
        max_connections: database.max_connections,
        durable_on: database.durable_on,
        migrate: database.migrate,
    })
}

/// What sends mail; `None` if the settings name no mail server.
///
/// # Errors
/// When a setting is missing, or the file of the password can't be read or trusted.
pub fn mailer(settings: &Settings) -> Result<Option<Mailer>, OpenError> {
    let mail = &settings.mail;
    if mail.url.is_empty() {
        return Ok(None);
    }
    let options = MailerOptions {
        url: mail.url.clone(),
        from: mail.from.clone(),
        password: password("mail.password_file", &mail.password_file)?,
    };
    Ok(Some(Mailer::new(&options)?))
}

/// The password in the file that a setting names; `None` if it names none.
fn password(setting: &'static str, file: &Path) -> Result<Option<SecretString>, OpenError> {
    if file.as_os_str().is_empty() {
        return Ok(None);
    }
    if !file.exists() && !is_in_a_directory(file) {
        // It may be the password itself, which is not shown.
        return Err(OpenError::NoPasswordFile(setting));
    }
    if file.is_dir() {
        let path = file.to_owned();
        return Err(OpenError::PasswordDirectory { setting, path });
    }
    let content = auth::read_key_file(file);
    let content = content.map_err(|cause| OpenError::PasswordFile { setting, cause })?;
    let text = String::from_utf8_lossy(&content);
    Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned().into()))
}
