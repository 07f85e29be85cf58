//! Login and logout for Rust web applications: pages for Leptos, a server for axum, and JSON Web
//! Tokens that are refused as soon as a user has signed out.
//!
//! The guide is [`docs/LIBRARY.md`][guide], and every setting is in
//! [`docs/CONFIGURATION.md`][configuration]. Countersign is also an application that runs by
//! itself: see the [`README.md`][readme].
//!
//! [guide]: https://docs.rs/crate/countersign/latest/source/docs/LIBRARY.md
//! [configuration]: https://docs.rs/crate/countersign/latest/source/docs/CONFIGURATION.md
//! [readme]: https://docs.rs/crate/countersign/latest/source/README.md
//!
//! # Example
//!
//! [`AuthProvider`] stands around the pages, [`AuthRoutes`] brings the login page, and
//! [`GuardedRoute`] is a route for users. A server function begins with `require_user()` and is
//! called by [`BearerClient`], which sends the access token:
//!
//! ```
//! use countersign::{AuthProvider, AuthRoutes, BearerClient, GuardedRoute, use_auth};
//! use leptos::prelude::*;
//! use leptos_router::{
//!     StaticSegment,
//!     components::{Router, Routes},
//! };
//!
//! #[component]
//! pub fn App() -> impl IntoView {
//!     view! {
//!         <AuthProvider brand="Notes" after_login="/notes">
//!             <Router>
//!                 <Routes fallback=|| "There is nothing at this address.">
//!                     <AuthRoutes />
//!                     <GuardedRoute path=StaticSegment("notes") view=Notes />
//!                 </Routes>
//!             </Router>
//!         </AuthProvider>
//!     }
//! }
//!
//! #[server(client = BearerClient)]
//! async fn notes() -> Result<Vec<String>, ServerFnError> {
//!     let user = countersign::require_user().await?;
//!     Ok(vec![format!("The first note of {}", user.username)])
//! }
//!
//! #[component]
//! fn Notes() -> impl IntoView {
//!     let auth = use_auth();
//!     view! {
//!         <Await future=notes() let:notes>{notes.clone().unwrap_or_default().join(", ")}</Await>
//!         <button on:click=move |_| auth.log_out()>"Sign out"</button>
//!     }
//! }
//! ```
//!
//! `serve` stands around the whole router of the application, in place of `axum::serve`:
//!
//! ```no_run
//! # #[leptos::component]
//! # fn App() -> impl leptos::IntoView {}
//! # fn shell(_: leptos::config::LeptosOptions) -> impl leptos::IntoView {}
//! use axum::Router;
//! use leptos::config::get_configuration;
//! use leptos_axum::{LeptosRoutes, file_and_error_handler, generate_route_list};
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let options = get_configuration(None)?.leptos_options;
//!     let document = {
//!         let options = options.clone();
//!         move || shell(options.clone())
//!     };
//!     let app = Router::new()
//!         .leptos_routes(&options, generate_route_list(App), document)
//!         .fallback(file_and_error_handler(shell))
//!         .with_state(options);
//!     Ok(countersign::serve(app).await?)
//! }
//! ```
//!
//! # Features
//!
//! Switch on `ssr` and `hydrate` together with those of Leptos: one of the two is needed, and they
//! exclude each other. `cli` adds the command line, `countersign::cli`. `lazy` puts what only users
//! need into a second wasm file, for `cargo leptos build --split`. `app` is our own application, and
//! not part of the API.
//!
//! # Semantic versioning
//!
//! What is exported here is covered, and so are settings, addresses and the database. The guide has
//! the [whole list][guide], and what is not on it. `countersign::internals` is not: any release may
//! change it.

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

// Imports between the modules point one way: see docs/ARCHITECTURE.md.
//
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
#[cfg(feature = "ssr")]
mod mail;
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

// For pages.
pub use browser::BearerClient;
#[cfg(feature = "hydrate")]
pub use hydrate_app::hydrate_app;
pub use page_request::{language as page_language, theme as page_theme};
pub use ui::{
    Auth, AuthProvider, AuthRoutes, CommonTexts, DashboardRoute, ErrorTexts, Footer, Guarded,
    GuardedParentRoute, GuardedRoute, LeadOn, LoginTexts, NotFound, NoticeTexts, OurTexts, Slot,
    Texts, Translations, use_auth,
};

// For the server.
#[cfg(feature = "ssr")]
pub use auth::{AccountError, AuthService, NewPassword, OpenError, ServiceError};
#[cfg(all(feature = "ssr", feature = "cli"))]
pub use cli::run as cli;
#[cfg(feature = "ssr")]
pub use domain::{Actor, ClientInfo};
#[cfg(feature = "ssr")]
pub use http::{CurrentUser, PageUser, SiteError, files_and_not_found, require_user};
#[cfg(feature = "ssr")]
pub use server::{ConfigError, ServeError, Server, Settings, StartError, serve};
#[cfg(feature = "ssr")]
pub use store::DatabasePool;

// For both.
pub use domain::{
    AuthError, AuthState, EmailAddress, InputError, InvalidEmailAddress, InvalidPassword,
    InvalidUsername, Language, Password, SessionId, Theme, UnknownLanguage, User, UserId, Username,
    paths::LOGIN as LOGIN_PATH,
};

/// Our own application, which `main.rs` serves.
#[cfg(all(feature = "ssr", feature = "app"))]
#[doc(hidden)]
pub use router::router;

/// For the tests and benchmarks of this crate. Nothing in here is covered by semantic versioning:
/// any release may change or remove it.
#[doc(hidden)]
pub mod internals {
    #[cfg(feature = "app")]
    pub use crate::app::App;
    #[cfg(all(feature = "ssr", feature = "app"))]
    pub use crate::router::ROUTES;
    #[cfg(feature = "ssr")]
    pub use crate::{
        api::{own_sessions, revoke_session},
        auth::{Clock, Expiry, Issuer, KeyRing, command_line},
        domain::{MailId, REUSE_INTERVAL_SECONDS, Rotation, paths, rotate},
        http::wrap,
        mail::{Content, Link, Mail, Mailer, MailerOptions, SendError},
        server::{
            database_options, import, listen, mailer, open_auth, open_to_adopt, open_to_operate,
            serve_router, start_logging,
        },
        store::{IfAbsent, RecordedEvent, pending_migrations},
    };
    pub use crate::{
        browser::{ApiRequest, ClientSession, local_time, now},
        domain::{AccessToken, EmailAddress, Timestamp},
    };
}

/// Has the code of the recipes compiled.
#[cfg(all(doctest, feature = "ssr"))]
#[doc = include_str!("../docs/RECIPES.md")]
mod recipes {}
