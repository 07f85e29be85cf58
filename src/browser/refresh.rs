use futures::{
    FutureExt,
    future::{BoxFuture, Shared},
};
use http::Method;
use leptos::prelude::{UpdateValue, WithValue, WriteValue};
use send_wrapper::SendWrapper;

use super::{
    ApiRequest, ApiResponse, ClientSession, SessionEvent, lock::lock, now, timeout::REFRESH_TIMEOUT,
};
use crate::domain::{AccessToken, TokenResponse};

/// The result of a refresh.
#[derive(Debug, Clone)]
pub enum RefreshOutcome {
    Token(AccessToken),
    /// There is no session to refresh, or the cookie belongs to another user by now.
    Ended,
    /// The server answered that it can't refresh now.
    Unavailable,
    Unreachable,
}

pub(super) type RunningRefresh = Shared<BoxFuture<'static, RefreshOutcome>>;

impl ClientSession {
    /// The token to send, refreshed if it is missing or about to expire.
    pub(super) async fn usable_token(&self) -> RefreshOutcome {
        match self.token().filter(|token| !token.is_due(now())) {
            Some(token) => RefreshOutcome::Token(token.access_token),
            None => self.refresh().await,
        }
    }

    /// Whether the token is missing or about to expire.
    #[must_use]
    pub fn is_refresh_due(&self) -> bool {
        self.token().is_none_or(|token| token.is_due(now()))
    }

    /// Refreshes the token if it is missing or about to expire, for a page that is only looked at.
    pub async fn refresh_if_due(&self) {
        let generation = self.generation();
        if !self.is_refresh_due() {
            return;
        }
        let outcome = self.in_background(self.refresh()).await;
        if matches!(outcome, RefreshOutcome::Ended) && self.generation() == generation {
            self.emit(SessionEvent::Ended);
        }
    }

    /// Obtains the next token by the refresh cookie: once for all callers that wait for it, and in
    /// one tab at a time.
    pub(super) async fn refresh(&self) -> RefreshOutcome {
        let running = self.running_refresh();
        let outcome = running.clone().await;
        // The first caller to resume makes room for the next refresh.
        self.state.update_value(|state| {
            if let Some(current) = &state.refresh
                && current.ptr_eq(&running)
            {
                state.refresh = None;
            }
        });
        outcome
    }

    fn running_refresh(&self) -> RunningRefresh {
        let (session, generation) = (self.clone(), self.generation());
        let begin = || {
            let request = async move {
                let _lock = lock().await;
                session.request_refresh(generation).await
            };
            SendWrapper::new(request).boxed().shared()
        };
        let mut state = self.state.write_value();
        state.refresh.get_or_insert_with(begin).clone()
    }

    async fn request_refresh(&self, generation: u64) -> RefreshOutcome {
        let Some(response) = self.send_twice(generation).await else {
            return RefreshOutcome::Unreachable;
        };
        if response.is_token_refused() {
            return RefreshOutcome::Ended;
        }
        if response.status_code() != 200 {
            return RefreshOutcome::Unavailable;
        }
        let Ok(body) = response.bytes().await else {
            return RefreshOutcome::Unavailable;
        };
        let Ok(response) = serde_json::from_slice::<TokenResponse>(&body) else {
            return RefreshOutcome::Unavailable;
        };
        let owner = self.state.with_value(|state| state.owner);
        let is_foreign = owner.is_some_and(|owner| owner != response.user.id);
        if self.generation() != generation || is_foreign {
            return RefreshOutcome::Ended;
        }
        self.store_token(response.access_token.clone());
        self.emit(SessionEvent::Refreshed);
        RefreshOutcome::Token(response.access_token)
    }

    /// Repeats a request whose response was lost, at once or when a sign-in is decided: the server
    /// accepts the same cookie again only within the reuse interval.
    async fn send_twice(&self, generation: u64) -> Option<ApiResponse> {
        let request = ApiRequest::new(Method::POST, "/api/refresh").with_timeout(REFRESH_TIMEOUT);
        for _ in 0..2 {
            self.wait_for_login().await;
            if self.generation() != generation {
                return None;
            }
            if let Ok(response) = self.send_cookie_request(&request, None).await {
                return Some(response);
            }
        }
        None
    }
}
