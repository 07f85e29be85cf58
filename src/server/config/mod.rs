//! Runtime settings: read, and checked once.

mod checks;
mod serving;

use std::{
    net::SocketAddr,
    num::NonZeroUsize,
    path::{Path, PathBuf},
    thread,
};

use axum::http::{Uri, uri::Scheme};
use figment::{
    Figment,
    providers::{Env, Format, Toml},
};
use leptos::config::{LeptosOptions, get_config_from_str};
use serde::Deserialize;

pub use checks::ConfigError;
use checks::{refused, unreadable, within};
use serving::Server;
pub use serving::{ServerSettings, TlsFiles};

/// `Leptos.toml` as it was when this program was built: the default of every setting.
const DEFAULTS: &str = include_str!("../../../Leptos.toml");
const ENV_PREFIX: &str = "COUNTERSIGN_";

/// Every runtime setting, checked. `Leptos.toml` says what each one means.
#[derive(Debug, Clone)]
pub struct Settings {
    pub public_url: String,
    pub data_dir: PathBuf,
    pub database_url: String,
    pub audience: String,
    pub access_token_seconds: i64,
    pub session_max_seconds: i64,
    pub remembered_max_seconds: i64,
    pub remembered_idle_seconds: i64,
    /// How many passwords are hashed at the same time.
    pub hashes_at_once: NonZeroUsize,
    /// How many more passwords may wait for that.
    pub hashes_waiting: usize,
    /// How many sessions are remembered at most, so that a request need not ask the database.
    pub sessions_remembered: usize,
    /// How long security events are kept, in days.
    pub events_kept_days: i64,
    /// How long open requests may go on after the signal to stop, in seconds.
    pub shutdown_seconds: u64,
    pub server: ServerSettings,
    pub log: LogSettings,
    pub leptos: LeptosOptions,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogSettings {
    pub level: String,
    pub format: LogFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    Text,
    Json,
}

/// The sections of `Leptos.toml` that are ours, as written. Leptos' own section is read by Leptos.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sections {
    public: Public,
    data: Data,
    database: Database,
    token: Token,
    session: Session,
    login: Login,
    audit: Audit,
    server: Server,
    log: LogSettings,
    #[expect(
        dead_code,
        reason = "named so that it is not an unknown key; Leptos reads it"
    )]
    package: figment::value::Value,
}

macro_rules! sections {
    ($($name:ident { $($key:ident: $type:ty),* })*) => {
        $(#[derive(Deserialize)] #[serde(deny_unknown_fields)]
        #[allow(clippy::struct_field_names, reason = "the keys of Leptos.toml name their unit")]
        struct $name { $($key: $type),* })*
    };
}

sections! {
    Public { url: String }
    Data { dir: PathBuf }
    Database { url: String }
    Token { audience: String }
    Session {
        access_token_seconds: i64,
        max_seconds: i64,
        remembered_max_seconds: i64,
        remembered_idle_seconds: i64,
        cached: u32
    }
    Login { hashes_at_once: usize, hashes_waiting: usize }
    Audit { keep_days: i64 }
}

