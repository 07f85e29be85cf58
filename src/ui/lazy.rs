//! The contents of the second wasm file: the dashboard, and everything that sends requests. Users
//! download it while they type their password.
//!
//! `leptos::wasm_split` is hidden from Leptos' documentation, and used in this file only. The
//! documented `#[lazy]` and `#[lazy_route]` panic when the file can't be loaded, and a panic stops
//! the whole page; a `fallible` function returns an error.

use futures::future::{BoxFuture, LocalBoxFuture};
use leptos::{
    prelude::*,
    wasm_split::{SplitLoaderError, wasm_split},
};
use send_wrapper::SendWrapper;

use super::{
    guard::Guarded,
    pages::{Dashboard, DashboardRoute},
};
use crate::{
    api,
    browser::{ClientSession, LOAD_TIMEOUT, path, with_timeout},
    domain::{AuthError, Password, TokenResponse, User},
};

type LogIn =
    fn(String, Password, Option<bool>) -> BoxFuture<'static, Result<TokenResponse, AuthError>>;

/// The requests of [`Auth`](super::Auth).
#[derive(Debug, Clone, Copy)]
pub(super) struct ServerCalls {
    pub log_in: LogIn,
    pub log_out: fn() -> BoxFuture<'static, Result<(), AuthError>>,
    pub fetch_user: fn(ClientSession) -> LocalBoxFuture<'static, Result<User, AuthError>>,
    pub refresh_if_due: fn(ClientSession) -> LocalBoxFuture<'static, ()>,
}

impl ServerCalls {
    /// Loads the file, unless it is loaded already.
    ///
    /// # Errors
    /// `Unreachable` when the file can't be loaded, or not in time. The next call tries again.
    pub async fn load() -> Result<Self, AuthError> {
        with_timeout(LOAD_TIMEOUT, SendWrapper::new(server_calls()))
            .await
            .and_then(Result::ok)
            .ok_or(AuthError::Unreachable)
    }

    /// Loads the file ahead of time. A failure shows when the file is needed.
    pub async fn preload() {
        let _ = preload_server_calls().await;
    }
}

/// The dashboard behind its guard, or `None` when the file can't be loaded. A page that the server
/// renders names the file, so that browsers load it beside the first one. Leptos forgets to name it
/// when it has to wait before it sends the page: with `SsrMode::Async`, and for blocking resources.
pub(super) async fn load_dashboard() -> Option<AnyView> {
    leptos::prefetch_lazy_fn_on_server("session");
    dashboard().await.ok()
}

/// Loads the code of the page that the server has rendered. Returns whether that succeeded: without
/// its code the page can't be hydrated.
pub async fn load_current_page() -> bool {
    path() != DashboardRoute::PATH || preload_dashboard().await.is_ok()
}

#[wasm_split(session, wasm_split_path = leptos::wasm_split, fallible, preload(preload_server_calls))]
#[allow(clippy::unnecessary_wraps, reason = "the macro asks for it")]
fn server_calls() -> Result<ServerCalls, SplitLoaderError> {
    Ok(ServerCalls {
        log_in: |username, password, remember| Box::pin(api::log_in(username, password, remember)),
        log_out: || Box::pin(api::log_out()),
        fetch_user: |client| Box::pin(async move { client.fetch_user().await }),
        refresh_if_due: |client| Box::pin(async move { client.refresh_if_due().await }),
    })
}

#[wasm_split(session, wasm_split_path = leptos::wasm_split, fallible, preload(preload_dashboard))]
#[allow(clippy::unnecessary_wraps, reason = "the macro asks for it")]
fn dashboard() -> Result<AnyView, SplitLoaderError> {
    Ok(view! { <Guarded><Dashboard /></Guarded> }.into_any())
}
