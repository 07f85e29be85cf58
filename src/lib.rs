//! Countersign: a complete login and logout for Rust web applications.
//!
//! Imports point one way:
//!
//! ```text
//! cli → server → http → auth → store → domain
//!       ui → api → http
//!            api → browser → domain
//! main, app → lib
//! ```

// Leptos' views are deep types; rustc's default limit is not enough to lay them out.
#![recursion_limit = "256"]

#[cfg(all(feature = "ssr", feature = "hydrate"))]
compile_error!(
    "the features `ssr` and `hydrate` exclude each other: build the server with `ssr`, and the \
     browser's code with `hydrate`"
);
#[cfg(not(any(feature = "ssr", feature = "hydrate")))]
compile_error!("one feature is needed: `ssr` for the server, or `hydrate` for the browser's code");
#[cfg(all(feature = "cli", not(feature = "ssr")))]
compile_error!("the feature `cli` needs `ssr`");

// Each build uses a part of the modules that both have. Dead code in the rest shows in the other.
mod api;
#[cfg(feature = "app")]
#[cfg_attr(feature = "hydrate", allow(dead_code, unused_imports))]
mod app;
#[cfg(feature = "ssr")]
mod auth;
#[cfg_attr(feature = "ssr", allow(dead_code, unused_imports))]
mod browser;
#[cfg(all(feature = "ssr", feature = "cli"))]
mod cli;
#[cfg_attr(feature = "hydrate", allow(dead_code, unused_imports))]
mod domain;
#[cfg(feature = "ssr")]
mod http;
#[cfg(all(feature = "hydrate", feature = "app"))]
#[path = "app/hydrate.rs"]
mod hydrate;
#[cfg(feature = "hydrate")]
#[path = "ui/hydrate_app.rs"]
mod hydrate_app;
#[cfg(not(feature = "lazy"))]
#[cfg_attr(feature = "ssr", allow(dead_code))]
#[path = "ui/code_at_hand.rs"]
mod lazy_code;
#[cfg(feature = "lazy")]
#[cfg_attr(feature = "ssr", allow(dead_code))]
#[path = "ui/lazy_code.rs"]
mod lazy_code;
#[cfg(all(feature = "ssr", feature = "app"))]
#[path = "app/router.rs"]
mod router;
#[cfg(feature = "ssr")]
mod server;
#[cfg(feature = "ssr")]
mod store;
mod ui;

#[cfg(not(feature = "ssr"))]
use browser::page_request;
#[cfg(feature = "ssr")]
use http::page_request;

#[cfg(feature = "ssr")]
pub use auth::{AccountError, AuthService, OpenError, ServiceError};
pub use browser::BearerClient;
#[cfg(all(feature = "ssr", feature = "cli"))]
pub use cli::run as cli;
#[cfg(feature = "ssr")]
pub use domain::{Actor, ClientInfo};
pub use domain::{
    AuthError, AuthState, InputError, InvalidPassword, InvalidUsername, Language, NewPassword,
    Password, SessionId, Theme, UnknownLanguage, User, UserId, Username,
    paths::LOGIN as LOGIN_PATH,
};
#[cfg(feature = "ssr")]
pub use http::{CurrentUser, PageUser, SiteError, files_and_not_found, require_user};
#[cfg(feature = "hydrate")]
pub use hydrate_app::hydrate_app;
pub use page_request::{language as page_language, theme as page_theme};
#[cfg(all(feature = "ssr", feature = "app"))]
#[doc(hidden)]
pub use router::router;
#[cfg(feature = "ssr")]
pub use server::{ConfigError, ServeError, Server, Settings, StartError, serve};
pub use ui::{
    Auth, AuthProvider, AuthRoutes, CommonTexts, DashboardRoute, ErrorTexts, Footer, Guarded,
    GuardedParentRoute, GuardedRoute, LeadOn, LoginTexts, NotFound, NoticeTexts, OurTexts, Slot,
    Texts, Translations, use_auth,
};

/// For the tests and benchmarks of this crate. Nothing in here is covered by semantic versioning:
/// any release may change or remove it.
#[doc(hidden)]
pub mod internals {
    #[cfg(feature = "app")]
    pub use crate::app::App;
    #[cfg(feature = "ssr")]
    pub use crate::{
        api::{own_sessions, revoke_session},
        auth::{Clock, Expiry, Issuer, KeyRing, command_line},
        domain::{REUSE_INTERVAL_SECONDS, Rotation, paths, rotate},
        http::wrap,
        server::{listen, open_auth, serve_router, start_logging},
        store::{IfAbsent, RecordedEvent},
    };
    pub use crate::{
        browser::{ApiRequest, ClientSession, local_time, now},
        domain::{AccessToken, Timestamp},
    };
}
