//! A sign-in sets the refresh cookie. The responses to a logout and to a refresh set or clear it too,
//! and one that comes late would take the session of the next user away. So a sign-in gives up such
//! requests in all tabs, and none is sent until it is decided.

use std::time::Duration;

use leptos::prelude::{UpdateValue, WithValue};
use send_wrapper::SendWrapper;
use server_fn::error::ServerFnErrorErr;

use super::{
    ApiRequest, ApiResponse, ClientSession,
    api_request::abort_controller,
    timeout::{REQUEST_TIMEOUT, pause},
};
use crate::domain::AccessToken;

/// How often it is checked whether a sign-in is decided.
const CHECK: Duration = Duration::from_millis(200);

impl ClientSession {
    /// A sign-in is about to be sent.
    pub fn begin_login(&self) {
        self.yield_to_login();
        self.announce_login_begun();
    }

    /// The sign-in was answered. `username` is the user who has signed in.
    pub fn end_login(&self, username: Option<&str>) {
        self.login_is_decided();
        self.announce_login_end(username);
    }

    /// A sign-in has begun in this tab or in another.
    pub(super) fn yield_to_login(&self) {
        self.state
            .update_value(|state| state.is_login_running = true);
        self.abort_cookie_requests();
    }

    pub(super) fn login_is_decided(&self) {
        self.state
            .update_value(|state| state.is_login_running = false);
    }

    /// Gives up requests whose responses set cookies.
    pub fn abort_cookie_requests(&self) {
        let mut requests = Vec::new();
        self.state
            .update_value(|state| std::mem::swap(&mut requests, &mut state.cookie_requests));
        for request in requests {
            request.abort();
        }
    }

    /// Waits while a sign-in is on its way, but no longer than one takes: its tab may be gone.
    pub async fn wait_for_login(&self) {
        let mut waited = Duration::ZERO;
        while self.state.with_value(|state| state.is_login_running) {
            if waited >= REQUEST_TIMEOUT {
                self.login_is_decided();
            }
            pause(CHECK).await;
            waited += CHECK;
        }
    }

    /// Sends a request whose response sets cookies, unless a sign-in gives it up.
    pub(super) async fn send_cookie_request(
        &self,
        request: &ApiRequest,
        token: Option<&AccessToken>,
    ) -> Result<ApiResponse, ServerFnErrorErr> {
        let abort = SendWrapper::new(abort_controller()?);
        self.state
            .update_value(|state| state.cookie_requests.push(abort.clone()));
        let result = request.send_until(self, token, &abort).await;
        self.state
            .update_value(|state| state.cookie_requests.retain(|running| **running != *abort));
        result
    }
}