impl Settings {
    /// Reads the compiled-in defaults, then `file` if one is given, then the environment.
    ///
    /// # Errors
    /// When the file is not there, a key is unknown, or a value is not one that its key takes.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        let mut figment = Figment::from(Toml::string(DEFAULTS));
        if let Some(path) = file {
            let text = std::fs::read_to_string(path)
                .map_err(|error| ConfigError::NoFile(path.to_owned(), error))?;
            figment = figment.merge(Toml::string(&text));
        }
        let leptos = leptos_options(&figment)?;
        // The first underscore parts the section from the key: SESSION_MAX_SECONDS is session.max_seconds.
        let environment = Env::prefixed(ENV_PREFIX)
            .map(|key| {
                key.as_str()
                    .to_ascii_lowercase()
                    .replacen('_', ".", 1)
                    .into()
            })
            .lowercase(false);
        let sections: Sections = figment.merge(environment).extract().map_err(unreadable)?;
        Self::check(sections, leptos)
    }

    fn check(sections: Sections, leptos: LeptosOptions) -> Result<Self, ConfigError> {
        let Sections {
            public,
            data,
            database,
            token,
            session,
            login,
            audit,
            server,
            log,
            ..
        } = sections;
        within(
            "session.access_token_seconds",
            session.access_token_seconds,
            1,
            3600,
        )?;
        within("session.max_seconds", session.max_seconds, 1, 366 * 86400)?;
        within(
            "session.remembered_max_seconds",
            session.remembered_max_seconds,
            1,
            366 * 86400,
        )?;
        within(
            "session.remembered_idle_seconds",
            session.remembered_idle_seconds,
            1,
            366 * 86400,
        )?;
        within("audit.keep_days", audit.keep_days, 1, 36_500)?;
        if token.audience.is_empty() {
            return Err(refused("token.audience", &token.audience, "give it a name"));
        }
        let public_url = origin(public.url)?;
        Ok(Self {
            database_url: sqlite_url(database.url, &data.dir)?,
            data_dir: data.dir,
            audience: token.audience,
            access_token_seconds: session.access_token_seconds,
            session_max_seconds: session.max_seconds,
            remembered_max_seconds: session.remembered_max_seconds,
            remembered_idle_seconds: session.remembered_idle_seconds,
            hashes_at_once: NonZeroUsize::new(login.hashes_at_once)
                .or_else(|| thread::available_parallelism().ok())
                .unwrap_or(NonZeroUsize::MIN),
            hashes_waiting: login.hashes_waiting,
            sessions_remembered: session.cached as usize,
            events_kept_days: audit.keep_days,
            shutdown_seconds: server.shutdown_seconds,
            server: ServerSettings::check(server, &public_url)?,
            public_url,
            log,
            leptos,
        })
    }

    /// Where the signing keys are.
    #[must_use]
    pub fn keys_dir(&self) -> PathBuf {
        self.data_dir.join("keys")
    }

    /// Where the built pages must be: their folder, and beside this program the file with the hashes in their names.
    /// Gives the first of the two that is not there.
    #[must_use]
    pub fn missing_site(&self) -> Option<PathBuf> {
        let pages = Path::new(&*self.leptos.site_root).join(&*self.leptos.site_pkg_dir);
        let program = std::env::current_exe().unwrap_or_default();
        let hashes = self
            .leptos
            .hash_files
            .then(|| program.with_file_name(&*self.leptos.hash_file));
        Some(pages)
            .into_iter()
            .chain(hashes)
            .find(|path| !path.exists())
    }

    #[must_use]
    pub fn listen_on(&self) -> SocketAddr {
        self.leptos.site_addr
    }
}

/// Leptos' own section, a key of the file over one of the defaults; `LEPTOS_*` goes over both.
fn leptos_options(figment: &Figment) -> Result<LeptosOptions, ConfigError> {
    let section: toml::Table = figment
        .extract_inner("package.metadata.leptos")
        .map_err(unreadable)?;
    get_config_from_str(&format!("[package.metadata.leptos]\n{section}"))
        .map_err(|error| ConfigError::Leptos(error.to_string()))
}

/// Scheme and host, without a path or a slash behind it: the value of `iss`.
fn origin(url: String) -> Result<String, ConfigError> {
    let uri: Option<Uri> = url.parse().ok();
    let fits = uri.is_some_and(|uri| {
        let web = uri
            .scheme()
            .is_some_and(|scheme| *scheme == Scheme::HTTP || *scheme == Scheme::HTTPS);
        web && uri.host().is_some_and(|host| !host.is_empty())
            && !url.ends_with('/')
            && uri.path() == "/"
            && uri.query().is_none()
    });
    if fits {
        Ok(url)
    } else {
        Err(refused(
            "public.url",
            &url,
            "it takes an origin such as https://login.example.org",
        ))
    }
}

