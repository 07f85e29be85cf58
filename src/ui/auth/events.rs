use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};

use super::Auth;
use crate::{
    browser::{self, PendingLogout, SessionEvent, pause},
    domain::{AuthState, Notice},
    ui::lazy::ServerCalls,
};

/// How often a visible page checks whether its token is to be refreshed.
const REFRESH_CHECK: Duration = Duration::from_secs(5);
/// After how long the second file is asked for again when it can't be loaded.
const LOAD_AGAIN: Duration = Duration::from_mins(1);

impl Auth {
    /// Listens to the browser, and compares the state with the token of this tab, which the server
    /// does not see when it renders.
    pub(in crate::ui) fn start(self) {
        let client = self.client();
        client.on_event(move |event| self.on_session_event(event));
        client.listen_to_tabs();
        browser::watch_caps_lock();
        browser::watch_language();
        browser::watch_theme();
        browser::on_restored(browser::reload);
        browser::on_visible(move || {
            self.refresh_if_due();
            self.retry_logout();
        });
        browser::on_online(move || self.retry_logout());
        set_interval(move || self.refresh_if_due(), REFRESH_CHECK);
        let stored = client.token();
        match self.state.get_untracked() {
            _ if client.has_pending_logout() => self.retry_logout(),
            AuthState::SignedIn { session, .. } if PendingLogout::restore(session) => {
                self.retry_logout();
            }
            AuthState::SignedIn { user, session } => {
                // The token may be one of an earlier session of this tab.
                if stored.as_ref().and_then(|token| token.session) != Some(session) {
                    client.clear_token();
                }
                client.begin(user.id);
                self.token.set(client.token());
                self.refresh_if_due();
            }
            // Where cookies are blocked, the token of this tab is all there is.
            AuthState::Anonymous if stored.is_some() => self.fetch_user(),
            AuthState::Anonymous => {}
            AuthState::Unknown => self.fetch_user(),
        }
    }

    fn on_session_event(self, event: SessionEvent) {
        let state = self.state.get_untracked();
        match (event, state) {
            (SessionEvent::Refreshed, _) => self.token.set(self.client().token()),
            (SessionEvent::Ended, AuthState::Unknown) => self.state.set(AuthState::Anonymous),
            // A late response to a request of a session that is over already says nothing new.
            (SessionEvent::Ended, AuthState::Anonymous) if self.says_why_signed_out() => {}
            (SessionEvent::Ended, _) => self.clear(Notice::SessionEnded),
            (SessionEvent::SignedOutElsewhere, AuthState::Anonymous) => {
                self.notice.set(Some(Notice::SignedOutElsewhere));
            }
            (SessionEvent::SignedOutElsewhere, _) => self.clear(Notice::SignedOutElsewhere),
            (SessionEvent::SignedInElsewhere { username }, AuthState::Anonymous) => {
                self.name_elsewhere.set(username);
                self.notice.set(Some(Notice::SignedInElsewhere));
            }
            (SessionEvent::SignedInElsewhere { username }, AuthState::SignedIn { user, .. })
                if username
                    .as_deref()
                    .is_some_and(|name| name != user.username.as_str()) =>
            {
                self.name_elsewhere.set(username);
                self.clear(Notice::SignedInElsewhere);
            }
            // The refresh cookie belongs to the new session, and this tab follows it.
            (SessionEvent::SignedInElsewhere { .. }, _) => {
                self.client().clear_token();
                self.fetch_user();
            }
        }
    }

    fn says_why_signed_out(self) -> bool {
        self.notice
            .get_untracked()
            .is_some_and(|notice| notice != Notice::SignedInElsewhere)
    }

    fn refresh_if_due(self) {
        let is_signed_in = matches!(self.state.get_untracked(), AuthState::SignedIn { .. });
        if is_signed_in && browser::is_visible() {
            let client = self.client();
            // Without the need, the second file is not asked for.
            if !client.is_refresh_due() || self.is_refreshing.get_value() {
                return;
            }
            self.is_refreshing.set_value(true);
            spawn_local(async move {
                match ServerCalls::load().await {
                    Ok(calls) => (calls.refresh_if_due)(client).await,
                    Err(_) => pause(LOAD_AGAIN).await,
                }
                self.is_refreshing.try_set_value(false);
            });
        }
    }
}
