//! Countersign: a complete login and logout for Rust web applications.
//!
//! Imports point one way:
//!
//! ```text
//! main → cli → server → http → auth → store → domain
//! main → app → ui → api → http
//!                   api → browser → domain
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

pub mod api;
#[cfg(feature = "app")]
pub mod app;
#[cfg(feature = "ssr")]
pub mod auth;
pub mod browser;
#[cfg(all(feature = "ssr", feature = "cli"))]
pub mod cli;
pub mod domain;
#[cfg(feature = "ssr")]
pub mod http;
#[cfg(all(feature = "hydrate", feature = "app"))]
#[path = "app/hydrate.rs"]
mod hydrate;
#[cfg(not(feature = "lazy"))]
#[path = "ui/code_at_hand.rs"]
mod lazy_code;
#[cfg(feature = "lazy")]
#[path = "ui/lazy_code.rs"]
mod lazy_code;
#[cfg(all(feature = "ssr", feature = "app"))]
#[path = "app/router.rs"]
mod router;
#[cfg(feature = "ssr")]
pub mod server;
#[cfg(feature = "ssr")]
pub mod store;
pub mod ui;

#[cfg(not(feature = "ssr"))]
use browser::page_request;
#[cfg(feature = "ssr")]
use http::page_request;

pub use browser::BearerClient;
#[cfg(feature = "ssr")]
pub use http::{CurrentUser, PageUser, require_user};
#[cfg(all(feature = "ssr", feature = "app"))]
pub use router::router;
#[cfg(feature = "ssr")]
pub use server::{Server, serve};
pub use ui::{
    AuthProvider, AuthRoutes, CommonTexts, ErrorTexts, GuardedParentRoute, GuardedRoute,
    LoginTexts, NoticeTexts, OurTexts, Slot, Texts, Translations, use_auth,
};
