//! What may be in the second wasm file, and is loaded when it is needed.

use futures::future::{BoxFuture, LocalBoxFuture};
use leptos::prelude::*;
use send_wrapper::SendWrapper;

use super::{
    Auth,
    guard::Guarded,
    pages::{
        Activity, ChangeEmail, ChangePassword, ConfirmEmail, CreateAccount, Dashboard,
        DeleteAccount, ForgotPassword, NotLoaded, Profile, ResetPassword, RestoreEmail, Sessions,
        SignUp,
    },
};
use crate::{
    api,
    browser::{ClientSession, LOAD_TIMEOUT, with_timeout},
    domain::{AuthError, Password, User, paths},
    lazy_code,
};

type LogIn = fn(Auth, String, Password, bool) -> BoxFuture<'static, Result<(), AuthError>>;

/// The requests of [`Auth`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct ServerCalls {
    pub log_in: LogIn,
    pub log_out: fn() -> BoxFuture<'static, Result<(), AuthError>>,
    pub fetch_user: fn(ClientSession) -> LocalBoxFuture<'static, Result<User, AuthError>>,
    pub refresh_if_due: fn(ClientSession) -> LocalBoxFuture<'static, ()>,
}

impl ServerCalls {
    /// To be called by `lazy_code` only, which decides in which file the functions are.
    pub(crate) fn new() -> Self {
        Self {
            log_in: |auth, username, password, remember| {
                Box::pin(auth.log_in(username, password, remember))
            },
            log_out: || Box::pin(api::log_out()),
            fetch_user: |client| Box::pin(async move { client.fetch_user().await }),
            refresh_if_due: |client| Box::pin(async move { client.refresh_if_due().await }),
        }
    }

    /// # Errors
    /// `Unreachable` when the code can't be loaded, or not in time. The next call tries again.
    pub async fn load() -> Result<Self, AuthError> {
        with_timeout(LOAD_TIMEOUT, SendWrapper::new(lazy_code::server_calls()))
            .await
            .flatten()
            .ok_or(AuthError::Unreachable)
    }
}

/// A page from the second file, or what takes its place when the file can't be loaded.
pub fn loaded(page: Option<AnyView>) -> AnyView {
    page.unwrap_or_else(|| view! { <NotLoaded /> }.into_any())
}

/// The dashboard behind its guard.
pub(crate) fn dashboard() -> AnyView {
    view! { <Guarded><Dashboard /></Guarded> }.into_any()
}

/// The page for a user's account at one of [`paths::AUTH_PAGES`].
pub(crate) fn account_page(path: &str) -> AnyView {
    match path {
        paths::FORGOT_PASSWORD => view! { <ForgotPassword /> }.into_any(),
        paths::RESET_PASSWORD => view! { <ResetPassword /> }.into_any(),
        paths::CONFIRM_EMAIL => view! { <ConfirmEmail /> }.into_any(),
        paths::RESTORE_EMAIL => view! { <RestoreEmail /> }.into_any(),
        paths::SIGN_UP => view! { <SignUp /> }.into_any(),
        paths::CREATE_ACCOUNT => view! { <CreateAccount /> }.into_any(),
        paths::CHANGE_EMAIL => view! { <Guarded><ChangeEmail /></Guarded> }.into_any(),
        paths::CHANGE_PASSWORD => view! { <Guarded><ChangePassword /></Guarded> }.into_any(),
        paths::DELETE_ACCOUNT => view! { <Guarded><DeleteAccount /></Guarded> }.into_any(),
        paths::SESSIONS => view! { <Guarded><Sessions /></Guarded> }.into_any(),
        paths::ACTIVITY => view! { <Guarded><Activity /></Guarded> }.into_any(),
        _ => view! { <Guarded><Profile /></Guarded> }.into_any(),
    }
}
