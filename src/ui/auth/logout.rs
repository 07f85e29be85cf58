use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};

use super::Auth;
use crate::{
    browser::{PendingLogout, is_visible, pause},
    domain::{AuthError, AuthState, Notice},
    ui::lazy::ServerCalls,
};

/// After how long a logout that was not confirmed is sent again. Each further wait is twice as long.
const FIRST_WAIT: Duration = Duration::from_secs(3);
const LONGEST_WAIT: Duration = Duration::from_mins(1);
const SECOND: Duration = Duration::from_secs(1);

impl Auth {
    /// Signs out: in this browser at once, on the server as soon as it can be reached.
    pub fn log_out(self) {
        let session = match self.state.get_untracked() {
            AuthState::SignedIn { session, .. } => Some(session),
            AuthState::Unknown | AuthState::Anonymous => None,
        };
        PendingLogout::set(session);
        let client = self.client();
        client.take_token();
        client.abort_cookie_requests();
        client.announce_logout();
        self.clear(Notice::SigningOut);
        self.deliver_logout();
    }

    /// Sends a logout that was not confirmed, also one of an earlier page, without further waiting.
    pub(super) fn retry_logout(self) {
        let client = self.client();
        if !client.has_pending_logout() {
            return;
        }
        if self.delivering.get_value() == Some(client.generation()) {
            self.is_retry_called.set_value(true);
        } else {
            self.clear(Notice::SignOutUnconfirmed);
            self.deliver_logout();
        }
    }

    /// Sends the logout until it is confirmed. A sign-in in this tab ends that.
    fn deliver_logout(self) {
        let client = self.client();
        let generation = client.generation();
        self.delivering.set_value(Some(generation));
        spawn_local(async move {
            let mut wait = FIRST_WAIT;
            loop {
                client.wait_for_login().await;
                if client.generation() != generation {
                    return;
                }
                let is_confirmed = self.send_logout().await;
                if client.generation() != generation {
                    return;
                }
                if is_confirmed {
                    break;
                }
                self.notice.try_set(Some(Notice::SignOutUnconfirmed));
                let was_called = self.wait_to_retry(wait).await;
                wait = if was_called {
                    FIRST_WAIT
                } else {
                    LONGEST_WAIT.min(wait * 2)
                };
            }
            self.delivering.try_set_value(None);
            PendingLogout::clear();
            if self.is_after_logout() {
                self.notice.try_set(Some(Notice::SignedOut));
            }
        });
    }

    /// Whether the server has confirmed that the session is over.
    async fn send_logout(self) -> bool {
        // A request of another tab may have had it confirmed. The cookie may belong to a new session
        // by now, which a request without a token would end.
        if !self.client().has_pending_logout() {
            return true;
        }
        let result = match ServerCalls::load().await {
            Ok(calls) => (calls.log_out)().await,
            Err(error) => Err(error),
        };
        // An unknown session is no session, so that there is nothing left to end.
        matches!(result, Ok(()) | Err(AuthError::InvalidToken))
    }

    /// Waits before the next attempt, and for the tab to be in view. A call of
    /// [`Self::retry_logout`] cuts the wait short, but not below the first one. Returns whether
    /// there was one.
    async fn wait_to_retry(self, wait: Duration) -> bool {
        self.is_retry_called.try_set_value(false);
        let is_called = move || self.is_retry_called.try_get_value() == Some(true);
        let mut waited = Duration::ZERO;
        while waited < FIRST_WAIT || (waited < wait && !is_called()) || !is_visible() {
            pause(SECOND).await;
            waited += SECOND;
        }
        is_called()
    }

    fn is_after_logout(self) -> bool {
        let notice = self.notice.try_get_untracked().flatten();
        notice.is_some_and(Notice::is_logout)
    }
}
