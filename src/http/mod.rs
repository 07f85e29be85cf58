//! The HTTP side: the edge around an application, extraction, cookies, plain forms and error
//! responses.

mod access_log;
mod application;
mod bearer;
mod check;
mod client_info;
mod contract;
mod cookies;
mod cross_site;
mod edge;
mod edge_state;
mod error_response;
mod forms;
mod limits;
mod login;
mod logout;
mod origin;
mod own_sessions;
pub mod page_request;
mod pages;
mod pending_logout;
mod preference_forms;
mod preferences;
mod probes;
mod redirects;
mod refresh;
mod request_context;
mod security_headers;
mod settings;
mod signed_in_user;
mod site;
mod site_build;
mod site_files;
mod static_file;
mod stylesheet;

pub use check::{require_bearer, require_session, require_user};
pub use edge::wrap;
pub use login::{SignedIn, log_in};
pub use logout::log_out;
pub use origin::Origin;
pub use own_sessions::{account_events, own_sessions, revoke_other_sessions, revoke_session};
pub use refresh::refresh;
pub use request_context::{RequestContext, append_headers, request_context, set_cookies};
pub use settings::HttpSettings;
pub use signed_in_user::{CurrentUser, PageUser};
pub use site::{SiteError, files_and_not_found};
