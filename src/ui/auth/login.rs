use leptos::{prelude::*, task::spawn_local};

use super::Auth;
use crate::{
    api,
    browser::PendingLogout,
    domain::{AuthError, Password},
    ui::lazy::ServerCalls,
};

impl Auth {
    /// Signs in and stores the token. In the second file.
    ///
    /// # Errors
    /// The server's error, and `Unavailable` for a token that this page can't read.
    pub(in crate::ui) async fn log_in(
        self,
        username: String,
        password: Password,
        remember: bool,
    ) -> Result<(), AuthError> {
        let client = self.client();
        if client.has_taken_token() && !PendingLogout::is_set() {
            // Cookies are blocked, so the request of the sign-in can't tell the server that this
            // session is to end.
            let _ = api::log_out().await;
        }
        client.begin_login();
        let response = api::log_in(username, password, remember.then_some(true)).await;
        let signed_in = response.as_ref().ok();
        client.end_login(signed_in.map(|response| response.user.username.as_str()));
        let response = response?;
        client.store_token(response.access_token);
        PendingLogout::clear();
        if self.set_signed_in(response.user) {
            Ok(())
        } else {
            Err(AuthError::Unavailable)
        }
    }

    /// Asks the server for the user of this browser's session.
    pub(crate) fn fetch_user(self) {
        self.error.set(None);
        let client = self.client();
        spawn_local(async move {
            let user = match ServerCalls::load().await {
                Ok(calls) => (calls.fetch_user)(client).await,
                Err(error) => Err(error),
            };
            match user {
                Ok(user) => {
                    self.set_signed_in(user);
                }
                // Emitted as `SessionEvent::Ended` already.
                Err(AuthError::InvalidToken) => {}
                Err(error) => self.error.set(Some(error)),
            }
        });
    }
}