fn sqlite_url(url: String, data_dir: &Path) -> Result<String, ConfigError> {
    if url.is_empty() {
        return Ok(format!(
            "sqlite://{}",
            data_dir.join("countersign.db").display()
        ));
    }
    if url.starts_with("sqlite:") {
        return Ok(url);
    }
    // The address may hold a password, so only its scheme is named.
    let scheme = url.split(':').next().unwrap_or_default().to_owned();
    Err(refused(
        "database.url",
        &scheme,
        "it takes an address that begins with sqlite:",
    ))
}

#[cfg(test)]
#[expect(clippy::result_large_err, reason = "figment::Jail dictates the type")]
mod tests {
    use figment::Jail;

    use super::*;

    fn load_with(variables: &[(&str, &str)]) -> Result<Settings, String> {
        let mut loaded = Err(String::new());
        Jail::expect_with(|jail| {
            jail.clear_env();
            for (key, value) in variables {
                jail.set_env(key, value);
            }
            loaded = Settings::load(None).map_err(|error| error.to_string());
            Ok(())
        });
        loaded
    }

    #[test]
    fn the_defaults_are_usable() {
        let settings = load_with(&[]).unwrap();
        assert_eq!(settings.database_url, "sqlite://./data/countersign.db");
        assert_eq!(settings.access_token_seconds, 900);
        assert_eq!(settings.listen_on().to_string(), "127.0.0.1:3000");
    }

    #[test]
    fn the_environment_overrides_every_kind_of_key() {
        let settings = load_with(&[
            ("COUNTERSIGN_DATA_DIR", "/srv/data"),
            ("COUNTERSIGN_PUBLIC_URL", "https://login.example.org"),
            ("COUNTERSIGN_SESSION_ACCESS_TOKEN_SECONDS", "60"),
            ("COUNTERSIGN_LOG_FORMAT", "json"),
            ("LEPTOS_SITE_ADDR", "127.0.0.1:8080"),
        ])
        .unwrap();
        assert_eq!(settings.database_url, "sqlite:///srv/data/countersign.db");
        assert_eq!(settings.public_url, "https://login.example.org");
        assert_eq!(settings.access_token_seconds, 60);
        assert_eq!(settings.log.format, LogFormat::Json);
        assert_eq!(settings.listen_on().port(), 8080);
    }

    #[test]
    fn an_unknown_key_is_refused_by_name() {
        for (key, named) in [
            (
                "COUNTERSIGN_SESSION_ACCES_TOKEN_SECONDS",
                "acces_token_seconds",
            ),
            ("COUNTERSIGN_SESION_MAX_SECONDS", "sesion"),
            ("COUNTERSIGN_NONSENSE", "nonsense"),
        ] {
            let error = load_with(&[(key, "1")]).unwrap_err();
            assert!(error.contains(named), "{error}");
        }
    }

