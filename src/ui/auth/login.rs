use leptos::{prelude::*, task::spawn_local};

use super::Auth;
use crate::{
    browser::PendingLogout,
    domain::{AuthError, Password},
    ui::lazy::ServerCalls,
};

impl Auth {
    /// Signs in and stores the token.
    ///
    /// # Errors
    /// The server's error; `StorageRefused`, after which the new session is ended again; and
    /// `Unavailable` for a token that this page can't read.
    pub(in crate::ui) async fn log_in(
        self,
        calls: ServerCalls,
        username: String,
        password: Password,
        remember: bool,
    ) -> Result<(), AuthError> {
        let response = (calls.log_in)(username, password, remember.then_some(true)).await?;
        let client = self.client();
        if let Err(error) = client.store_token(&response.access_token) {
            // The refresh cookie is set, so that the session would go on without its user knowing.
            let _ = (calls.log_out)().await;
            return Err(error);
        }
        PendingLogout::clear();
        client.announce_login(response.user.username.as_str());
        if self.set_signed_in(response.user) {
            Ok(())
        } else {
            Err(AuthError::Unavailable)
        }
    }

    /// Asks the server for the user of this browser's session.
    pub fn fetch_user(self) {
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
