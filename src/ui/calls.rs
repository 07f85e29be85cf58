use std::{future::Future, pin::Pin};

use leptos::wasm_split::{SplitLoaderError, wasm_split};

use crate::{
    api,
    browser::{patiently, renew_soon},
    domain::{AuthError, Password, TokenResponse, User},
};

type Answer<T> = Pin<Box<dyn Future<Output = Result<T, AuthError>>>>;

/// What the state of who is there asks of the server. It comes in the wasm file with the dashboard, since the login page is
/// there without it: that file is loaded while its user types.
pub(super) struct Calls {
    pub log_in: fn(String, Password, Option<bool>) -> Answer<TokenResponse>,
    pub log_out: fn() -> Answer<()>,
    pub me: fn() -> Answer<User>,
    pub renew_soon: fn() -> Pin<Box<dyn Future<Output = ()>>>,
}

impl Calls {
    /// Loads the file, if it is not there yet.
    ///
    /// # Errors
    /// `Unreachable` when it can't be loaded, or not in time. The next time it is tried again.
    pub async fn load() -> Result<Self, AuthError> {
        patiently(calls())
            .await
            .and_then(Result::ok)
            .ok_or(AuthError::Unreachable)
    }
}

#[wasm_split(session, wasm_split_path = leptos::wasm_split, fallible, preload(load_session))]
#[allow(clippy::unnecessary_wraps, reason = "the macro asks for it")]
pub(super) fn calls() -> Result<Calls, SplitLoaderError> {
    Ok(Calls {
        log_in: |username, password, remember| Box::pin(api::log_in(username, password, remember)),
        log_out: || Box::pin(api::log_out()),
        me: || Box::pin(api::me()),
        renew_soon: || Box::pin(renew_soon()),
    })
}