    #[test]
    fn a_bad_value_is_refused_with_its_key_and_what_it_takes() {
        for (key, value, named, expected) in [
            (
                "COUNTERSIGN_SESSION_ACCESS_TOKEN_SECONDS",
                "soon",
                "session.access_token_seconds",
                "i64",
            ),
            (
                "COUNTERSIGN_SESSION_ACCESS_TOKEN_SECONDS",
                "0",
                "session.access_token_seconds",
                "1 to 3600",
            ),
            (
                "COUNTERSIGN_SESSION_MAX_SECONDS",
                "-5",
                "session.max_seconds",
                "1 to",
            ),
            (
                "COUNTERSIGN_PUBLIC_URL",
                "login.example.org/",
                "public.url",
                "https://",
            ),
            (
                "COUNTERSIGN_PUBLIC_URL",
                "ftp://example.org",
                "public.url",
                "https://",
            ),
            ("COUNTERSIGN_LOG_FORMAT", "xml", "log.format", "json"),
            ("COUNTERSIGN_TOKEN_AUDIENCE", "", "token.audience", "name"),
            (
                "COUNTERSIGN_SERVER_HEADER_SECONDS",
                "0",
                "server.header_seconds",
                "1 to 3600",
            ),
            (
                "COUNTERSIGN_SERVER_BODY_SECONDS",
                "-1",
                "server.body_seconds",
                "u32",
            ),
            (
                "COUNTERSIGN_SERVER_IDLE_SECONDS",
                "3601",
                "server.idle_seconds",
                "1 to 3600",
            ),
            (
                "COUNTERSIGN_SERVER_MAX_CONNECTIONS",
                "0",
                "server.max_connections",
                "1 to 65535",
            ),
            (
                "COUNTERSIGN_SERVER_TLS_KEY",
                "key.pem",
                "server.tls_certificate",
                "needs it",
            ),
            (
                "COUNTERSIGN_SERVER_TLS_CERTIFICATE",
                "certificate.pem",
                "server.tls_key",
                "needs it",
            ),
            ("LEPTOS_SITE_ADDR", "nowhere", "Leptos", "socket address"),
        ] {
            let error = load_with(&[(key, value)]).unwrap_err();
            assert!(
                error.contains(named) && error.contains(expected),
                "{key}: {error}"
            );
        }
    }

    #[test]
    fn a_certificate_goes_with_a_public_url_of_https() {
        let files = [
            ("COUNTERSIGN_SERVER_TLS_CERTIFICATE", "c.pem"),
            ("COUNTERSIGN_SERVER_TLS_KEY", "k.pem"),
        ];
        let error = load_with(&files).unwrap_err();
        assert!(
            error.contains("public.url") && error.contains("https:"),
            "{error}"
        );
        let settings = load_with(&[
            files[0],
            files[1],
            ("COUNTERSIGN_PUBLIC_URL", "https://login.example.org"),
        ]);
        assert_eq!(
            settings.unwrap().server.tls.unwrap().key,
            Path::new("k.pem")
        );
        assert!(load_with(&[]).unwrap().server.tls.is_none());
    }

    #[test]
    fn a_refused_database_address_does_not_show_its_password() {
        let error =
            load_with(&[("COUNTERSIGN_DATABASE_URL", "postgres://me:canary@db/x")]).unwrap_err();
        assert!(
            error.contains("database.url") && !error.contains("canary"),
            "{error}"
        );
    }

    #[test]
    fn a_file_goes_between_the_defaults_and_the_environment() {
        Jail::expect_with(|jail| {
            jail.clear_env();
            let text = "[session]\nmax_seconds = 100\naccess_token_seconds = 50\n
                [package.metadata.leptos]\nsite-addr = \"127.0.0.1:4000\"\n";
            jail.create_file("mine.toml", text)?;
            jail.set_env("COUNTERSIGN_SESSION_MAX_SECONDS", "200");
            let settings =
                Settings::load(Some(Path::new("mine.toml"))).map_err(|error| error.to_string())?;
            assert_eq!(
                (settings.session_max_seconds, settings.access_token_seconds),
                (200, 50)
            );
            assert_eq!(
                (settings.listen_on().port(), settings.leptos.hash_files),
                (4000, true)
            );
            assert!(Settings::load(Some(Path::new("absent.toml"))).is_err());
            Ok(())
        });
    }

    #[test]
    fn cargo_leptos_and_the_server_read_the_same_leptos_section() {
        let section = |text: &str| -> toml::Table {
            let table: toml::Table = text.parse().unwrap();
            table["package"]["metadata"]["leptos"]
                .as_table()
                .unwrap()
                .clone()
        };
        assert_eq!(
            section(DEFAULTS),
            section(include_str!("../../../Cargo.toml"))
        );
    }
}
