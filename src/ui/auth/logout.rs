use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};

use super::Auth;
use crate::{
    browser::PendingLogout,
    domain::{AuthError, Notice},
    ui::lazy::ServerCalls,
};

/// After how long a logout that was not confirmed is sent again.
const RETRY: Duration = Duration::from_secs(3);

impl Auth {
    /// Signs out: in this browser at once, on the server as soon as it can be reached.
    pub fn log_out(self) {
        PendingLogout::set();
        let client = self.client();
        client.take_token();
        client.announce_logout();
        self.clear(Notice::SigningOut);
        self.send_logout();
    }

    pub(super) fn retry_logout(self) {
        if self.client().has_pending_logout() {
            self.clear(Notice::SignOutUnconfirmed);
            self.send_logout();
        }
    }

    fn send_logout(self) {
        let client = self.client();
        let generation = client.generation();
        // A sign-in, or the next attempt to sign out, makes this attempt irrelevant.
        let is_past = move || client.generation() != generation;
        spawn_local(async move {
            let result = match ServerCalls::load().await {
                Ok(calls) => (calls.log_out)().await,
                Err(error) => Err(error),
            };
            if is_past() {
                return;
            }
            match result {
                // An unknown session is no session, so that there is nothing left to end.
                Ok(()) | Err(AuthError::InvalidToken) => {
                    PendingLogout::clear();
                    if self.notice.get_untracked().is_some_and(Notice::is_logout) {
                        self.notice.set(Some(Notice::SignedOut));
                    }
                }
                Err(_) => {
                    self.notice.set(Some(Notice::SignOutUnconfirmed));
                    let retry = move || {
                        if !is_past() {
                            self.retry_logout();
                        }
                    };
                    set_timeout(retry, RETRY);
                }
            }
        });
    }
}
