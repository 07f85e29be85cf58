//! A running process: settings, logging, listener, TLS, maintenance and shutdown.

mod listener;
mod logging;
mod mails;
mod maintenance;
mod open;
mod serve;
mod settings;
mod tls;

pub use logging::{LogError, start_logging};
pub use open::{
    Server, StartError, database_options, import, mailer, open_auth, open_to_adopt, open_to_operate,
};
pub use serve::{ServeError, listen, serve, serve_router};
pub use settings::{ConfigError, LogFormat, LogSettings, ServerSettings, Settings, TlsFiles};
pub use tls::CertificateError;
