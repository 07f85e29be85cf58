//! The HTTP side: routes, middleware, extraction, cookies, plain forms, pages and error responses.
//! It renders the application that it is given.

mod access_log;
mod app_state;
mod application;
mod bearer;
mod check;
mod client_info;
mod contract;
mod cookies;
mod cross_site;
mod edge;
mod error_response;
mod files;
mod forms;
mod limits;
mod login;
mod logout;
mod origin;
mod own_sessions;
mod pages;
mod pending_logout;
mod preference_forms;
mod preferences;
mod probes;
mod refresh;
mod request_context;
mod router;
mod security_headers;
mod settings;

pub use application::Application;
pub use check::{require_bearer, require_session, require_user};
pub use login::{SignedIn, log_in};
pub use logout::log_out;
pub use origin::Origin;
pub use own_sessions::{account_events, own_sessions, revoke_other_sessions, revoke_session};
pub use refresh::refresh;
pub use request_context::{RequestContext, append_headers, request_context, set_cookies};
pub use router::{RouterError, router};
pub use settings::HttpSettings;
