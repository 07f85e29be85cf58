use std::{
    fmt::{self, Formatter},
    sync::{Arc, OnceLock},
};

use leptos::prelude::{ArcStoredValue, UpdateValue, WithValue};
use send_wrapper::SendWrapper;
use web_sys::{AbortController, BroadcastChannel};

use super::{PendingLogout, SessionEvent, refresh::RunningRefresh};
use crate::domain::{AccessToken, ReceivedToken, UserId};

/// For code that can't be given the session as an argument: `Client::send` of a server function takes no
/// `self`, and event handlers and spawned tasks have no reactive owner with a context.
static CURRENT: OnceLock<ClientSession> = OnceLock::new();

type Listener = Arc<dyn Fn(SessionEvent) + Send + Sync>;

/// The session of this tab, as the browser keeps it: access token, owner, requests on their way.
#[derive(Clone, Default)]
pub struct ClientSession {
    pub(super) state: ArcStoredValue<State>,
}

#[derive(Default)]
pub(super) struct State {
    /// Whose session this tab shows. All tabs share the refresh cookie, so that it may belong to
    /// another user by now.
    pub owner: Option<UserId>,
    /// Counts the beginnings and ends of sessions in this tab. A late response to a request from
    /// an earlier generation is ignored: it must not bring back a session that has ended.
    pub generation: u64,
    pub refresh: Option<RunningRefresh>,
    /// The access token, where the browser denies storage.
    pub token: Option<ReceivedToken>,
    /// The token of a logout that the server has not confirmed yet.
    pub taken_token: Option<AccessToken>,
    /// Whether a sign-in is on its way, in this tab or in another.
    pub is_login_running: bool,
    /// Requests on their way whose responses set cookies.
    pub cookie_requests: Vec<SendWrapper<AbortController>>,
    pub listener: Option<Listener>,
    pub channel: Option<SendWrapper<BroadcastChannel>>,
    /// How many requests are on their way that the user waits for.
    pub requests_in_flight: usize,
    /// Whether requests that begin now are not counted.
    pub in_background: bool,
}

impl ClientSession {
    /// The session of this page. Only to be called in the browser.
    #[must_use]
    pub fn current() -> Self {
        CURRENT.get_or_init(Self::default).clone()
    }

    /// Takes the token out of storage for good. From now on it only serves to end its session.
    pub fn take_token(&self) {
        if let Some(token) = self.token() {
            self.clear_token();
            self.state
                .update_value(|state| state.taken_token = Some(token.access_token));
        }
    }

    /// Whether the user has signed out in this browser and the server has not confirmed it. Where
    /// the browser blocks cookies, this page alone knows.
    #[must_use]
    pub fn has_pending_logout(&self) -> bool {
        PendingLogout::is_set() || self.has_taken_token()
    }

    /// Whether a token is kept whose session the server has to end.
    #[must_use]
    pub fn has_taken_token(&self) -> bool {
        self.state.with_value(|state| state.taken_token.is_some())
    }

    /// Begins a session of `owner` in this tab.
    pub fn begin(&self, owner: UserId) {
        self.state.update_value(|state| {
            state.generation += 1;
            state.owner = Some(owner);
            // The server finishes a pending logout before it lets a new session begin.
            state.taken_token = None;
        });
    }

    /// Ends the session in this tab, and ignores a refresh that is still on its way.
    pub fn clear(&self) {
        self.state.update_value(|state| {
            state.generation += 1;
            state.owner = None;
            state.refresh = None;
        });
        self.clear_token();
    }

    /// Counts the beginnings and ends of sessions in this tab.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.state.with_value(|state| state.generation)
    }

    /// Sets the one listener, which shows the events in the page.
    pub fn on_event(&self, listener: impl Fn(SessionEvent) + Send + Sync + 'static) {
        self.state
            .update_value(|state| state.listener = Some(Arc::new(listener)));
    }

    pub(super) fn emit(&self, event: SessionEvent) {
        // Cloned first: the listener calls back into this object.
        let listener = self.state.with_value(|state| state.listener.clone());
        if let Some(listener) = listener {
            listener(event);
        }
    }
}

impl fmt::Debug for ClientSession {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientSession")
            .field("generation", &self.generation())
            .finish_non_exhaustive()
    }
}
