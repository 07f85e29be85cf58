//! Runtime settings. Each one is a field of a section, with its range beside it; `Leptos.toml` has
//! the defaults and says what each one means.

mod environment;
mod error;
mod sections;

use std::{
    env, fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use figment::{
    Figment,
    providers::{Format, Toml},
    value::Value,
};
use garde::Validate;
use leptos::config::{LeptosOptions, get_config_from_str};
use serde::Deserialize;

use environment::environment;
pub use error::ConfigError;
pub use sections::{
    DataSettings, DatabaseSettings, LogFormat, LogSettings, MailSettings, PublicSettings,
    ServerSettings, TlsFiles,
};

use crate::{
    auth::{
        AccountSettings, AuditSettings, AuthSettings, LoginSettings, PasswordSettings,
        SessionSettings, TokenSettings,
    },
    domain::Registration,
    http::{HttpSettings, Origin},
    store::{DatabaseOptions, sqlite_url},
};

/// `Leptos.toml` when this program was built.
const DEFAULTS: &str = include_str!("../../../Leptos.toml");

/// Every runtime setting, validated. An application sets them by a file or the environment, so that
/// each has one name, which `docs/CONFIGURATION.md` lists.
#[derive(Debug, Clone, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    #[doc(hidden)]
    #[garde(dive)]
    pub public: PublicSettings,
    #[doc(hidden)]
    #[garde(dive)]
    pub data: DataSettings,
    #[doc(hidden)]
    #[garde(dive)]
    pub database: DatabaseSettings,
    #[doc(hidden)]
    #[garde(dive)]
    pub token: TokenSettings,
    #[doc(hidden)]
    #[garde(dive)]
    pub session: SessionSettings,
    #[doc(hidden)]
    #[garde(dive)]
    pub password: PasswordSettings,
    #[doc(hidden)]
    #[garde(dive)]
    pub login: LoginSettings,
    #[doc(hidden)]
    #[garde(dive)]
    pub accounts: AccountSettings,
    #[doc(hidden)]
    #[garde(dive)]
    pub audit: AuditSettings,
    #[doc(hidden)]
    #[garde(dive)]
    pub mail: MailSettings,
    #[doc(hidden)]
    #[garde(dive)]
    pub server: ServerSettings,
    #[doc(hidden)]
    #[garde(dive)]
    pub log: LogSettings,
    /// Leptos' own section, `[package.metadata.leptos]`, as Leptos reads it.
    #[doc(hidden)]
    #[serde(skip, default = "unread_leptos_options")]
    #[garde(skip)]
    pub leptos: LeptosOptions,
    /// Named so that Leptos' section is not an unknown key.
    #[serde(rename = "package")]
    #[garde(skip)]
    _package: Value,
}

