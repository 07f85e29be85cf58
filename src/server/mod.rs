//! A running process: settings, logging, listener, TLS, maintenance and shutdown.

mod build;
mod listener;
mod logging;
mod maintenance;
mod serve;
mod settings;
mod tls;

pub use build::{BuildError, Server, build, open_auth};
pub use logging::{LogError, start_logging};
pub use serve::{ServeError, listen, serve};
pub use settings::{
    ConfigError, DataSettings, DatabaseSettings, LogFormat, LogSettings, PublicSettings,
    ServerSettings, Settings, TlsFiles,
};
pub use tls::CertificateError;
