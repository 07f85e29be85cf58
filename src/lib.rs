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

pub mod api;
pub mod app;
#[cfg(feature = "ssr")]
pub mod auth;
pub mod browser;
#[cfg(feature = "ssr")]
pub mod cli;
pub mod domain;
#[cfg(feature = "ssr")]
pub mod http;
#[cfg(feature = "hydrate")]
#[path = "app/hydrate.rs"]
mod hydrate;
#[cfg(feature = "ssr")]
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
#[cfg(feature = "ssr")]
pub use router::router;
#[cfg(feature = "ssr")]
pub use server::Server;