impl Settings {
    /// Reads the compiled-in defaults, then `file` if there is one, then the environment.
    ///
    /// # Errors
    /// When the file can't be read, a key is unknown, or a value is not valid.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        let mut figment = Figment::from(Toml::string(DEFAULTS));
        if let Some(path) = file {
            figment = figment.merge(Toml::string(&read(path)?));
        }
        let leptos = leptos_options(&figment, file)?;
        let settings: Self = figment
            .merge(environment())
            .extract()
            .map_err(|error| ConfigError::of_value(&error, file))?;
        settings
            .validate()
            .map_err(|report| ConfigError::of_range(&report, file))?;
        settings.require_https_with_tls(file)?;
        settings.require_public_url_with_mail(file)?;
        settings.require_mail_with_registration(file)?;
        Ok(Self { leptos, ..settings })
    }

    /// Otherwise pages would name an origin at which nothing answers, and cookies would go without
    /// `Secure`.
    fn require_https_with_tls(&self, file: Option<&Path>) -> Result<(), ConfigError> {
        let is_https = self.public.origin().is_some_and(|url| url.is_https());
        if self.server.tls().is_some() && !is_https {
            let reason = "it must begin with https: when server.tls_certificate is set".to_owned();
            return Err(ConfigError::invalid("public.url", file, reason));
        }
        Ok(())
    }

    /// Links in mails are made from it, never from a header of a request.
    fn require_public_url_with_mail(&self, file: Option<&Path>) -> Result<(), ConfigError> {
        if !self.mail.url.is_empty() && self.public.url.is_empty() {
            let reason = "it must be set when mail.url is: mails have links to it".to_owned();
            return Err(ConfigError::invalid("public.url", file, reason));
        }
        Ok(())
    }

    /// An account is created by the link of a mail.
    fn require_mail_with_registration(&self, file: Option<&Path>) -> Result<(), ConfigError> {
        if self.accounts.registration == Registration::Open && self.mail.url.is_empty() {
            let reason =
                "it must be set when accounts.registration is open: whoever signs up gets a mail";
            return Err(ConfigError::invalid("mail.url", file, reason.to_owned()));
        }
        Ok(())
    }

    /// The defaults, whatever is in the environment.
    #[cfg(test)]
    pub(super) fn defaults() -> Self {
        Figment::from(Toml::string(DEFAULTS)).extract().unwrap()
    }

    /// The address of the database: the one that is set, or a file in the data directory.
    #[must_use]
    pub(crate) fn database_url(&self) -> String {
        if self.database.url.is_empty() {
            sqlite_url(&self.default_database())
        } else {
            self.database.url.clone()
        }
    }

    /// The file of the database when `database.url` is empty.
    #[must_use]
    pub(crate) fn default_database(&self) -> PathBuf {
        self.data.dir.join("countersign.db")
    }

    /// Whether several servers may work on the database.
    #[must_use]
    pub(crate) fn has_shared_database(&self) -> bool {
        DatabaseOptions::is_postgres(&self.database.url)
    }

    /// The directory of the signing keys and the keys of the cookies.
    #[must_use]
    pub(crate) fn keys_dir(&self) -> PathBuf {
        self.data.dir.join("keys")
    }

    #[must_use]
    #[doc(hidden)]
    pub fn listen_on(&self) -> SocketAddr {
        self.leptos.site_addr
    }

    /// The `iss` of every token: `public.url`, or the address as it is configured.
    fn issuer(&self) -> String {
        let configured = || format!("http://{}", self.leptos.site_addr);
        self.public
            .origin()
            .map_or_else(configured, |url| url.to_string())
    }

    /// The settings of the service.
    #[must_use]
    pub(crate) fn auth(&self) -> AuthSettings {
        AuthSettings {
            issuer: self.issuer(),
            keys_dir: self.keys_dir(),
            public_url: self.public.origin().map(|origin| origin.to_string()),
            has_mail: !self.mail.url.is_empty(),
            token: self.token.clone(),
            session: self.session,
            password: self.password,
            login: self.login,
            accounts: self.accounts,
            audit: self.audit,
        }
    }

    /// The settings of the HTTP side, for a server that listens on this address.
    #[must_use]
    #[doc(hidden)]
    pub fn http(&self, address: SocketAddr) -> HttpSettings {
        let public_url = self.public.origin();
        HttpSettings {
            allowed_origins: public_url
                .clone()
                .map_or_else(|| Origin::of_address(address), |url| vec![url]),
            public_url,
            hsts_include_subdomains: self.public.hsts_include_subdomains,
            cookie_prefix: self.server.cookie_prefix.clone(),
            body_timeout: Duration::from_secs(self.server.body_timeout_seconds),
            trusted_proxies: self.server.trusted_proxies,
        }
    }
}

fn unread_leptos_options() -> LeptosOptions {
    LeptosOptions::builder().output_name("").build()
}

/// The text of a configuration file, once it is known to be TOML.
fn read(path: &Path) -> Result<String, ConfigError> {
    let text =
        fs::read_to_string(path).map_err(|error| ConfigError::File(path.to_owned(), error))?;
    match text.parse::<toml::Table>() {
        Ok(_) => Ok(text),
        Err(error) => Err(ConfigError::of_syntax(&error, path, &text)),
    }
}

