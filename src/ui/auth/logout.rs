use std::{pin::pin, time::Duration};

use futures::{
    channel::oneshot,
    future::{Either, select},
};
use leptos::{prelude::*, task::spawn_local};

use super::Auth;
use crate::{
    browser::{PendingLogout, is_visible, pause},
    domain::{AuthError, Notice},
    ui::lazy::ServerCalls,
};

/// After how long a logout that was not confirmed is sent again. Each further wait is twice as long.
const FIRST_WAIT: Duration = Duration::from_secs(3);
const LONGEST_WAIT: Duration = Duration::from_mins(1);

impl Auth {
    /// Signs out: in this browser at once, on the server as soon as it can be reached.
    pub fn log_out(self) {
        PendingLogout::set();
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
            let retry = self.retry_now.try_update_value(Option::take).flatten();
            // It is gone when the next attempt has begun.
            let _ = retry.map(|retry| retry.send(()));
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

    /// Waits before the next attempt, and for the tab to be in view. The network's return or the
    /// tab's may cut the wait short, but not below the first one. Returns whether that happened.
    async fn wait_to_retry(self, wait: Duration) -> bool {
        let called = self.next_call();
        pause(FIRST_WAIT).await;
        let rest = wait.saturating_sub(FIRST_WAIT);
        let was_called = matches!(select(called, pin!(pause(rest))).await, Either::Left(_));
        let mut was_hidden = false;
        while !is_visible() {
            was_hidden = true;
            let _ = self.next_call().await;
        }
        was_called || was_hidden
    }

    fn is_after_logout(self) -> bool {
        let notice = self.notice.try_get_untracked().flatten();
        notice.is_some_and(Notice::is_logout)
    }

    /// Ends with the next call of [`Self::retry_logout`].
    fn next_call(self) -> oneshot::Receiver<()> {
        let (sender, receiver) = oneshot::channel();
        self.retry_now.try_set_value(Some(sender));
        receiver
    }
}