/// Leptos' section: the defaults, then the file, then `LEPTOS_*` of the environment.
fn leptos_options(figment: &Figment, file: Option<&Path>) -> Result<LeptosOptions, ConfigError> {
    let section: toml::Table = figment
        .extract_inner("package.metadata.leptos")
        .map_err(|error| ConfigError::of_value(&error, file))?;
    require_address(&section, file)?;
    get_config_from_str(&format!("[package.metadata.leptos]\n{section}"))
        .map_err(|error| ConfigError::Leptos(error.to_string()))
}

/// Leptos' own error names neither the setting nor its value.
fn require_address(section: &toml::Table, file: Option<&Path>) -> Result<(), ConfigError> {
    let variable = env::var("LEPTOS_SITE_ADDR").ok();
    let configured = section.get("site-addr").and_then(toml::Value::as_str);
    let (key, file) = match variable {
        Some(_) => ("LEPTOS_SITE_ADDR", None),
        None => ("site-addr", file),
    };
    let address = variable.as_deref().or(configured).unwrap_or_default();
    if address.parse::<SocketAddr>().is_ok() {
        return Ok(());
    }
    let reason = format!(
        "{address:?} is not an IP address and port such as 127.0.0.1:3000; it can't be a name"
    );
    Err(ConfigError::invalid(key, file, reason))
}

#[cfg(test)]
#[expect(clippy::result_large_err, reason = "figment::Jail dictates the type")]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

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
    fn the_defaults_are_valid() {
        let settings = load_with(&[]).unwrap();
        assert_eq!(settings.database_url(), "sqlite://./data/countersign.db");
        assert_eq!(settings.session.access_token_seconds, 900);
        assert_eq!(settings.listen_on().to_string(), "127.0.0.1:3000");
    }

    #[test]
    fn the_configuration_page_has_every_setting_with_its_default() {
        let page = include_str!("../../../docs/CONFIGURATION.md");
        let sections: BTreeMap<String, BTreeMap<String, Value>> =
            Figment::from(Toml::string(DEFAULTS)).extract().unwrap();
        let mut settings = BTreeSet::new();
        for (section, keys) in sections.iter().filter(|(name, _)| *name != "package") {
            for (key, value) in keys {
                let default = match value {
                    Value::String(_, text) if text.is_empty() => "empty".to_owned(),
                    Value::String(_, text) => format!("`{text}`"),
                    Value::Bool(_, is_set) => is_set.to_string(),
                    Value::Num(_, number) => number.to_i128().unwrap().to_string(),
                    other => panic!("{other:?}"),
                };
                let name = format!("{section}.{key}");
                assert!(
                    page.contains(&format!("\n| `{name}` | {default} | ")),
                    "{name}"
                );
                settings.insert(name);
            }
        }
        let rows = page.lines().filter_map(|line| line.strip_prefix("| `"));
        let names = rows.filter_map(|row| row.split('`').next());
        let of_a_section = |name: &&str| {
            sections
                .keys()
                .any(|section| name.starts_with(&format!("{section}.")))
        };
        let documented: BTreeSet<_> = names.filter(of_a_section).map(str::to_owned).collect();
        assert_eq!(documented, settings);
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
        assert_eq!(settings.database_url(), "sqlite:///srv/data/countersign.db");
        assert_eq!(settings.public.url, "https://login.example.org");
        assert_eq!(settings.session.access_token_seconds, 60);
        assert_eq!(settings.log.format, LogFormat::Json);
        assert_eq!(settings.listen_on().port(), 8080);
    }

    /// A setting with such a name could not be set by the environment.
    #[test]
    fn no_setting_has_the_name_of_a_variable_of_kubernetes() {
        let sections: BTreeMap<String, BTreeMap<String, Value>> =
            Figment::from(Toml::string(DEFAULTS)).extract().unwrap();
        for (section, keys) in sections {
            for key in keys.into_keys() {
                let name = format!("COUNTERSIGN_{section}_{key}").to_uppercase();
                let words: Vec<_> = name.split('_').collect();
                assert!(
                    !words.ends_with(&["HOST"]) && !words.contains(&"PORT"),
                    "{name}"
                );
            }
        }
    }

    #[test]
    fn an_unknown_key_is_refused_by_name() {
        for (key, expected_key) in [
            (
                "COUNTERSIGN_SESSION_ACCES_TOKEN_SECONDS",
                "acces_token_seconds",
            ),
            ("COUNTERSIGN_SESION_MAX_SECONDS", "sesion"),
            ("COUNTERSIGN_NONSENSE", "nonsense"),
        ] {
            let error = load_with(&[(key, "1")]).unwrap_err();
            assert!(error.contains(expected_key), "{error}");
        }
    }

    #[test]
    fn a_bad_value_is_refused_with_its_key_and_the_expected_value() {
        for (key, value, expected_key, expected) in [
            (
                "COUNTERSIGN_SESSION_ACCESS_TOKEN_SECONDS",
                "soon",
                "session.access_token_seconds",
                "a whole number",
            ),
            (
                "COUNTERSIGN_SESSION_ACCESS_TOKEN_SECONDS",
                "0",
                "session.access_token_seconds",
                "lower than 1",
            ),
            (
                "COUNTERSIGN_SESSION_MAX_SECONDS",
                "-5",
                "session.max_seconds",
                "lower than 1",
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
            (
                "COUNTERSIGN_TOKEN_AUDIENCE",
                "",
                "token.audience",
                "lower than 1",
            ),
            (
                "COUNTERSIGN_SERVER_HEADER_TIMEOUT_SECONDS",
                "0",
                "server.header_timeout_seconds",
                "lower than 1",
            ),
            (
                "COUNTERSIGN_SERVER_BODY_TIMEOUT_SECONDS",
                "-1",
                "server.body_timeout_seconds",
                "a whole number from 0",
            ),
            (
                "COUNTERSIGN_SERVER_IDLE_TIMEOUT_SECONDS",
                "3601",
                "server.idle_timeout_seconds",
                "greater than 3600",
            ),
            (
                "COUNTERSIGN_SERVER_MAX_CONNECTIONS",
                "0",
                "server.max_connections",
                "lower than 1",
            ),
            (
                "COUNTERSIGN_SERVER_MAX_CONNECTIONS_PER_IP",
                "65536",
                "server.max_connections_per_ip",
                "from 0 to 65535",
            ),
            (
                "COUNTERSIGN_SERVER_TLS_KEY",
                "key.pem",
                "server.tls_certificate",
                "server.tls_key is set",
            ),
            (
                "COUNTERSIGN_SERVER_TLS_CERTIFICATE",
                "certificate.pem",
                "server.tls_key",
                "server.tls_certificate is set",
            ),
            (
                "LEPTOS_SITE_ADDR",
                "nowhere",
                "LEPTOS_SITE_ADDR",
                "IP address and port",
            ),
        ] {
            let error = load_with(&[(key, value)]).unwrap_err();
            assert!(
                error.contains(expected_key) && error.contains(expected),
                "{key}: {error}"
            );
        }
    }

    #[test]
    fn a_cookie_prefix_is_a_word_without_a_hyphen() {
        for (value, expected) in [
            ("a-b", "letters, digits and underscores"),
            ("a b", "letters, digits and underscores"),
            ("__Host", "begin with a letter"),
            ("\"\"", "begin with a letter"),
        ] {
            let error = load_with(&[("COUNTERSIGN_SERVER_COOKIE_PREFIX", value)]).unwrap_err();
            assert!(
                error.contains("server.cookie_prefix") && error.contains(expected),
                "{error}"
            );
        }
    }

    #[test]
    fn every_number_has_an_upper_bound() {
        let sections: BTreeMap<String, BTreeMap<String, Value>> =
            Figment::from(Toml::string(DEFAULTS)).extract().unwrap();
        let mut numbers = 0;
        for (section, keys) in sections.iter().filter(|(name, _)| *name != "package") {
            for (key, _) in keys
                .iter()
                .filter(|(_, value)| matches!(value, Value::Num(..)))
            {
                let variable = format!("COUNTERSIGN_{section}_{key}").to_uppercase();
                for value in ["2147483647", "9223372036854775807"] {
                    let error = load_with(&[(&variable, value)]).unwrap_err();
                    assert!(error.contains(&format!("{section}.{key}")), "{error}");
                }
                numbers += 1;
            }
        }
        assert!(numbers > 12, "{numbers}");
    }

    #[test]
    fn a_certificate_requires_an_https_public_url() {
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
            settings.unwrap().server.tls().unwrap().key,
            Path::new("k.pem")
        );
        assert!(load_with(&[]).unwrap().server.tls().is_none());
    }

    #[test]
    fn mail_needs_a_server_and_a_sender() {
        for (key, value, expected_key, expected) in [
            (
                "COUNTERSIGN_MAIL_URL",
                "https://mail.example.org",
                "mail.url",
                "smtps://",
            ),
            (
                "COUNTERSIGN_MAIL_URL",
                "smtps://mail.example.org",
                "mail.from",
                "mail.url",
            ),
            (
                "COUNTERSIGN_MAIL_FROM",
                "nobody",
                "mail.from",
                "noreply@example.org",
            ),
        ] {
            let error = load_with(&[(key, value)]).unwrap_err();
            assert!(
                error.contains(expected_key) && error.contains(expected),
                "{key}: {error}"
            );
        }
    }

    #[test]
    fn mail_requires_a_public_url() {
        let mail = [
            ("COUNTERSIGN_MAIL_URL", "smtps://mail.example.org"),
            ("COUNTERSIGN_MAIL_FROM", "Example <noreply@example.org>"),
        ];
        let error = load_with(&mail).unwrap_err();
        assert!(
            error.contains("public.url") && error.contains("mail.url"),
            "{error}"
        );
        let public = ("COUNTERSIGN_PUBLIC_URL", "https://login.example.org");
        assert!(load_with(&[mail[0], mail[1], public]).is_ok());
    }

    #[test]
    fn a_refused_address_of_a_mail_server_does_not_show_its_password() {
        let url = "smtps://me:canary@mail.example.org";
        let error = load_with(&[("COUNTERSIGN_MAIL_URL", url)]).unwrap_err();
        assert!(
            error.contains("mail.url") && error.contains("mail.password_file"),
            "{error}"
        );
        assert!(!error.contains("canary"), "{error}");
    }

    #[test]
    fn a_refused_database_address_does_not_show_its_password() {
        let error =
            load_with(&[("COUNTERSIGN_DATABASE_URL", "mysql://me:canary@db/x")]).unwrap_err();
        assert!(
            error.contains("database.url") && !error.contains("canary"),
            "{error}"
        );
    }

    #[test]
    fn a_printed_database_address_does_not_show_its_password() {
        let url = "postgres://me:canary@db/x";
        let settings = load_with(&[("COUNTERSIGN_DATABASE_URL", url)]).unwrap();
        let printed = format!("{settings:?} {:?}", DatabaseOptions::name(url));
        assert!(printed.contains("x at db:5432") && !printed.contains("canary"));
        // The password has to be percent-encoded.
        let name = DatabaseOptions::name("postgres://me:can/ary@db/x");
        assert!(!name.contains("can/ary"), "{name}");
    }

    #[test]
    fn a_file_overrides_the_defaults_and_the_environment_overrides_the_file() {
        Jail::expect_with(|jail| {
            jail.clear_env();
            let text = "[session]\nmax_seconds = 100\naccess_token_seconds = 50\n
                [package.metadata.leptos]\nsite-addr = \"127.0.0.1:4000\"\n";
            jail.create_file("mine.toml", text)?;
            jail.set_env("COUNTERSIGN_SESSION_MAX_SECONDS", "200");
            let settings =
                Settings::load(Some(Path::new("mine.toml"))).map_err(|error| error.to_string())?;
            assert_eq!(
                (
                    settings.session.max_seconds,
                    settings.session.access_token_seconds
                ),
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
